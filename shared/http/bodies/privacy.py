"""The bodies of persons' requests."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shared.domain.persons_data import NewNames, Wanted
from shared.domain.phone_number import PhoneError, parse
from shared.domain.privacy_request import Kind
from shared.http.bodies.common import Email, Name, Phone, Strict
from shared.http.body_faults import rule
from shared.http.call import Call


def _number(text: str) -> str:
    try:
        parse(text)
    except PhoneError as error:
        raise rule(error.code, f"This is {error}.") from None
    return text


Mobile = Annotated[Phone, AfterValidator(_number)]
"""One that is a mobile number, as it was written."""


class PrivacyRequestBody(Strict):
    """Exactly one of `phone` and `email`. What is right goes with rectify: `new_phone`, or both names.

    The rules stand at the fields, each after those that it looks at: so what is wrong elsewhere hides none of them.
    """

    kind: Kind
    email: Email | None = None
    phone: Annotated[Mobile | None, Field(validate_default=True)] = None
    new_phone: Annotated[Mobile | None, Field(validate_default=True)] = None
    first_name: Annotated[Name | None, Field(validate_default=True)] = None
    last_name: Annotated[Name | None, Field(validate_default=True)] = None
    forget_opt_out: bool = False

    @field_validator("phone")
    @classmethod
    def _one_person(cls, phone: str | None, info: ValidationInfo) -> str | None:
        if "email" in info.data and (phone is None) == (info.data["email"] is None):
            raise rule("one_of", "Send either phone, for a recipient, or email, for an account holder.")
        return phone

    @field_validator("new_phone", "first_name", "last_name")
    @classmethod
    def _what_is_right(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not info.data.keys() >= JUDGED_BY:
            return value
        about_recipient = info.data["phone"] is not None
        fits = info.data["kind"] is Kind.RECTIFY and about_recipient == (info.field_name == "new_phone")
        if fits and value is None:
            raise rule("missing", "Send what is right, to put it in the place of what is wrong.")
        if value is not None and not fits:
            raise rule("not_for_this", "A new number goes with rectify and phone, names with rectify and email.")
        return value

    @field_validator("forget_opt_out")
    @classmethod
    def _forgets(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.keys() >= JUDGED_BY and not (info.data["kind"] is Kind.ERASE and info.data["phone"]):
            raise rule("not_for_this", "This goes with erasing a recipient only.")
        return value


JUDGED_BY = {"kind", "email", "phone"}
"""What must be right by itself before the other fields can be judged by it."""


class RecipientsRequestBody(Strict):
    kind: Literal["export", "erase"]


def read_wanted(call: Call) -> Wanted:
    """Raises `NotAcceptable` with every field that is missing, wrong, or has no place here."""
    body = call.body(PrivacyRequestBody)
    phone, new_phone = (parse(text) if text is not None else None for text in (body.phone, body.new_phone))
    names = NewNames(body.first_name, body.last_name) if body.first_name and body.last_name else None
    return Wanted(body.kind, phone, body.email, new_phone, names, body.forget_opt_out)
