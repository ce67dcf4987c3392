"""A send as it comes over the wire: JSON, or a JSON part with a file of recipients."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StrictInt, StrictStr, StringConstraints

from shared.domain import schedule
from shared.domain.errors import Fault, Malformed, TooLarge, UnsupportedMedia
from shared.domain.extra_sms import Language
from shared.domain.recipient_file import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, FileError, RecipientTable, read
from shared.domain.reminder import MOST_DAYS, Reminder
from shared.domain.send import SendRequest
from shared.domain.sms_text import canonical_column
from shared.http.bodies.common import Strict
from shared.http.call import Call, parse

MULTIPART = "multipart/form-data"

Cell = StrictStr | StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)] | None
"""A recipient's value: text or a number, which is written out; `true` and the like would stand in an SMS."""


class PreviewBody(Strict):
    model_config = ConfigDict(str_strip_whitespace=False)  # the text is judged as it is, spaces included

    message: Annotated[str, StringConstraints(max_length=4_000)]


class Consent(Strict):
    legal_basis: Literal["consent"]
    text_version: str


class ReminderBody(Strict):
    """An SMS more to each who has not opened the gift so many days after the send began."""

    after_days: Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)]
    language: Language = "sv"


class SendBody(Strict):
    """A send without its recipients: the part `send` of a multipart request."""

    model_config = ConfigDict(str_strip_whitespace=False)

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


def read_send(call: Call, quiet_hours: bool) -> tuple[SendRequest, list[bytes]]:
    """The send, and the raw parts that an Idempotency-Key stands for. `quiet_hours`: where the send does not say.

    Raises `UnsupportedMedia`, `Malformed`, `TooLarge`, and `NotAcceptable` where a field is not what it must be.
    Recipients that cannot be read are one clear fault of the send's.
    """
    if call.request.mimetype == MULTIPART:
        return _read_multipart(call, quiet_hours)
    if call.request.mimetype != "application/json":
        raise UnsupportedMedia(f"Send application/json, or {MULTIPART} with the parts send and recipients.")
    body = call.body(SendWithRecipients)
    return _request(body, lambda: _table(body.recipients), call.now, quiet_hours), [call.request.get_data()]


def _read_multipart(call: Call, quiet_hours: bool) -> tuple[SendRequest, list[bytes]]:
    request, files = call.request, call.request.files
    text = request.form.get("send") or (files["send"].read().decode("utf-8", "replace") if "send" in files else None)
    if text is None:
        raise Malformed('The part "send" with the JSON is missing.')
    if "recipients" in files:
        data, filename = files["recipients"].read(), files["recipients"].filename
    elif "recipients" in request.form:
        data, filename = request.form["recipients"].encode(), None
    else:
        raise Malformed('The part "recipients" with the file is missing.')
    wanted = _request(parse(text, SendBody), lambda: read(data, filename), call.now, quiet_hours)
    return wanted, [text.encode(), data]


def _request(
    body: SendBody, read_recipients: Callable[[], RecipientTable], now: datetime, quiet_hours: bool
) -> SendRequest:
    faults: list[Fault] = []
    recipients = start_at = None
    try:
        quiet_hours = quiet_hours if body.quiet_hours is None else body.quiet_hours
        start_at = schedule.start_at(now, body.scheduled_at, quiet_hours)
    except (schedule.InThePast, schedule.TooFarAhead):
        message = "Choose a time from now to 14 days ahead, or leave scheduled_at out to send now."
        faults.append(Fault("scheduled_at", "out_of_range", message))
    try:
        recipients = read_recipients()
    except FileError as error:
        if error.code == "file_too_large":
            raise TooLarge(error.message) from None
        faults.append(Fault("recipients", error.code, error.message))
    return SendRequest(
        gift=body.gift,
        sender=body.sender,
        message=body.message,
        text_version=body.consent.text_version,
        skip_invalid=body.on_invalid == "skip",
        recipients=recipients,
        start_at=start_at,
        reminder=Reminder(body.reminder.after_days, body.reminder.language) if body.reminder else None,
        faults=faults,
    )


def _table(recipients: Sequence[dict[str, Cell]]) -> RecipientTable:
    """JSON recipients as a table of every field that one of them has. Raises FileError, as a file with those would."""
    names = {name: canonical_column(name) for name in {name: None for one in recipients for name in one}}
    columns = list(dict.fromkeys(names.values()))
    if "phone" not in columns:
        raise FileError("missing_phone_column", 'The recipients have no phone. Give each a "phone".')
    if len(columns) > MAX_COLUMNS or len(columns) * len(recipients) > MAX_CELLS:
        raise FileError("file_too_large", "The recipients have too many different fields. Keep those of the message.")
    rows = []
    for row, one in enumerate(recipients, start=1):
        cells = {names[name]: _text(cell) for name, cell in one.items()}
        if len(cells) < len(one):
            message = f"Recipient {row} has two fields that mean the same. Keep one of each."
            raise FileError("double_column", message, row=row)
        rows.append([cells.get(column, "") for column in columns])
    return RecipientTable(tuple(columns), rows)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
