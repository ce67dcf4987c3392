"""How often something may be tried: counted by keyed hash, in the order in which it is tried."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from flask import Flask, request

from shared.database.transactions import PooledDatabase
from shared.domain.errors import TooMany, Unauthenticated
from shared.http.bodies.forms import NewsletterBody
from shared.http.call import Call
from shared.http.forms import taken
from shared.http.rate_limit import (
    LOGIN,
    MINUTE,
    Limit,
    Rate,
    client_address,
    count,
    count_client,
    counting_failures,
)
from shared.privacy.tokens import TokenHasher
from shared.settings import CoreSettings
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.factories import FakeClock

ANNA, BO = "anna@exempel.example", "bo@exempel.example"
VISITOR = NewsletterBody(
    first_name="Åsa", last_name="Berg", company="Bageriet", email=ANNA, text_version="2026-11", website="x"
)


@dataclass
class Door:
    database: PooledDatabase
    clock: FakeClock = field(default_factory=FakeClock)
    tokens: TokenHasher = field(default_factory=lambda: TokenHasher(b"k" * 32))
    core: CoreSettings = field(
        default_factory=lambda: CoreSettings(
            environment="development", public_url="http://127.0.0.1:1", token_key=bytes(32), attempts_per_client=3
        )
    )

    def wait(self, subject: str = ANNA, limit: Limit = LOGIN) -> int:
        """Seconds that an attempt has to wait; 0 where it was taken."""
        try:
            count(self, limit, subject, self.clock.now())
        except TooMany as refusal:
            return refusal.retry_after_seconds
        return 0

    def call(self) -> Call:
        return Call(request, {}, self.clock.now(), None)


@pytest.fixture
def door(database: PooledDatabase) -> Door:
    with database.transaction() as tx:
        tx.execute("DELETE FROM attempts")
        tx.execute("DELETE FROM attempt_subjects")
    return Door(database)


@pytest.fixture
def from_client() -> Iterator[None]:
    headers = {"X-Forwarded-For": "1.2.3.4, 192.0.2.7, 203.0.113.1"}
    with Flask(__name__).test_request_context("/v1/forms/newsletter", method="POST", headers=headers):
        yield


def test_six_in_a_minute_are_taken_and_then_none_for_15_minutes(door: Door) -> None:
    assert [door.wait() for _ in range(7)] == [0] * 6 + [900]
    door.clock.advance(minutes=14, seconds=59)
    assert door.wait() == 1
    door.clock.advance(seconds=1)
    assert [door.wait() for _ in range(7)] == [0] * 6 + [900]


def test_twelve_in_an_hour_are_taken_and_then_none_for_15_minutes(door: Door) -> None:
    for _ in range(12):
        assert door.wait() == 0
        door.clock.advance(minutes=4)
    assert door.wait() == 900
    door.clock.advance(minutes=15)
    assert door.wait() == 0


def test_a_minute_is_any_60_seconds(door: Door) -> None:
    for seconds in (0, 50, 5, 1, 1, 1):
        door.clock.advance(seconds=seconds)
        assert door.wait() == 0
    door.clock.advance(seconds=2)
    assert door.wait() == 0, "the first was 60 seconds ago"
    assert door.wait() == 900


def test_without_a_pause_the_next_is_taken_as_soon_as_the_rate_allows(door: Door) -> None:
    limit = Limit("x", (Rate(2, MINUTE),))
    assert door.wait(limit=limit) == 0
    door.clock.advance(seconds=20)
    assert [door.wait(limit=limit) for _ in range(3)] == [0, 40, 40]
    door.clock.advance(seconds=40)
    assert [door.wait(limit=limit) for _ in range(2)] == [0, 20]


def test_each_subject_and_each_thing_is_counted_by_itself(door: Door) -> None:
    assert [door.wait() for _ in range(7)][-1] == 900
    assert door.wait(BO) == 0
    assert door.wait(limit=Limit("another", LOGIN.rates)) == 0


def test_of_many_at_the_same_moment_exactly_as_many_as_allowed_are_taken(door: Door) -> None:
    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(lambda _: door.wait(), range(12)))
    assert sorted(waits) == [0] * 6 + [900] * 6


def test_what_is_kept_is_a_keyed_hash_and_for_a_day(door: Door) -> None:
    door.wait()
    with door.database.transaction() as tx:
        assert [len(one) for one in tx.values("SELECT subject_hmac FROM attempts")] == [32]
    for hours, kept in ((20, 1), (5, 0)):
        door.clock.advance(hours=hours)
        erase_expired(door.database, door.clock.now())
        with door.database.transaction() as tx:
            assert tx.value("SELECT COUNT(*) FROM attempts") == kept
            assert tx.value("SELECT COUNT(*) FROM attempt_subjects") == kept


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("192.0.2.7, 203.0.113.1", "192.0.2.7"),
        ("1.2.3.4, 192.0.2.7, 203.0.113.1", "192.0.2.7"),
        ("1.2.3.4", "198.51.100.9"),
        ("", "198.51.100.9"),
        ("2001:db8:1:2:3::4, 203.0.113.1", "2001:db8:1:2::/64"),  # its holder has all of them
    ],
)
def test_a_clients_address_is_what_the_load_balancer_saw_and_not_what_the_client_says(said: str, address: str) -> None:
    context = {"headers": {"X-Forwarded-For": said}, "environ_base": {"REMOTE_ADDR": "198.51.100.9"}}
    with Flask(__name__).test_request_context("/", **context):
        assert client_address(request) == address


@pytest.mark.usefixtures("from_client")
def test_a_clients_reports_are_limited(door: Door) -> None:
    for _ in range(3):
        count_client(door, "report", door.call())
    with pytest.raises(TooMany) as refused:
        count_client(door, "report", door.call())
    assert refused.value.retry_after_seconds == 900


@pytest.mark.usefixtures("from_client")
def test_forms_are_limited_by_client_and_by_e_mail(door: Door) -> None:
    done: list[str] = []
    for _ in range(3):
        assert taken(door, door.call(), VISITOR, lambda: done.append("acted")).status == 202
    with pytest.raises(TooMany):
        taken(door, door.call(), VISITOR, lambda: done.append("acted"))
    object.__setattr__(door.core, "attempts_per_client", 1_000)
    door.clock.advance(minutes=15)
    person = VISITOR.model_copy(update={"website": ""})
    for _ in range(2):
        taken(door, door.call(), person, lambda: done.append("acted"))
    with pytest.raises(TooMany):
        taken(door, door.call(), person, lambda: done.append("acted"))
    assert done == ["acted"] * 2
    taken(door, door.call(), person.model_copy(update={"email": BO}), lambda: done.append("acted"))
    assert done == ["acted"] * 3


@pytest.mark.usefixtures("from_client")
def test_a_clients_failed_logins_are_limited_and_then_nothing_is_tried(door: Door) -> None:
    tried = []

    def log_in(*, right: bool) -> None:
        with counting_failures(door, "failed login", door.call()):
            tried.append(right)
            if not right:
                raise Unauthenticated("made up")

    for _ in range(3):
        with pytest.raises(Unauthenticated):
            log_in(right=False)
        log_in(right=True)
    with pytest.raises(TooMany):
        log_in(right=False)
    assert len(tried) == 7
    with pytest.raises(TooMany):
        log_in(right=True)
    assert len(tried) == 7
    door.clock.advance(minutes=15)
    log_in(right=True)
