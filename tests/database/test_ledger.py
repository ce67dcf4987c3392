"""The ledger as the database keeps it."""

import threading
from datetime import date

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.database.queries import ledger, money, vat
from shared.database.queries.ledger import Booked
from shared.database.transactions import PooledDatabase, Transaction
from shared.domain import ids, statement
from shared.domain.errors import BalanceTooLow, Conflict
from shared.domain.ledger import DISPUTED, REFUNDED, Account, Movement, Purpose
from shared.domain.statement import Position
from shared.domain.vat import VatClass
from tests.factories import NOON, Factory

TODAY = date(2026, 11, 23)


def test_the_database_refuses_to_change_or_delete_a_ledger_entry(make: Factory, database: PooledDatabase) -> None:
    company = make.company(balance_ore=100)
    for sql in ("UPDATE ledger_entries SET amount_ore = 1", "DELETE FROM ledger_entries"):
        with pytest.raises(pymysql.err.OperationalError, match="ledger entries are"), database.transaction() as tx:
            tx.execute(f"{sql} WHERE company_id = %s", (company.company_id,))


def test_fifty_sends_that_race_for_a_balance_of_ten_get_exactly_ten(make: Factory, database: PooledDatabase) -> None:
    company_id = make.company(balance_ore=1_000).company_id
    outcomes: list[str] = []

    def reserve() -> None:
        try:
            with database.transaction() as tx:
                money.reserve(tx, company_id, ids.new_id("hld"), 100, TODAY)
            outcomes.append("held")
        except BalanceTooLow:
            outcomes.append("refused")

    threads = [threading.Thread(target=reserve) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("held"), outcomes.count("refused")) == (10, 40)
    with database.transaction() as tx:
        assert money.balance(tx, company_id) == money.Balance(available_ore=0, held_ore=1_000)


REFUND, DISPUTE = "refund", "dispute"
DIRECT = (
    Purpose.TOP_UP,
    Purpose.RESERVE,
    Purpose.CAPTURE_FEE,
    Purpose.CAPTURE_VALUE,
    Purpose.RELEASE,
    Purpose.PAY_BACK,
    Purpose.PAID_BY_BANK,
)
DAYS = [date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 11, 23)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*DIRECT, REFUND, DISPUTE]),
            st.integers(min_value=1, max_value=700),
            st.booleans(),
            st.sampled_from(DAYS),
        ),
        max_size=14,
    )
)
# each example makes a company of its own, so the shared database needs no reset
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_entries_sum_to_zero_and_no_balance_falls_below_it(
    database: PooledDatabase, asked: list[tuple[str, int, bool, date]]
) -> None:
    company_id = Factory(database).company(balance_ore=1_000).company_id
    with database.transaction() as tx:
        hold_id = ids.new_id("hld")
        money.reserve(tx, company_id, hold_id, 600, TODAY)
    gone = {REFUND: 0, DISPUTE: 0}
    for what, amount, undone, day in sorted(asked, key=lambda one: one[3]):
        try:
            with database.transaction() as tx:
                for movement in movements(tx, company_id, what, amount, gone if undone else None):
                    money.book(tx, company_id, movement, day, hold_id)
        except pymysql.err.OperationalError as error:
            assert "CONSTRAINT" in str(error)  # the database itself refused what is not there
        else:
            if what in gone:
                gone[what] += -min(amount, gone[what]) if undone else amount
    with database.transaction() as tx:
        balance = money.balance(tx, company_id)
        held = tx.value("SELECT held_ore FROM holds WHERE id = %s AND company_id = %s", (hold_id, company_id))
        totals = sums(tx, company_id)
        assert sum(totals.values()) == 0
        assert (totals["available"], totals["held"]) == (balance.available_ore, balance.held_ore)
        assert -totals.get("receivable", 0) == balance.receivable_ore >= 0
        assert balance.available_ore >= 0
        assert held == balance.held_ore >= 0
        assert not (balance.available_ore and balance.receivable_ore), "what is free settles what is owed"
        assert_months_lead_to(tx, company_id, balance)
        assert_listed_once(tx, company_id, balance)


def movements(tx: Transaction, company_id: str, what: str, amount: int, undo: dict[str, int] | None) -> list[Movement]:
    """What the product would book; of a payment that was taken back, no more comes again than had gone."""
    if what not in (REFUND, DISPUTE):
        return [Movement(Purpose(what), amount)]
    more = amount if undo is None else -min(amount, undo[what])
    way = REFUNDED if what == REFUND else DISPUTED
    return way.movements(more, money.lock(tx, company_id).available_ore) if more else []


