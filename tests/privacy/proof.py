"""The one check that the tests of privacy share: what of seeded people is found in all that the product has written.

It knows nothing of how the product protects them: it reads the schema as it is, and a dump of everything.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.demo.evidence import Evidence

Rows = Callable[[str], Sequence[tuple[Any, ...]]]
"""What a SELECT finds."""

OF_A_PERSON = ("sends", "deliveries")
OF_A_GIFT = ("coupons", "gift_links", "pool_codes", "gifts", "holds", "ledger_entries", "figures")
SAYS_NOTHING = ("date", "datetime", "tinyint", "enum")
"""Days, switches and states, which many rows have in common; so are running numbers, whose order has its own test."""


@dataclass(frozen=True)
class Canaries:
    """What was seeded and occurs nowhere else."""

    numbers: Sequence[str]
    names: Sequence[str]
    """Of recipients, and words of texts."""
    secrets: Sequence[str] = field(default=())
    """Codes of gifts and tokens of links."""


def in_clear(text: str, canaries: Canaries) -> list[str]:
    """What of it the text holds, in any notation."""
    evidence = Evidence(text)
    found = [f"the number {number}" for number in sorted(evidence.numbers(canaries.numbers))]
    found += [f"the name {name}" for name in sorted(evidence.names(canaries.names))]
    return found + [f"the secret {secret}" for secret in canaries.secrets if secret in text]


def without_deliveries(dump: str) -> str:
    """A dump without the rows of `deliveries`, in the tables and in the binary logs: the one place of numbers."""
    return "\n".join(_elsewhere(dump))


def _elsewhere(dump: str) -> Iterator[str]:
    inside = False  # of rows of deliveries: from the line that says so until one that is no row
    for line in dump.splitlines():
        if line.startswith(("### INSERT INTO ", "### UPDATE ", "### DELETE FROM ")):
            inside = line.endswith(".`deliveries`")
        elif line.startswith("INSERT INTO "):
            inside = line.startswith("INSERT INTO `deliveries` ")
        elif not line.startswith(("###", "(")):
            inside = False
        if not inside:
            yield line


def kept_for_the_sms(rows: Rows) -> list[str]:
    """Sealed texts, names and codes that are still there: none is when each SMS has been handed over."""
    found = []
    for table in ("sends", "deliveries", "coupons"):
        sealed = [
            (at, column.name) for at, column in enumerate(_columns(rows, table)) if column.name.startswith("sealed_")
        ]
        assert sealed
        held = rows(f"SELECT * FROM `{table}`")
        counts = {name: sum(row[at] is not None for row in held) for at, name in sealed}
        found += [f"{count} {name} are left in {table}" for name, count in counts.items() if count]
    return found


def ties(rows: Rows) -> list[str]:
    """Pairs of columns by which a row of a person meets one of a gift, in whatever two columns the schema has.

    A company's id is no such tie, nor is a state that rows of many kinds are in.
    """
    companies = {company for (company,) in rows("SELECT id FROM companies")}
    of_a_person = _values(rows, OF_A_PERSON)
    of_a_gift = _values(rows, OF_A_GIFT)
    return [
        f"{ours} meets {theirs}"
        for ours, some in of_a_person.items()
        for theirs, others in of_a_gift.items()
        if _telling(theirs, (some & others) - companies)
    ]


def _telling(place: str, common: set[object]) -> set[object]:
    """Counts alike are chance: a send to ten, and a company's ten gifts of a month. Prices and ids are not."""
    counts = place.startswith("figures.")
    return {value for value in common if isinstance(value, bytes | str) or (not counts and int(str(value)) > 100)}


def _values(rows: Rows, tables: Sequence[str]) -> dict[str, set[object]]:
    """What each telling column of these tables holds."""
    found: dict[str, set[object]] = {}
    for table in tables:
        held = rows(f"SELECT * FROM `{table}`")
        for at, column in enumerate(_columns(rows, table)):
            if column.tells:
                found[f"{table}.{column.name}"] = {row[at] for row in held} - {None, "", b""}
    return found


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    key: str

    @property
    def tells(self) -> bool:
        return self.kind not in SAYS_NOTHING and not (self.kind in ("int", "bigint") and self.key == "PRI")


def _columns(rows: Rows, table: str) -> list[Column]:
    """Of the live schema, in their order."""
    return [
        Column(*map(str, row))
        for row in rows(
            "SELECT column_name, data_type, column_key FROM information_schema.columns"
            f" WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY ordinal_position"
        )
    ]


def tables_of(dump: str) -> list[str]:
    """The tables' own lines of a dump."""
    part = dump.partition("===== SQL dump =====")[2].partition("=====")[0]
    return [line for line in part.splitlines() if re.match(r"INSERT INTO|CREATE TABLE|\(", line)]
