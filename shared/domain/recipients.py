"""Judging a send's recipients row by row: who can get the SMS, and of each other one why not."""

from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct, field
from msgspec.structs import replace

from shared.domain.masked import Masked
from shared.domain.phone_number import PhoneError, PhoneNumber, parse
from shared.domain.recipient_file import RecipientTable
from shared.domain.sms_text import SmsSize, Template, measure, plain_value

REPORTED_ROWS = 100
"""The report names the first rows that are not sent to; the counts are of all."""

MOST_PARTS = 10
MOST_CHARACTERS = MOST_PARTS * 153
"""No text of more characters fits in ten parts, whatever they are."""

NO_TEXT = SmsSize("GSM-7", 0, 0)

MESSAGES = {
    "invalid_phone": "This is not a phone number. Check the digits.",
    "not_mobile": "This is not a mobile number, and only those get SMS.",
    "missing_value": "A value that the message needs is empty in this row.",
    "too_long": f"With this row's values the text is longer than {MOST_PARTS} SMS parts.",
    "duplicate": "The number stands in an earlier row. It gets one gift.",
    "opted_out": "This recipient has opted out of messages from you.",
    "foreign_link": "With this row's values the text holds a web address.",
}
REJECTING = ("invalid_phone", "not_mobile", "missing_value", "too_long")
"""The codes that count as invalid: only these reject a send."""


class RowFault(Struct, frozen=True):
    """What is wrong with a row, counted from 1. It repeats neither number nor name."""

    row: int
    code: str

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


class Imported(Struct, frozen=True):
    """How many numbers are new, were there before, came twice or are none, and the first faults by row."""

    added: int
    already: int
    duplicate: int
    invalid: int
    faults: list[RowFault]


class Recipient(Struct, frozen=True):
    """A row that can be sent to. `values` are those that the message needs, by column, and one object for all rows that
    have the same; `size` is its text's."""

    row: int
    phone: PhoneNumber
    fingerprint: bytes
    values: Mapping[str, str]
    size: SmsSize

    def __repr__(self) -> str:
        return f"Recipient(row {self.row}, {self.phone})"


class Textless(Masked, frozen=True):
    """A row with a number whose values make no text that can be sent."""

    hidden: ClassVar = ("fingerprint",)

    row: int
    fingerprint: bytes
    code: str


class Judgement(Struct):
    """All rows judged. What is said of texts, is said of those that are accepted."""

    template: Template
    link: str
    accepted: list[Recipient] = field(default_factory=list)
    textless: list[Textless] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __repr__(self) -> str:
        return f"Judgement({dict(self.counts)})"  # the text may name a person, and rows do

    def refuse(self, row: int, code: str) -> None:
        self.counts[code] += 1
        if len(self.faults) < REPORTED_ROWS:
            self.faults.append(RowFault(row, code))

    @property
    def invalid(self) -> int:
        return sum(self.counts[code] for code in REJECTING)

    @property
    def longest(self) -> SmsSize:
        """The size of the longest text."""
        sizes = {one.size for one in self.accepted}
        return max(sizes, key=lambda size: (size.parts, size.characters), default=NO_TEXT)

    @property
    def example(self) -> str:
        """The first text."""
        return self.template.render(self.accepted[0].values, self.link) if self.accepted else ""

    @property
    def rows_with_links(self) -> list[int]:
        return [one.row for one in self.textless if one.code == "foreign_link"]

    def fingerprints(self) -> Iterator[bytes]:
        """Of everybody whom it matters for whether they have opted out."""
        yield from (one.fingerprint for one in self.accepted)
        yield from (one.fingerprint for one in self.textless)

    def without(self, opted_out: Container[bytes]) -> "Judgement":
        """The same, with those refused for it who have opted out, whatever else their row lacks; in the rows' order."""
        kept = [one for one in self.accepted if one.fingerprint not in opted_out]
        gone = [one.row for one in self.accepted if one.fingerprint in opted_out]
        excused = [one for one in self.textless if one.fingerprint in opted_out]
        counts = self.counts + Counter(opted_out=len(gone) + len(excused))
        counts.subtract(one.code for one in excused)
        rows = {one.row for one in excused}
        faults = [replace(fault, code="opted_out") if fault.row in rows else fault for fault in self.faults]
        faults += [RowFault(row, "opted_out") for row in gone[:REPORTED_ROWS]]
        faults.sort(key=lambda fault: fault.row)
        textless = [one for one in self.textless if one.row not in rows]
        return replace(self, accepted=kept, textless=textless, faults=faults[:REPORTED_ROWS], counts=counts)


def judge(
    table: RecipientTable,
    template: Template,
    link: str,
    fingerprint: Callable[[PhoneNumber], bytes],
    domains: Collection[str] = (),
) -> Judgement:
    """Judge every row. `link` is as long as the real ones. Raises ValueError where the table lacks a column.

    The message itself has no link but to these domains. Who has opted out is for `Judgement.without` to say.
    """
    judgement = Judgement(template, link)
    needed = sorted(template.columns)
    places = [table.columns.index(name) for name in needed]
    texts = _Texts(template, link, needed, domains)
    phone_at = table.columns.index("phone")
    seen: set[bytes] = set()
    for row, cells in enumerate(table.rows, start=1):
        try:
            phone = parse(cells[phone_at])
        except PhoneError as error:
            judgement.refuse(row, error.code)
            continue
        print_of_phone = fingerprint(phone)
        if print_of_phone in seen:
            judgement.refuse(row, "duplicate")
            continue
        values, size = texts.of(tuple([cells[at] for at in places]))
        if isinstance(size, str):
            judgement.refuse(row, size)
            judgement.textless.append(Textless(row, print_of_phone, size))
            continue
        seen.add(print_of_phone)
        judgement.accepted.append(Recipient(row, phone, print_of_phone, values, size))
    return judgement


class _Texts:
    """The texts of a send, judged once for each combination of cells: many recipients share a name."""

    def __init__(self, template: Template, link: str, columns: Sequence[str], domains: Collection[str]) -> None:
        self._template = template
        self._link = link
        self._columns = columns
        self._domains = domains
        self._known: dict[tuple[str, ...], tuple[Mapping[str, str], SmsSize | str]] = {}

    def of(self, cells: tuple[str, ...]) -> tuple[Mapping[str, str], SmsSize | str]:
        """The values of the columns' cells, and the size of what they make or the code of why they make no text."""
        found = self._known.get(cells)
        if found is None:
            values = dict(zip(self._columns, map(plain_value, cells), strict=True))
            found = self._known[cells] = values, self._judge(values)
        return found

    def _judge(self, values: Mapping[str, str]) -> SmsSize | str:
        if not all(values.values()):
            return "missing_value"
        text = self._template.fill(values, self._link)
        if len(text) > MOST_CHARACTERS:  # measuring it would take as long as it is
            return "too_long"
        size = measure(text)
        if size.parts > MOST_PARTS:
            return "too_long"
        return "foreign_link" if self._template.has_foreign_link(values, self._domains) else size
