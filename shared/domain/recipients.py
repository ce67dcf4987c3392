"""Judging a send's recipients row by row: who can get the SMS, and of each other one why not."""

from collections import Counter
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field

from shared.domain.phone_number import PhoneError, PhoneNumber, parse
from shared.domain.recipient_file import RecipientTable
from shared.domain.sms_text import SmsSize, Template, foreign_links, measure, plain_value

REPORTED_ROWS = 100
"""The report names the first rows that are not sent to; the counts are of all."""

MOST_PARTS = 10

NO_TEXT = SmsSize("GSM-7", 0, 0)

MESSAGES = {
    "invalid_phone": "This is not a phone number. Check the digits.",
    "not_mobile": "This is not a mobile number, and only those get SMS.",
    "missing_value": "A value that the message needs is empty in this row.",
    "too_long": f"With this row's values the text is longer than {MOST_PARTS} SMS parts.",
    "duplicate": "The number stands in an earlier row. It gets one gift.",
    "opted_out": "This recipient has opted out of messages from you.",
}
REJECTING = ("invalid_phone", "not_mobile", "missing_value", "too_long")
"""The codes that count as invalid: only these reject a send."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row, counted from 1. It repeats neither number nor name."""

    row: int
    code: str

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A row that can be sent to. `values` are those that the message needs, by column."""

    row: int
    phone: PhoneNumber
    fingerprint: bytes
    values: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Recipient(row {self.row}, {self.phone})"


@dataclass(slots=True)
class Judgement:
    """All rows judged. `longest` is the size of the longest text, `example` the first one's."""

    accepted: list[Recipient] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    longest: SmsSize = NO_TEXT
    example: str = field(default="", repr=False)
    rows_with_links: list[int] = field(default_factory=list)

    def refuse(self, row: int, code: str) -> None:
        self.counts[code] += 1
        if len(self.faults) < REPORTED_ROWS:
            self.faults.append(RowFault(row, code))

    @property
    def invalid(self) -> int:
        return sum(self.counts[code] for code in REJECTING)

    def without(self, opted_out: Container[bytes]) -> "Judgement":
        """The same, with those refused who have opted out; the report stays in the order of the rows."""
        kept = [one for one in self.accepted if one.fingerprint not in opted_out]
        gone = [one.row for one in self.accepted if one.fingerprint in opted_out]
        counts = self.counts + Counter(opted_out=len(gone))
        faults = self.faults + [RowFault(row, "opted_out") for row in gone[:REPORTED_ROWS]]
        faults.sort(key=lambda fault: fault.row)
        return Judgement(kept, faults[:REPORTED_ROWS], counts, self.longest, self.example, self.rows_with_links)


def judge(
    table: RecipientTable, template: Template, link: str, fingerprint: Callable[[PhoneNumber], bytes]
) -> Judgement:
    """Judge every row. `link` is as long as the real ones. Raises KeyError where the table lacks a column."""
    judgement = Judgement()
    needed = [(name, table.columns.index(name)) for name in sorted(template.columns)]
    texts = _Texts(template, link)
    phone_at = table.columns.index("phone")
    seen: set[bytes] = set()
    for number, cells in enumerate(table.rows, start=1):
        try:
            phone = parse(cells[phone_at])
        except PhoneError as error:
            judgement.refuse(number, error.code)
            continue
        values = {name: plain_value(cells[at]) for name, at in needed}
        code = texts.fault(values)
        print_of_phone = fingerprint(phone) if code is None else b""
        if code is None and print_of_phone in seen:
            code = "duplicate"
        if code is not None:
            judgement.refuse(number, code)
            continue
        seen.add(print_of_phone)
        texts.count(values)
        if texts.has_link(values):
            judgement.rows_with_links.append(number)
        judgement.accepted.append(Recipient(number, phone, print_of_phone, values))
    judgement.longest = texts.longest
    if judgement.accepted:
        judgement.example = template.render(judgement.accepted[0].values, link)
    return judgement


class _Texts:
    """The texts of a send, measured once for each combination of values: many recipients share a name."""

    def __init__(self, template: Template, link: str) -> None:
        self._template = template
        self._link = link
        self._sizes: dict[tuple[str, ...], SmsSize] = {}
        self.longest = NO_TEXT

    def fault(self, values: Mapping[str, str]) -> str | None:
        """Why these values make no text, if so."""
        if not all(values.values()):
            return "missing_value"
        return "too_long" if self._size(values).parts > MOST_PARTS else None

    def count(self, values: Mapping[str, str]) -> None:
        """Their text is one that is sent: it may be the longest."""
        size = self._size(values)
        if (size.parts, size.characters) > (self.longest.parts, self.longest.characters):
            self.longest = size

    def _size(self, values: Mapping[str, str]) -> SmsSize:
        key = tuple(values.values())
        size = self._sizes.get(key)
        if size is None:
            size = self._sizes[key] = measure(self._template.render(values, self._link))
        return size

    @staticmethod
    def has_link(values: Mapping[str, str]) -> bool:
        return any("." in value and foreign_links(value) for value in values.values())
