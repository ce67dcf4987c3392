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
from shared.use_cases.privacy.compare_decrypts import CURSOR, MOST_DAYS, Comparison, compare_decrypts
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
    forget(database)
    yield
    forget(database)


def forget(database: PooledDatabase) -> None:
    readings.empty(database)
    with database.transaction() as tx:
        tx.execute("DELETE FROM cursors WHERE name = %s", (CURSOR,))


def read(database: PooledDatabase, company_id: str, decrypts: int, at: datetime) -> None:
    with database.transaction() as tx:
        disclosures.add_reading(tx, Reading("dis_a", company_id, "anna@upup.example", at, 1, 50, decrypts))


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The only line that was written, as Cloud Logging reads it."""
    (facts,) = all_told(capsys)
    return facts


def all_told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def days_told(capsys: pytest.CaptureFixture[str]) -> list[object]:
    return [facts["day"] for facts in all_told(capsys)]


def day(ahead: int) -> str:
    return (DAY + timedelta(days=ahead)).isoformat()


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


def test_nights_that_were_missed_are_made_up_for_with_a_line_for_each_day(
    database: PooledDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    compare_decrypts(database, FakeAudit(), NIGHT)
    capsys.readouterr()
    read(database, A, 2, MIDNIGHT + timedelta(days=1))
    found = compare_decrypts(database, FakeAudit({A: 2}), NIGHT + timedelta(days=3))
    assert found == Comparison(audited=6, logged=2, unaccounted=4)
    assert [(one["day"], one["value"]) for one in all_told(capsys)] == [(day(1), 0), (day(2), 2), (day(3), 2)]


def test_a_day_that_could_not_be_compared_is_gone_on_from(
    database: PooledDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    compare_decrypts(database, FakeAudit(), NIGHT)
    with pytest.raises(SupplierUnavailable):
        compare_decrypts(database, FakeAudit(trouble=SupplierUnavailable("away")), NIGHT + timedelta(days=1))
    capsys.readouterr()
    compare_decrypts(database, FakeAudit(), NIGHT + timedelta(days=2))
    assert days_told(capsys) == [day(1), day(2)]


def test_a_second_run_of_the_night_compares_the_day_before_again(
    database: PooledDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        compare_decrypts(database, FakeAudit(), NIGHT)
    assert days_told(capsys) == [day(0)] * 2


@pytest.mark.parametrize("lost", [0, 1, 400])
def test_of_what_the_audit_logs_have_forgotten_it_is_said_that_it_was_never_compared(
    database: PooledDatabase, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, lost: int
) -> None:
    compare_decrypts(database, FakeAudit(), NIGHT)
    capsys.readouterr()
    compare_decrypts(database, FakeAudit(), NIGHT + timedelta(days=MOST_DAYS + lost))
    assert days_told(capsys) == [day(lost + number) for number in range(1, MOST_DAYS + 1)]
    said = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert said == ([f"{lost} days were never compared: the audit logs of them are gone"] if lost else [])
