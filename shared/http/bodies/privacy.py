"""The bodies of persons' requests."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.domain.errors import Fault, NotAcceptable
from shared.domain.persons_data import NewNames, Wanted
from shared.domain.phone_number import PhoneError, PhoneNumber, parse
from shared.domain.privacy_request import Kind
from shared.http.bodies.common import Email, Name, Strict
from shared.http.call import Call

Phone = Annotated[str, StringConstraints(max_length=40)]


class PrivacyRequestBody(Strict):
    """Exactly one of `phone` and `email`. What is right goes with rectify: `new_phone`, or both names."""

    kind: Kind
    phone: Phone | None = None
    email: Email | None = None
    new_phone: Phone | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    forget_opt_out: bool = False


class RecipientsRequestBody(Strict):
    kind: Literal["export", "erase"]


def read_wanted(call: Call) -> Wanted:
    """Raises `NotAcceptable` with every field that is missing, wrong, or has no place here."""
    body = call.body(PrivacyRequestBody)
    faults = list(_faults(body))
    phone, new_phone = _phone("phone", body.phone, faults), _phone("new_phone", body.new_phone, faults)
    if faults:
        raise NotAcceptable("The request needs to be mended first; nothing was done.", faults)
    names = NewNames(body.first_name, body.last_name) if body.first_name and body.last_name else None
    return Wanted(body.kind, phone, body.email, new_phone, names, body.forget_opt_out)


def _faults(body: PrivacyRequestBody) -> Iterator[Fault]:
    if (body.phone is None) == (body.email is None):
        yield Fault("phone", "one_of", "Send either phone, for a recipient, or email, for an account holder.")
        return
    rectify, recipient = body.kind is Kind.RECTIFY, body.phone is not None
    fits = {
        "new_phone": rectify and recipient,
        "first_name": rectify and not recipient,
        "last_name": rectify and not recipient,
    }
    for name, fit in fits.items():
        given = getattr(body, name) is not None
        if fit and not given:
            yield Fault(name, "missing", "Send what is right, to put it in the place of what is wrong.")
        if given and not fit:
            yield Fault(name, "not_for_this", "A new number goes with rectify and phone, names with rectify and email.")
    if body.forget_opt_out and not (body.kind is Kind.ERASE and recipient):
        yield Fault("forget_opt_out", "not_for_this", "This goes with erasing a recipient only.")


def _phone(field: str, text: str | None, faults: list[Fault]) -> PhoneNumber | None:
    if text is None:
        return None
    try:
        return parse(text)
    except PhoneError as error:
        faults.append(Fault(field, error.code, f"This is {error}."))
        return None