def sums(tx: Transaction, company_id: str) -> dict[str, int]:
    return dict(
        tx.all(
            lambda account, total: (str(account), int(total)),
            "SELECT account, SUM(amount_ore) FROM ledger_entries WHERE company_id = %s GROUP BY account",
            (company_id,),
        )
    )


def assert_months_lead_to(tx: Transaction, company_id: str, balance: money.Balance) -> None:
    """Each month's statement begins where the one before ended, and the last ends at the balance."""
    listed = dict(ledger.months(tx, company_id, None, 200))
    closing = Position()
    for month in (date(2026, number, 1) for number in range(8, 12)):
        made = statement.make(
            ledger.position(tx, company_id, month), ledger.moved(tx, company_id, statement.days_of(month))
        )
        assert made.opening == closing
        closing = made.closing
        outside = sum(amount for line, amount in made.amounts.items() if line not in statement.INSIDE)
        assert made.opening.total_ore + outside == closing.total_ore
        assert listed.get(month, made.opening.total_ore) == closing.total_ore
    assert closing == Position(balance.available_ore, balance.held_ore, balance.receivable_ore)


def assert_listed_once(tx: Transaction, company_id: str, balance: money.Balance) -> None:
    """By pages of three: each movement once, and what they changed sums to the balance."""
    found: list[Booked] = []
    while page := ledger.page(tx, company_id, None, found[-1].id if found else None, 3):
        found += page
    booked = tx.value("SELECT COUNT(DISTINCT transaction_id) FROM ledger_entries WHERE company_id = %s", (company_id,))
    assert len({one.id for one in found}) == len(found) == booked
    assert sum(one.movement.change(Account.AVAILABLE) for one in found) == balance.available_ore
    assert sum(one.movement.change(Account.HELD) for one in found) == balance.held_ore


def test_a_month_of_the_ledger_is_its_days_alone_and_never_anothers(make: Factory, database: PooledDatabase) -> None:
    company_id, other_id = make.company().company_id, make.company(balance_ore=7).company_id
    with database.transaction() as tx:
        for day in DAYS:
            money.book(tx, company_id, Movement(Purpose.TOP_UP, day.day), day)
        september = statement.days_of(date(2026, 9, 1))
        found = ledger.page(tx, company_id, september, None, 200)
        assert [one.day for one in found] == [date(2026, 9, 30), date(2026, 9, 1)]
        newest = ledger.page(tx, company_id, None, None, 1)[0]
        assert ledger.page(tx, other_id, None, newest.id, 200) == [], "another company's place is none"
        assert ledger.months(tx, company_id, date(2026, 11, 1), 1) == [(date(2026, 9, 1), 31 + 1 + 30)]


def test_what_is_earned_says_how_it_is_taxed_and_not_for_which_gift(make: Factory, database: PooledDatabase) -> None:
    company_id = make.company(balance_ore=1_000).company_id
    with database.transaction() as tx:
        classes = vat.gift_classes(tx, ["coffee", "cinema", "groceries_100", "unknown"])
        assert classes == {
            "coffee": VatClass.SERVED_FOOD,
            "cinema": VatClass.STANDARD,
            "groceries_100": VatClass.MULTI_PURPOSE,
        }
        hold_id = ids.new_id("hld")
        money.reserve(tx, company_id, hold_id, 500, TODAY)
        money.book(tx, company_id, Movement(Purpose.CAPTURE_VALUE, 300, classes["coffee"]), TODAY, hold_id)
        money.book(tx, company_id, Movement(Purpose.CAPTURE_FEE, 200), TODAY, hold_id)
        fee, value, *rest = ledger.page(tx, company_id, None, None, 200)
    assert (fee.movement.taxed_as, value.movement.taxed_as) == (VatClass.STANDARD, VatClass.SERVED_FOOD)
    assert [one.movement.taxed_as for one in rest] == [None, None]


def test_a_top_up_is_paid_once_however_often_stripe_says_so(make: Factory, database: PooledDatabase) -> None:
    company_id = make.company().company_id
    with database.transaction() as tx:
        money.add_top_up(tx, money.TopUp("top_aaaaaaaaaaaaaaaa", company_id, 500, "open"), NOON)
        first, second = (money.pay_top_up(tx, "top_aaaaaaaaaaaaaaaa", 500, "pi_1") for _ in range(2))
    assert first is not None
    assert second is None


def test_a_lock_that_cannot_be_had_is_a_conflict_and_not_an_error(make: Factory, database: PooledDatabase) -> None:
    company_id = make.company(balance_ore=1).company_id
    with database.transaction() as holder:
        money.lock(holder, company_id)
        with pytest.raises(Conflict), database.transaction() as waiter:
            waiter.execute("SET SESSION innodb_lock_wait_timeout = 1")
            money.lock(waiter, company_id)
