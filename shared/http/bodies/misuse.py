"""The bodies of what keeps misuse out: senders, domains, opt-outs, reports, and what staff decide."""

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.domain.errors import Fault, Malformed, NotAcceptable, TooLarge
from shared.domain.misuse import Reason
from shared.domain.opt_out import MOST_IMPORTED
from shared.domain.recipient_file import FileError, read
from shared.http.bodies.common import Id, Line, Strict, no_address
from shared.http.bodies.privacy import Phone
from shared.http.call import Call, parse

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
MOST_LIMIT = 10_000_000

Why = Annotated[Line, StringConstraints(min_length=1, max_length=400), AfterValidator(no_address)]
"""In the staff's words, which the company may read."""


class SenderBody(Strict):
    sender: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class LinkDomainBody(Strict):
    domain: Annotated[str, StringConstraints(min_length=1, max_length=253)]


class GiveSenderBody(SenderBody):
    account_id: Id


class DecisionBody(Strict):
    """Why, in words that the company may read and that name no person."""

    reason: Why


class LiftBody(DecisionBody):
    """`daily_recipients`: the company's own limit, instead of everybody's."""

    daily_recipients: Annotated[int, Field(strict=True, ge=1, le=MOST_LIMIT)] | None = None

    @property
    def wanted(self) -> tuple[str, int | None]:
        return self.reason, self.daily_recipients


class AbuseBody(Strict):
    reason: Reason


class OptOutBody(Strict):
    phone: Phone


class OptOutsBody(Strict):
    """From another system."""

    phones: Annotated[list[Phone], Field(min_length=1, max_length=MOST_IMPORTED)]


class WithdrawBody(Strict):
    """`wished_by_person`: whoever withdraws attests that the person asked for it themselves."""

    wished_by_person: Literal[True]


class WithdrawPhoneBody(WithdrawBody):
    phone: Phone


def read_phones(call: Call) -> list[str]:
    """The numbers of a list, or of a file with a column of them.

    Raises `NotAcceptable`, `Malformed`, `TooLarge`, `UnsupportedMedia`.
    """
    return _read_file(call) if call.request.mimetype == MULTIPART else call.body(OptOutsBody).phones


def _read_file(call: Call) -> list[str]:
    file = call.request.files.get("file")
    if file is None:
        raise Malformed('The part "file" with the numbers is missing.')
    try:
        table = read(file.read(), file.filename)
    except FileError as error:
        if error.code == "file_too_large":
            raise TooLarge(error.message) from None
        raise NotAcceptable("The file cannot be read.", [Fault("file", error.code, error.message)]) from None
    if len(table.rows) > MOST_IMPORTED:
        fault = Fault("file", "too_many", f"At most {MOST_IMPORTED:,} numbers are taken at once. Split the file.")
        raise NotAcceptable("The file cannot be taken as a whole.", [fault])
    at = table.columns.index("phone")
    return [row[at] for row in table.rows]


def read_abuse(call: Call) -> Reason:
    """By JSON, or by the page's form. Raises `NotAcceptable`, `Malformed`, `UnsupportedMedia`."""
    if call.request.path.startswith("/g/") and call.request.mimetype == FORM:
        return parse(json.dumps({"reason": call.request.form.get("reason")}), AbuseBody).reason
    return call.body(AbuseBody).reason
