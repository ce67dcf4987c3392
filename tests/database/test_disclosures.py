"""Reading an encrypted send takes two people, an hour, and a log that is committed before anything is deciphered."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pymysql
import pytest

from shared.database.queries import disclosures
from shared.database.queries.disclosures import Disclosure
from shared.database.transactions import PooledDatabase
from shared.domain.disclosure import ASK_LIFE, OPEN_FOR, Disclosed, DisclosureState
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.domain.phone_number import parse
from shared.ports import KeyServiceFault, SupplierUnavailable, WrappedKey
from shared.privacy.sealing import Unreadable
from shared.use_cases.privacy import disclose_send
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database import readings
from tests.database.pipeline import Pipeline, at_once
from tests.factories import FakeKeys, fictional

ANNA, KARIN, LEO = "anna@upup.example", "karin@upup.example", "leo@upup.example"
REASON = "The company asks which gift was sent"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def no_readings(database: PooledDatabase, emptied: None) -> Iterator[None]:
    readings.empty(database)
    yield
    readings.empty(database)


@dataclass
class Staff:
    """Who asks and approves; each call by name."""

    pipeline: Pipeline

    def ask(self, send_id: str, who: str = ANNA) -> Disclosure:
        return disclose_send.ask(self.pipeline.database, who, send_id, REASON, self.pipeline.clock.now())

    def approve(self, one: Disclosure, who: str = KARIN) -> Disclosure:
        return disclose_send.approve(self.pipeline.database, who, one.id, self.pipeline.clock.now())

    def open(self, send_id: str) -> Disclosure:
        return self.approve(self.ask(send_id))

    def read(self, one: Disclosure, who: str = ANNA, after: int = 0, most: int = 50) -> list[Disclosed]:
        pipeline = self.pipeline
        send_id, found = disclose_send.read(
            pipeline.database, pipeline.keys, who, one.id, after, most, pipeline.clock.now()
        )
        assert send_id == one.send_id
        return found

    def readings(self, one: Disclosure) -> list[tuple[object, ...]]:
        return self.pipeline.rows(
            "SELECT staff, first_position, last_position, decrypts FROM disclosure_readings WHERE disclosure_id = %s"
            " ORDER BY id",
            one.id,
        )


@pytest.fixture
def staff(pipeline: Pipeline) -> Staff:
    return Staff(pipeline)


def encrypt(pipeline: Pipeline) -> None:
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)


@pytest.fixture
def send_id(pipeline: Pipeline) -> str:
    """An encrypted send to three."""
    send_id = pipeline.sent(3)
    encrypt(pipeline)
    return send_id


def who_got_what(number: int) -> list[Disclosed]:
    return [Disclosed(place + 1, "sent", parse(fictional(place)).e164, "coffee") for place in range(number)]


# Two people


def test_two_people_read_who_got_what(staff: Staff, send_id: str) -> None:
    opened = staff.open(send_id)
    assert staff.read(opened, ANNA) == staff.read(opened, KARIN) == who_got_what(3)
    assert staff.readings(opened) == [(ANNA, 1, 3, 1), (KARIN, 1, 3, 1)]


@pytest.mark.parametrize("same", [ANNA, "Anna@UpUp.example", ANNA.upper()])
def test_nobody_approves_what_they_asked_for_themselves(staff: Staff, send_id: str, same: str) -> None:
    asked = staff.ask(send_id)
    with pytest.raises(Forbidden, match="two people"):
        staff.approve(asked, same)
    asked = staff.ask(send_id, same)
    with pytest.raises(Forbidden, match="two people"):
        staff.approve(asked, ANNA)
    with pytest.raises(Conflict, match="waits for another member"):
        staff.read(asked)


def test_the_database_itself_takes_no_approval_by_who_asked(staff: Staff, send_id: str) -> None:
    asked = staff.ask(send_id)
    for same in (ANNA, ANNA.upper()):
        with pytest.raises(pymysql.err.OperationalError), staff.pipeline.database.transaction() as tx:
            tx.execute(
                "UPDATE disclosures SET approved_by = %s, approved_at = asked_at, closes_at = asked_at WHERE id = %s",
                (same, asked.id),
            )


def test_only_the_two_may_read(staff: Staff, send_id: str) -> None:
    opened = staff.open(send_id)
    with pytest.raises(Forbidden, match="Only the two"):
        staff.read(opened, LEO)
    assert staff.readings(opened) == []


def test_of_two_who_approve_at_once_one_does(staff: Staff, send_id: str) -> None:
    asked = staff.ask(send_id)
    failures = at_once([lambda: staff.approve(asked, KARIN), lambda: staff.approve(asked, LEO)])
    assert [type(failure) for failure in failures] == [Conflict]


# One hour


def test_an_hour_after_the_approval_it_is_closed(staff: Staff, send_id: str) -> None:
    asked = staff.ask(send_id)
    staff.pipeline.clock.time += timedelta(days=2)
    opened = staff.approve(asked)
    staff.pipeline.clock.time += OPEN_FOR - SECOND
    assert staff.read(opened) == who_got_what(3)
    staff.pipeline.clock.time += SECOND
    for who in (ANNA, KARIN):
        with pytest.raises(Forbidden, match="one hour, which is over"):
            staff.read(opened, who)
    with pytest.raises(Conflict, match="it is closed"):
        staff.approve(opened, LEO)
    assert len(staff.readings(opened)) == 1


def test_an_ask_that_nobody_approved_within_7_days_expires(staff: Staff, send_id: str) -> None:
    asked = staff.ask(send_id)
    staff.pipeline.clock.time += ASK_LIFE
    with pytest.raises(Conflict, match="it is expired"):
        staff.approve(asked)
    with pytest.raises(Conflict, match="within 7 days"):
        staff.read(asked)


def test_each_state_is_told_from_the_moments(staff: Staff, send_id: str) -> None:
    asked = staff.ask(send_id)
    opened = staff.approve(staff.ask(send_id))
    now = staff.pipeline.clock.now()
    assert [asked.state(now), asked.state(now + ASK_LIFE)] == [DisclosureState.ASKED, DisclosureState.EXPIRED]
    assert [opened.state(now), opened.state(now + OPEN_FOR)] == [DisclosureState.OPEN, DisclosureState.CLOSED]


# One send


def test_a_send_in_clear_or_unknown_is_not_asked_for(staff: Staff, pipeline: Pipeline) -> None:
    with pytest.raises(Conflict, match="not encrypted yet"):
        staff.ask(pipeline.sent(1))
    with pytest.raises(NotFound):
        staff.ask("snd_aaaaaaaaaaaaaaaa")


def test_what_is_not_there_is_neither_approved_nor_read(staff: Staff, send_id: str) -> None:
    one = Disclosure("dis_aaaaaaaaaaaaaaaa", "acc_a", send_id, REASON, ANNA, staff.pipeline.clock.now())
    with pytest.raises(NotFound):
        staff.approve(one)
    with pytest.raises(NotFound):
        staff.read(one)


def test_no_row_of_another_send_or_company_is_shown(staff: Staff, pipeline: Pipeline) -> None:
    other = pipeline.company()
    mine = pipeline.send(fictional(1), fictional(2))
    pipeline.send(fictional(3), fictional(4))
    pipeline.send(fictional(5), fictional(6), member=other)
    pipeline.run()
    encrypt(pipeline)
    shown = staff.read(staff.open(mine))
    assert [one.phone for one in shown] == [parse(fictional(place)).e164 for place in (1, 2)]
    assert pipeline.keys.unwrapped[-1] == pipeline.company_id


def test_a_row_that_was_put_in_anothers_place_is_not_read(staff: Staff, pipeline: Pipeline) -> None:
    send_id, other = pipeline.sent(1), pipeline.sent(2)
    encrypt(pipeline)
    opened = staff.open(send_id)
    with pipeline.database.transaction() as tx:
        record = pipeline.deliveries(other, "record")[1]
        tx.execute("UPDATE deliveries SET record = %s WHERE send_id = %s", (record, send_id))
    with pytest.raises(Unreadable):
        staff.read(opened)


def test_pages_go_by_position_and_each_is_a_reading(staff: Staff, send_id: str) -> None:
    opened = staff.open(send_id)
    assert staff.read(opened, most=2) == who_got_what(3)[:2]
    assert staff.read(opened, after=2, most=2) == who_got_what(3)[2:]
    assert staff.read(opened, after=3) == []
    assert staff.readings(opened) == [(ANNA, 1, 2, 1), (ANNA, 3, 3, 1)]


def test_after_the_rows_are_erased_nothing_is_shown_and_nothing_deciphered(staff: Staff, send_id: str) -> None:
    pipeline = staff.pipeline
    pipeline.clock.time += timedelta(days=335)
    opened = staff.open(send_id)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.deliveries(send_id) == []
    assert staff.read(opened) == []
    assert pipeline.company_id not in pipeline.keys.unwrapped
    assert staff.readings(opened) == []


# The log comes first


@dataclass
class WatchedKeys:
    """Does something else before each unwrapping."""

    inner: FakeKeys
    before: Callable[[], object]
    calls: list[str] = field(default_factory=list)

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey:
        return self.inner.wrap(key, plaintext, context)

    def unwrap(self, key: str, ciphertext: bytes, context: bytes) -> bytes:
        self.calls.append(key)
        self.before()
        return self.inner.unwrap(key, ciphertext, context)

    def create_key(self, key: str) -> None:
        self.inner.create_key(key)


def read_with(staff: Staff, keys: WatchedKeys, one: Disclosure) -> list[Disclosed]:
    pipeline = staff.pipeline
    return disclose_send.read(pipeline.database, keys, ANNA, one.id, 0, 50, pipeline.clock.now())[1]


def test_when_the_first_key_is_opened_the_reading_is_committed(staff: Staff, send_id: str) -> None:
    opened, seen = staff.open(send_id), list[object]()
    keys = WatchedKeys(staff.pipeline.keys, lambda: seen.extend(staff.readings(opened)))
    assert read_with(staff, keys, opened) == who_got_what(3)
    assert seen == [(ANNA, 1, 3, 1)]


@pytest.mark.parametrize(
    ("trouble", "told"), [(SupplierUnavailable("away"), SupplierUnavailable), (KeyServiceFault("refused"), Conflict)]
)
def test_a_reading_that_the_key_service_fails_is_in_the_log_anyway(
    staff: Staff, send_id: str, trouble: Exception, told: type[Exception]
) -> None:
    opened = staff.open(send_id)

    def fail() -> None:
        raise trouble

    with pytest.raises(told):
        read_with(staff, WatchedKeys(staff.pipeline.keys, fail), opened)
    assert staff.readings(opened) == [(ANNA, 1, 3, 1)]


def test_the_log_says_how_many_keys_are_opened_and_so_many_are(staff: Staff, pipeline: Pipeline) -> None:
    send_id = pipeline.sent(4)
    encrypt(pipeline)
    with pipeline.database.transaction() as tx:  # as where a run was stopped and the next one went on with its own key
        tx.execute(
            "INSERT INTO data_keys (company_id, send_day, version, wrapped) SELECT company_id, send_day,"
            " version, wrapped FROM data_keys"
        )
        tx.execute("UPDATE deliveries SET data_key_id = (SELECT MAX(id) FROM data_keys) WHERE position > 2")
    opened = staff.open(send_id)
    pipeline.keys.unwrapped.clear()
    assert staff.read(opened) == who_got_what(4)
    assert staff.read(opened, most=2) == who_got_what(2)
    assert staff.readings(opened) == [(ANNA, 1, 4, 2), (ANNA, 1, 2, 1)]
    assert pipeline.keys.unwrapped == [pipeline.company_id] * 3


def test_readings_are_only_ever_added(staff: Staff, send_id: str) -> None:
    opened = staff.open(send_id)
    staff.read(opened)
    for statement in ("UPDATE disclosure_readings SET staff = 'x'", "DELETE FROM disclosure_readings"):
        with (
            pytest.raises(pymysql.err.OperationalError, match="readings are"),
            staff.pipeline.database.transaction() as tx,
        ):
            tx.execute(f"{statement} WHERE disclosure_id = %s", (opened.id,))
    assert staff.readings(opened) == [(ANNA, 1, 3, 1)]


def test_neither_what_was_asked_nor_what_was_approved_can_be_deleted(staff: Staff, send_id: str) -> None:
    for one in (staff.ask(send_id), staff.open(send_id)):
        with (
            pytest.raises(pymysql.err.OperationalError, match="disclosures are kept"),
            staff.pipeline.database.transaction() as tx,
        ):
            tx.execute("DELETE FROM disclosures WHERE id = %s", (one.id,))
        with staff.pipeline.database.transaction() as tx:
            assert disclosures.get(tx, one.id) is not None


@pytest.mark.parametrize(
    "change", ["closes_at = closes_at + INTERVAL 1 DAY", "approved_by = 'x'", "reason = 'another'"]
)
def test_what_is_approved_is_never_changed(staff: Staff, send_id: str, change: str) -> None:
    opened = staff.open(send_id)
    with (
        pytest.raises(pymysql.err.OperationalError, match="changes only by"),
        staff.pipeline.database.transaction() as tx,
    ):
        tx.execute(f"UPDATE disclosures SET {change} WHERE id = %s", (opened.id,))


@pytest.mark.parametrize(
    "change", ["reason = UPPER(reason)", "send_id = 'snd_b'", "asked_by = 'x'", "asked_at = '2020-01-01'"]
)
def test_what_was_asked_is_never_changed(staff: Staff, send_id: str, change: str) -> None:
    asked = staff.ask(send_id)
    with (
        pytest.raises(pymysql.err.OperationalError, match="changes only by"),
        staff.pipeline.database.transaction() as tx,
    ):
        tx.execute(f"UPDATE disclosures SET {change} WHERE id = %s", (asked.id,))


def test_readings_go_after_12_months_and_not_before(staff: Staff, send_id: str) -> None:
    pipeline = staff.pipeline
    opened = staff.open(send_id)
    staff.read(opened)
    pipeline.clock.time += timedelta(days=364)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert len(staff.readings(opened)) == 1
    pipeline.clock.time += timedelta(days=1)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert staff.readings(opened) == []
    with pipeline.database.transaction() as tx:
        assert disclosures.get(tx, opened.id) is None


def test_asking_approving_and_reading_are_in_the_staff_log(staff: Staff, send_id: str) -> None:
    opened = staff.open(send_id)
    staff.read(opened, KARIN)
    assert staff.pipeline.rows("SELECT staff, action FROM staff_log WHERE subject = %s ORDER BY id", opened.id) == [
        (ANNA, "disclosure.ask"),
        (KARIN, "disclosure.approve"),
        (KARIN, "disclosure.read"),
    ]


def test_what_is_logged_of_a_reading_holds_no_number(
    staff: Staff, send_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    opened = staff.open(send_id)
    found = staff.read(opened)

    def fail() -> None:
        raise KeyServiceFault("refused")

    with caplog.at_level(logging.DEBUG), pytest.raises(Conflict) as told:
        read_with(staff, WatchedKeys(staff.pipeline.keys, fail), opened)
    said = f"{found} {caplog.text} {told.value.detail} {staff.pipeline.rows('SELECT * FROM disclosure_readings')}"
    assert opened.id in said
    assert "1740" not in said
    assert "coffee" not in said
