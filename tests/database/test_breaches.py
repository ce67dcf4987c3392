"""The breach register is only ever added to, is kept for five years, and each owner is told once."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pymysql
import pytest

from shared.database.queries import breaches
from shared.database.queries.breaches import Breach, Entry
from shared.database.transactions import PooledDatabase
from shared.domain import retention
from shared.domain.breach import MOVES, BreachState
from shared.domain.errors import Conflict, NotAcceptable, NotFound
from shared.ports import MailRefused, SupplierUnavailable
from shared.use_cases.accounts import tell_owners as telling
from shared.use_cases.accounts.tell_owners import NoticesIncomplete
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.register_breach import add_to_breach, order_telling, register_breach
from shared.use_cases.privacy.tell_of_breaches import tell_of_breaches
from tests.database.pipeline import at_once
from tests.factories import NOON, Factory

STAFF = "anna@upup.example"
HOUR = timedelta(hours=1)
MESSAGE = "Under 20 minuter kunde adresser ses av fel företag."
TABLES = ("breach_notices", "breach_companies", "breach_entries", "breaches")

Row = tuple[Any, ...]


@dataclass
class FakeMail:
    """Keeps (to, text) of each mail; fails as often as `failures` says, and refuses the `refused` for good."""

    failures: int = 0
    refused: set[str] = field(default_factory=set)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        if self.failures:
            self.failures -= 1
            raise SupplierUnavailable("away")
        if to in self.refused:
            raise MailRefused
        self.sent.append((to, text))


@pytest.fixture(autouse=True)
def no_breaches(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        tx.execute("SET @erase_until = '9999-01-01'")
        for table in TABLES:
            tx.execute(f"DELETE FROM {table}")
        tx.execute("SET @erase_until = NULL")


def a_breach(database: PooledDatabase, *company_ids: str, **changes: Any) -> str:
    """Of these companies, or of all."""
    facts: dict[str, Any] = {
        "happened_at": NOON - 5 * HOUR,
        "found_at": NOON - HOUR,
        "what": "En logg visade adresser.",
        "consequences": "Spam.",
        "all_companies": not company_ids,
        "registered_by": STAFF,
        "registered_at": NOON,
    }
    return register_breach(database, Breach("", **(facts | changes)), "Loggen stängdes.", company_ids)


def rows(database: PooledDatabase, sql: str, *arguments: object) -> list[Row]:
    with database.transaction() as tx:
        return tx.all(lambda *found: found, sql, arguments)


def standing(database: PooledDatabase, breach_id: str) -> breaches.Standing:
    with database.transaction() as tx:
        return breaches.standings(tx, [breach_id])[breach_id]


def tell(database: PooledDatabase, breach_id: str, message: str = MESSAGE) -> None:
    order_telling(database, Entry(breach_id, NOON, STAFF, message=message))


def address(database: PooledDatabase, company_id: str) -> str:
    sql = "SELECT p.email FROM persons p JOIN members m ON m.person_id = p.id WHERE m.company_id = %s"
    return str(rows(database, sql, company_id)[0][0])


# Writing it down


def test_a_breach_is_written_down_open_with_what_was_done_and_who_did_it(
    database: PooledDatabase, make: Factory
) -> None:
    company_id = make.company().company_id
    breach_id = a_breach(database, company_id)
    with database.transaction() as tx:
        (entry,) = breaches.entries(tx, [breach_id])
        assert breaches.companies(tx, breach_id) == [company_id]
    assert entry == Entry(breach_id, NOON, STAFF, BreachState.OPEN, "Loggen stängdes.")
    assert standing(database, breach_id).state is BreachState.OPEN
    assert rows(database, "SELECT staff, action, subject FROM staff_log") == [(STAFF, "breach.register", breach_id)]


def test_a_breach_of_all_concerns_every_company_whose_agreement_has_not_ended(
    database: PooledDatabase, make: Factory
) -> None:
    there = {make.company(state=state).company_id for state in ("active", "past_due", "closing")}
    gone = make.company(state="closed").company_id
    breach_id = a_breach(database)
    with database.transaction() as tx:
        found = set(breaches.companies(tx, breach_id))
    assert there <= found
    assert gone not in found


@pytest.mark.parametrize(
    ("changes", "field_name"),
    [({"found_at": NOON + HOUR}, "found_at"), ({"happened_at": NOON}, "happened_at")],
)
def test_what_cannot_have_been_so_is_refused(database: PooledDatabase, changes: Any, field_name: str) -> None:
    with pytest.raises(NotAcceptable) as refusal:
        a_breach(database, **changes)
    assert [fault.field for fault in refusal.value.faults] == [field_name]
    assert rows(database, "SELECT id FROM breaches") == []


def test_a_company_that_is_none_is_refused_and_nothing_is_kept(database: PooledDatabase, make: Factory) -> None:
    with pytest.raises(NotAcceptable):
        a_breach(database, make.company().company_id, "acc_nobody")
    assert rows(database, "SELECT id FROM breaches") == []


# Adding to it


def test_what_is_done_later_is_added_and_nothing_before_it_changes(database: PooledDatabase) -> None:
    breach_id = a_breach(database)
    before = rows(database, "SELECT * FROM breaches"), rows(database, "SELECT * FROM breach_entries")
    add_to_breach(database, Entry(breach_id, NOON + HOUR, "karin@upup.example", BreachState.REPORTED, "Anmäld."))
    add_to_breach(database, Entry(breach_id, NOON + 2 * HOUR, STAFF, measures="Ny rutin."))
    assert rows(database, "SELECT * FROM breaches") == before[0]
    assert rows(database, "SELECT * FROM breach_entries ORDER BY id")[:1] == before[1]
    now = standing(database, breach_id)
    assert (now.state, now.reported_at) == (BreachState.REPORTED, NOON + HOUR)


@pytest.mark.parametrize("state", BreachState)
@pytest.mark.parametrize("wanted", BreachState)
def test_a_breach_moves_only_as_its_states_allow(
    database: PooledDatabase, state: BreachState, wanted: BreachState
) -> None:
    breach_id = a_breach(database)
    if state is not BreachState.OPEN:
        add_to_breach(database, Entry(breach_id, NOON, STAFF, state))
    entry = Entry(breach_id, NOON, STAFF, wanted)
    if wanted in MOVES[state]:
        add_to_breach(database, entry)
        assert standing(database, breach_id).state is wanted
    else:
        with pytest.raises(Conflict):
            add_to_breach(database, entry)
        assert standing(database, breach_id).state is state


def test_a_closed_breach_can_still_be_added_to(database: PooledDatabase) -> None:
    breach_id = a_breach(database)
    add_to_breach(database, Entry(breach_id, NOON, STAFF, BreachState.CLOSED))
    add_to_breach(database, Entry(breach_id, NOON, STAFF, measures="Uppföljd."))
    assert standing(database, breach_id).state is BreachState.CLOSED


def test_two_who_close_it_at_once_are_told_that_one_was_first(database: PooledDatabase) -> None:
    breach_id = a_breach(database)
    close = Entry(breach_id, NOON, STAFF, BreachState.CLOSED)
    failures = at_once([lambda: add_to_breach(database, close)] * 4)
    assert [type(failure) for failure in failures] == [Conflict] * 3
    assert rows(database, "SELECT COUNT(*) FROM breach_entries WHERE state = 'closed'") == [(1,)]


def test_an_unknown_breach_is_not_found(database: PooledDatabase) -> None:
    for work in (add_to_breach, order_telling):
        with pytest.raises(NotFound):
            work(database, Entry("brc_nobody", NOON, STAFF, measures="x", message="x"))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE breaches SET what = ''",
        "UPDATE breach_entries SET measures = ''",
        "UPDATE breach_companies SET company_id = ''",
        "UPDATE breach_notices SET told_at = NULL",
        *(f"DELETE FROM {table}" for table in TABLES),
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_any_of_it(
    database: PooledDatabase, make: Factory, sql: str
) -> None:
    breach_id = a_breach(database, make.company().company_id)
    tell(database, breach_id)
    tell_of_breaches(database, FakeMail(), NOON)
    with pytest.raises(pymysql.err.Error, match=r"never changed|only ever added|kept"), database.transaction() as tx:
        tx.execute(sql)


# Telling


def test_each_owner_of_the_companies_concerned_is_mailed_once_and_nobody_else(
    database: PooledDatabase, make: Factory
) -> None:
    concerned = [make.company() for _ in range(3)]
    make.company()
    mail = FakeMail()
    breach_id = a_breach(database, *(one.company_id for one in concerned))
    tell(database, breach_id)
    assert standing(database, breach_id).to_tell == 3
    assert tell_of_breaches(database, mail, NOON) == 3
    tell(database, breach_id)
    assert tell_of_breaches(database, mail, NOON + HOUR) == 0
    assert sorted(to for to, _ in mail.sent) == sorted(address(database, one.company_id) for one in concerned)
    with database.transaction() as tx:
        told = breaches.told(tx, breach_id)
    assert {(one.company_id, one.member_id, one.told_at) for one in told} == {
        (one.company_id, one.member_id, NOON) for one in concerned
    }
    assert (standing(database, breach_id).told, standing(database, breach_id).to_tell) == (3, 0)


def test_an_owner_with_two_messages_is_one_owner_to_tell_and_one_who_was_told(
    database: PooledDatabase, make: Factory
) -> None:
    breach_id = a_breach(database, make.company().company_id)
    tell(database, breach_id)
    tell(database, breach_id, "Mer är känt nu.")
    assert standing(database, breach_id).to_tell == 1
    assert tell_of_breaches(database, FakeMail(), NOON) == 2
    assert (standing(database, breach_id).told, standing(database, breach_id).to_tell) == (1, 0)


def test_the_mail_is_in_both_languages_and_holds_nothing_of_the_register_but_the_public_text(
    database: PooledDatabase, make: Factory
) -> None:
    member = make.company()
    mail = FakeMail()
    tell(database, a_breach(database, member.company_id, what="Hemligt skeende", consequences="Hemlig följd"))
    tell_of_breaches(database, mail, NOON)
    ((_, text),) = mail.sent
    assert MESSAGE in text
    assert "personuppgiftsincident" in text and "personal data breach" in text
    for secret in ("Hemlig", "Loggen stängdes", STAFF, "Anna", "Åkesson", "Kaffebaren"):
        assert secret not in text


def test_braces_in_the_public_text_are_only_text(database: PooledDatabase, make: Factory) -> None:
    mail = FakeMail()
    tell(database, a_breach(database, make.company().company_id), "{company_id} {0} {{x}}")
    tell_of_breaches(database, mail, NOON)
    assert "{company_id} {0} {{x}}" in mail.sent[0][1]


def test_another_message_is_another_mail_and_the_same_reaches_only_who_came_since(
    database: PooledDatabase, make: Factory
) -> None:
    member, mail = make.company(), FakeMail()
    breach_id = a_breach(database, member.company_id)
    tell(database, breach_id)
    tell_of_breaches(database, mail, NOON)
    tell(database, breach_id, "Mer är känt nu.")
    assert tell_of_breaches(database, mail, NOON) == 1
    tell(database, breach_id, MESSAGE.upper())
    assert tell_of_breaches(database, mail, NOON) == 1


def test_who_could_not_be_told_is_told_by_the_next_run_and_nobody_twice(
    database: PooledDatabase, make: Factory
) -> None:
    concerned = [make.company().company_id for _ in range(4)]
    mail = FakeMail(failures=2)
    tell(database, a_breach(database, *concerned))
    with pytest.raises(NoticesIncomplete):
        tell_of_breaches(database, mail, NOON)
    assert len(mail.sent) == 2
    assert tell_of_breaches(database, mail, NOON) == 2
    assert sorted(to for to, _ in mail.sent) == sorted(address(database, one) for one in concerned)


def test_a_supplier_that_is_down_is_left_in_peace(database: PooledDatabase, make: Factory) -> None:
    concerned = [make.company().company_id for _ in range(telling.MOST_FAILURES + 3)]
    mail = FakeMail(failures=1_000)
    tell(database, a_breach(database, *concerned))
    with pytest.raises(NoticesIncomplete):
        tell_of_breaches(database, mail, NOON)
    assert 1_000 - mail.failures == telling.MOST_FAILURES


def test_who_is_refused_is_not_noted_as_told_is_counted_and_holds_up_nobody(
    database: PooledDatabase, make: Factory, capsys: pytest.CaptureFixture[str]
) -> None:
    concerned = [make.company().company_id for _ in range(telling.MOST_FAILURES + 2)]
    refused = {address(database, one) for one in concerned[:-1]}
    mail = FakeMail(refused=refused)
    breach_id = a_breach(database, *concerned)
    tell(database, breach_id)
    assert tell_of_breaches(database, mail, NOON) == 1
    (line,) = capsys.readouterr().out.splitlines()
    facts = {"metric": "notices_refused", "value": len(refused), "kind": "breach"}
    assert json.loads(line) == {"severity": "INFO", **facts}
    assert (standing(database, breach_id).told, standing(database, breach_id).to_tell) == (1, len(refused))
    mail.refused = set()
    assert tell_of_breaches(database, mail, NOON) == len(refused), "the next run tries them again"


def test_two_runs_at_once_tell_each_owner_once(database: PooledDatabase, make: Factory) -> None:
    concerned = [make.company().company_id for _ in range(12)]
    mail = FakeMail()
    tell(database, a_breach(database, *concerned))
    assert at_once([lambda: tell_of_breaches(database, mail, NOON)] * 4) == []
    assert sorted(to for to, _ in mail.sent) == sorted(address(database, one) for one in concerned)


def test_a_run_that_dies_in_a_mail_leaves_it_to_a_later_one(database: PooledDatabase, make: Factory) -> None:
    class Dying:
        def send(self, to: str, subject: str, text: str) -> None:
            raise KeyboardInterrupt

    mail = FakeMail()
    tell(database, a_breach(database, make.company().company_id))
    with pytest.raises(KeyboardInterrupt):
        tell_of_breaches(database, Dying(), NOON)
    assert tell_of_breaches(database, mail, NOON) == 0
    assert tell_of_breaches(database, mail, NOON + telling.CLAIM) == 1


def test_an_owner_who_is_gone_is_not_waited_for(database: PooledDatabase, make: Factory) -> None:
    member, mail = make.company(), FakeMail()
    breach_id = a_breach(database, member.company_id)
    tell(database, breach_id)
    with database.transaction() as tx:
        tx.execute("DELETE FROM members WHERE company_id = %s", (member.company_id,))
    assert tell_of_breaches(database, mail, NOON) == 0
    assert standing(database, breach_id).to_tell == 0


# The end


@pytest.mark.parametrize(
    ("closed", "later", "left"),
    [
        (True, timedelta(0), 0),
        (True, -timedelta(minutes=1), 1),
        (False, timedelta(days=400), 1),
    ],
)
def test_a_closed_breach_goes_five_years_after_its_last_entry_and_an_open_one_stays(
    database: PooledDatabase, make: Factory, closed: bool, later: timedelta, left: int
) -> None:
    breach_id = a_breach(database, make.company().company_id)
    tell(database, breach_id)
    tell_of_breaches(database, FakeMail(), NOON)
    last = NOON + timedelta(days=90)
    add_to_breach(database, Entry(breach_id, last, STAFF, BreachState.CLOSED if closed else None, "Klart."))
    erase_expired(database, last + retention.BREACH_LIFE + later)
    count: Callable[[str], int] = lambda table: rows(database, f"SELECT COUNT(*) FROM {table}")[0][0]  # noqa: E731
    assert [bool(count(table)) for table in TABLES] == [bool(left)] * len(TABLES)


def test_five_years_are_five_years_whatever_their_leap_days() -> None:
    assert timedelta(days=5 * 365 + 2) <= retention.BREACH_LIFE
