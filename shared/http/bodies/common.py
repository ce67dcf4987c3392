"""The bodies of requests. Unknown fields are refused: a misspelt one would be silently without effect."""

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    StringConstraints,
)

from shared.domain.consent import DPAS
from shared.domain.extra_sms import Language
from shared.domain.plan import BY_CODE, LEAST_TOP_UP_ORE, MOST_TOP_UP_ORE
from shared.domain.recipient_file import MAX_ROWS
from shared.domain.reminder import MOST_DAYS
from shared.domain.sms_text import foreign_links


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def _org_number(text: str) -> str:
    from stdnum.exceptions import ValidationError  # 50 ms that only a signup needs
    from stdnum.se import orgnr

    try:
        return str(orgnr.validate(text))
    except ValidationError:
        raise ValueError("This is not a Swedish organisation number. It has ten digits, as 556821-9819.") from None


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # 46 ms, likewise

    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None


def _plan(code: str) -> str:
    if code not in BY_CODE:
        raise ValueError(f"There is no such plan. Choose one of {', '.join(BY_CODE)}.")
    return code


def _dpa(version: str) -> str:
    if version not in [one.version for one in DPAS]:  # which of them counts today is seen when it is accepted
        raise ValueError(f"Accept the agreement of version {DPAS[-1].version}.")
    return version


def _id(text: str) -> str:
    if not _WRITTEN_ID(text):  # MySQL compares an id's column, which is ASCII, with nothing else
        raise ValueError("This is no id. Send one as UpUp wrote it, as acc_ with small letters and digits after it.")
    return text


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in NOT_IN_A_LINE for character in text):
        raise ValueError("Use one line of plain text.")
    return text


def no_address(text: str) -> str:
    if foreign_links(text):
        raise ValueError("A web address is no name.")
    return text


def _no_link(text: str) -> str:
    # a bare domain may be what a company is called, as Exempel.se AB
    if any(":" in link or "/" in link or link.casefold().startswith("www.") for link in foreign_links(text)):
        raise ValueError("A web address is no name.")
    return text


NOT_IN_A_LINE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's control and format characters, and the ends of lines and paragraphs."""

_WRITTEN_ID = re.compile(r"[a-z]{3}_[a-z0-9]{1,40}").fullmatch

Id = Annotated[str, AfterValidator(_id)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=80), AfterValidator(no_address)]


class SignupBody(Strict):
    company_name: Annotated[Line, StringConstraints(min_length=1, max_length=120), AfterValidator(_no_link)]
    org_number: Annotated[str, AfterValidator(_org_number)]
    first_name: Name
    last_name: Name
    email: Email
    plan: Annotated[str, AfterValidator(_plan)]
    accepted_dpa_version: Annotated[str, AfterValidator(_dpa)]


class LoginBody(Strict):
    email: Email


class CompleteLoginBody(Strict):
    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    account_id: Id | None = None


class TopUpBody(Strict):
    amount_ore: Annotated[
        int, Field(strict=True, ge=LEAST_TOP_UP_ORE, le=MOST_TOP_UP_ORE, json_schema_extra={"format": "int64"})
    ]


class SettleBody(Strict):
    """What a person says of an SMS in doubt."""

    outcome: Literal["sent", "resend"]


class PreviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)  # the text is judged as it is, spaces included

    message: Annotated[str, StringConstraints(max_length=4_000)]


class Consent(Strict):
    legal_basis: Literal["consent"]
    text_version: str


Cell = StrictStr | StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)] | None
"""A recipient's value: text or a number, which is written out; `true` and the like would stand in an SMS."""


class ReminderBody(Strict):
    """An SMS more to each who has not opened the gift so many days after the send began."""

    after_days: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)]
    language: Language = "sv"


class SendBody(BaseModel):
    """A send without its recipients: the part `send` of a multipart request."""

    model_config = ConfigDict(extra="forbid", strict=True)

    gift: Annotated[str, StringConstraints(max_length=32)]
    sender: Annotated[str, StringConstraints(max_length=40)]
    message: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    consent: Consent
    scheduled_at: AwareDatetime | None = None
    quiet_hours: bool | None = None
    """Whether an evening's or a night's send waits for the morning; None leaves it to us."""
    on_invalid: Literal["reject", "skip"] = "reject"
    reminder: ReminderBody | None = None


class SendWithRecipients(SendBody):
    recipients: Annotated[list[dict[str, Cell]], Field(min_length=1, max_length=MAX_ROWS)]
