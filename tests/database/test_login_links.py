"""Logging in by a mailed link: the same is done whoever asks, and the link is mailed once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.database.transactions import PooledDatabase, Transaction
from shared.domain.errors import Unauthenticated
from shared.domain.topics import LOGIN_WANTED
from shared.ports import ClaimedElsewhere, MailRefused, Message, SupplierUnavailable
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts.log_in import LoggedIn, complete_login, request_login
from shared.use_cases.accounts.mail_login_link import Parts, mail_login_link
from tests.factories import PUBLIC_URL, Factory, FakeClock

UNKNOWN = "ingen@exempel.example"


@dataclass
class FakeMail:
    """Keeps what was sent; raises `trouble` while it is set; `meanwhile` happens during the call."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    trouble: Exception | None = None
    meanwhile: Any = None

    def send(self, to: str, subject: str, text: str) -> None:
        if self.meanwhile:
            self.meanwhile()
        if self.trouble:
            raise self.trouble
        self.sent.append((to, text))


class Watched:
    """A database that notes the statements that are run in it."""

    def __init__(self, database: PooledDatabase) -> None:
        self._database = database
        self.statements: list[str] = []

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._database.transaction() as tx:
            run = tx._cursor.execute

            def execute(sql: str, arguments: object) -> int:
                self.statements.append(sql)
                return int(run(sql, arguments))

            tx._cursor.execute = execute
            yield tx


@dataclass
class Desk:
    database: PooledDatabase
    email: str
    published: list[Message]
    mail: FakeMail = field(default_factory=FakeMail)
    clock: FakeClock = field(default_factory=FakeClock)
    tokens: TokenHasher = field(default_factory=lambda: TokenHasher(b"k" * 32))

    def ask(self, email: str = "") -> str:
        """The id in the message."""
        request_login(self.database, email or self.email, self.clock.now())
        body = self.published[-1].body
        return body.split('"')[3]

    def deliver(self, request_id: str) -> None:
        mail_login_link(Parts(self.database, self.clock, self.tokens, self.mail, PUBLIC_URL), request_id)

    def link(self) -> str:
        self.deliver(self.ask())
        return self.mail.sent[-1][1].partition("/login#token=")[2].split()[0]

    def complete(self, token: str) -> LoggedIn:
        with self.database.transaction() as tx:
            return complete_login(tx, self.tokens, token, None, self.clock.now())


@pytest.fixture
def desk(database: PooledDatabase, make: Factory, published: list[Message]) -> Desk:
    return Desk(database, f"{make.company().person_id}@example.com", published)


def test_a_link_works_for_ten_minutes(desk: Desk) -> None:
    in_time, too_late = desk.link(), desk.link()
    desk.clock.advance(minutes=9, seconds=59)
    assert desk.complete(in_time).membership.role == "owner"
    desk.clock.advance(seconds=1)
    with pytest.raises(Unauthenticated):
        desk.complete(too_late)


def test_the_token_stands_in_the_fragment_alone(desk: Desk) -> None:
    token = desk.link()
    to, text = desk.mail.sent[-1]
    assert to == desk.email
    assert text.count(token) == text.count(f"{PUBLIC_URL}/login#token={token}") > 0


def test_the_same_statements_and_messages_for_known_and_unknown_addresses(desk: Desk) -> None:
    told: list[tuple[list[str], list[tuple[str, int]]]] = []
    for email in (desk.email, UNKNOWN):
        watched = Watched(desk.database)
        request_login(watched, email, desk.clock.now())
        told.append((watched.statements, [(one.topic, len(one.body)) for one in desk.published[len(told) :]]))
    assert told[0] == told[1]
    assert len(told[0][0]) == 3
    assert [topic for topic, _ in told[0][1]] == [LOGIN_WANTED]
    assert not [one for one in desk.published if desk.email in one.body or UNKNOWN in one.body]


def test_nobody_is_mailed_at_an_unknown_address(desk: Desk) -> None:
    desk.deliver(desk.ask(UNKNOWN))
    assert desk.mail.sent == []
    desk.deliver(desk.ask())
    assert [to for to, _ in desk.mail.sent] == [desk.email]


def test_a_message_that_comes_again_mails_nothing_more(desk: Desk) -> None:
    request_id = desk.ask()
    for _ in range(3):
        desk.deliver(request_id)
    assert len(desk.mail.sent) == 1


def test_two_workers_with_one_message_mail_once(desk: Desk) -> None:
    request_id = desk.ask()

    def second() -> None:
        desk.mail.meanwhile = None
        with pytest.raises(ClaimedElsewhere):
            desk.deliver(request_id)

    desk.mail.meanwhile = second
    desk.deliver(request_id)
    assert len(desk.mail.sent) == 1


def test_what_the_mail_service_did_not_take_is_mailed_when_the_message_comes_again(desk: Desk) -> None:
    request_id, desk.mail.trouble = desk.ask(), SupplierUnavailable("away")
    with pytest.raises(SupplierUnavailable):
        desk.deliver(request_id)
    desk.mail.trouble = None
    desk.deliver(request_id)
    assert len(desk.mail.sent) == 1


def test_an_address_that_takes_no_mail_is_tried_once(desk: Desk) -> None:
    request_id, desk.mail.trouble = desk.ask(), MailRefused()
    desk.deliver(request_id)
    desk.mail.trouble = None
    desk.deliver(request_id)
    assert desk.mail.sent == []


def test_a_link_that_would_be_too_old_is_not_mailed(desk: Desk) -> None:
    request_id = desk.ask()
    desk.clock.advance(minutes=10)
    desk.deliver(request_id)
    assert desk.mail.sent == []


def test_a_dead_workers_request_is_mailed_once_its_claim_has_run_out(desk: Desk) -> None:
    request_id = desk.ask()
    with desk.database.transaction() as tx:
        tx.execute("UPDATE login_requests SET claimed_until = %s WHERE id = %s", (desk.clock.now(), request_id))
    desk.deliver(request_id)
    assert len(desk.mail.sent) == 1
