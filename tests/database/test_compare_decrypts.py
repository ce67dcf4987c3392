"""What the key service deciphered and what our readings announced are compared, day by day and company by company."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.database.queries import disclosures
from shared.database.queries.disclosures import Reading
from shared.database.transactions import PooledDatabase
from shared.ports import SupplierUnavailable
from shared.use_cases.compare_decrypts import Comparison, compare_decrypts
from tests.database import readings

DAY = date(2031, 3, 30)
"""In no other test, and one on which Sweden's clocks change: days are UTC's."""

MIDNIGHT = datetime(2031, 3, 30, tzinfo=UTC)
NIGHT = MIDNIGHT + timedelta(days=1, hours=1, minutes=10)
A, B = "acc_a", "acc_b"


@dataclass
class FakeAudit:
    by_company: Mapping[str, int] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[date] = field(default_factory=list)

    def decrypts(self, day: date) -> Mapping[str, int]:
        self.asked.append(day)
        if self.trouble:
            raise self.trouble
        return self.by_company


@pytest.fixture(autouse=True)
def no_readings(database: PooledDatabase) -> Iterator[None]:
    readings.empty(database)
    yield
    readings.empty(database)


def read(database: PooledDatabase, company_id: str, decrypts: int, at: datetime) -> None:
    with database.transaction() as tx:
        disclosures.add_reading(tx, Reading("dis_a", company_id, "anna@upup.example", at, 1, 50, decrypts))


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The only line that was written, as Cloud Logging reads it."""
    (line,) = capsys.readouterr().out.splitlines()
    facts: dict[str, object] = json.loads(line)
    return facts


def test_what_agrees_is_told_as_0(database: PooledDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    for at in (MIDNIGHT, MIDNIGHT + timedelta(hours=23, minutes=59, seconds=59)):
        read(database, A, 2, at)
    read(database, B, 1, MIDNIGHT)
    for at in (MIDNIGHT - timedelta(microseconds=1), MIDNIGHT + timedelta(days=1)):
        read(database, B, 7, at)
    audit = FakeAudit({A: 4, B: 1})
    assert compare_decrypts(database, audit, NIGHT) == Comparison(audited=5, logged=5, unaccounted=0)
    assert audit.asked == [DAY]
    facts = {"metric": "decrypts_unaccounted", "value": 0, "day": "2031-03-30", "companies": ""}
    assert told(capsys) == {"severity": "INFO", **facts}


@pytest.mark.parametrize(
    ("audited", "value", "companies"),
    [
        ({A: 3, B: 1}, 1, "acc_a+1"),
        ({A: 2, B: 1, "acc_c": 1}, 1, "acc_c+1"),
        ({A: 1, B: 1}, 1, "acc_a-1"),
        ({}, 3, "acc_a-2 acc_b-1"),
        ({A: 3}, 2, "acc_a+1 acc_b-1"),
    ],
)
def test_a_difference_is_an_error_and_one_companys_hides_no_others(
    database: PooledDatabase,
    capsys: pytest.CaptureFixture[str],
    audited: dict[str, int],
    value: int,
    companies: str,
) -> None:
    read(database, A, 2, MIDNIGHT)
    read(database, B, 1, MIDNIGHT)
    assert compare_decrypts(database, FakeAudit(audited), NIGHT) == Comparison(sum(audited.values()), 3, value)
    facts = {"metric": "decrypts_unaccounted", "value": value, "day": "2031-03-30", "companies": companies}
    assert told(capsys) == {"severity": "ERROR", **facts}


def test_without_the_audit_log_nothing_is_said_to_agree(
    database: PooledDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SupplierUnavailable):
        compare_decrypts(database, FakeAudit(trouble=SupplierUnavailable("away")), NIGHT)
    assert "decrypts_unaccounted" not in capsys.readouterr().out
