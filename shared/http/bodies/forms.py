"""The bodies of the forms. A field that people do not see is `website`: only a program fills it in."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.domain.phone_number import PhoneError, parse
from shared.domain.visitor import FORM_TEXT_VERSIONS
from shared.http.bodies.common import NOT_IN_A_LINE, Email, Line, Name, Strict
from shared.ports import Visitor

_DIALLED = re.compile(r"\+?[0-9][0-9 ()/.-]{4,24}").fullmatch


def _mobile(text: str) -> str:
    try:
        return parse(text).e164
    except PhoneError:
        raise ValueError("This is not a mobile number. Write it as 070-174 06 05, or with + and the country.") from None


def _any_phone(text: str) -> str:
    if text and not _DIALLED(text):
        raise ValueError("This is not a telephone number. Write it as 08-123 456 78, or with + and the country.")
    return text


def _version(text: str) -> str:
    if text not in FORM_TEXT_VERSIONS:
        raise ValueError(f"Show the text of version {FORM_TEXT_VERSIONS[-1]} beside the form.")
    return text


def _lines(text: str) -> str:
    import unicodedata

    if any(unicodedata.category(one) in NOT_IN_A_LINE and one not in "\r\n\t" for one in text):
        raise ValueError("Use plain text.")
    return text


class Form(Strict):
    first_name: Name
    last_name: Name
    company: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    email: Email
    text_version: Annotated[str, AfterValidator(_version)]
    website: str = ""

    @property
    def visitor(self) -> Visitor:
        phone = getattr(self, "phone", "")
        return Visitor(self.email, self.first_name, self.last_name, self.company, phone, self.text_version)


class NewsletterBody(Form):
    pass


class ContactBody(Form):
    phone: Annotated[str, StringConstraints(max_length=40), AfterValidator(_any_phone)] = ""
    message: Annotated[str, StringConstraints(min_length=1, max_length=4_000), AfterValidator(_lines)]


class TestSendBody(Form):
    __test__ = False  # no test, though it is called so

    phone: Annotated[str, StringConstraints(max_length=40), AfterValidator(_mobile)]


class TokenBody(Strict):
    token: Annotated[str, StringConstraints(min_length=1, max_length=3_000)]


class VisitorBody(Strict):
    email: Email
