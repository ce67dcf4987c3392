"""The ledger as the database keeps it."""

import threading
from datetime import date

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.database.queries import money
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.errors import BalanceTooLow, Conflict
from shared.domain.ledger import Movement, Purpose
from tests.factories import NOON, Factory

TODAY = date(2026, 11, 23)


def test_the_database_refuses_to_change_or_delete_a_ledger_entry(make: Factory, database: PooledDatabase) -> None:
    company = make.company(balance_ore=100)
    for statement in ("UPDATE ledger_entries SET amount_ore = 1", "DELETE FROM ledger_entries"):
        with pytest.raises(pymysql.err.OperationalError, match="ledger entries are"), database.transaction() as tx:
            tx.execute(f"{statement} WHERE company_id = %s", (company.company_id,))


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


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Purpose.TOP_UP, Purpose.CAPTURE_FEE, Purpose.CAPTURE_VALUE, Purpose.RELEASE]),
            st.integers(min_value=1, max_value=500),
        ),
        max_size=12,
    )
)
# each example makes a company of its own, so the shared database needs no reset
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_entries_sum_to_zero_and_no_balance_falls_below_it(
    database: PooledDatabase, movements: list[tuple[Purpose, int]]
) -> None:
    company_id = Factory(database).company(balance_ore=1_000).company_id
    with database.transaction() as tx:
        hold_id = ids.new_id("hld")
        money.reserve(tx, company_id, hold_id, 600, TODAY)
    for purpose, amount in movements:
        try:
            with database.transaction() as tx:
                money.book(tx, company_id, Movement(purpose, amount), TODAY, hold_id)
        except pymysql.err.OperationalError as error:
            assert "CONSTRAINT" in str(error)  # the database itself refused what is not there
    with database.transaction() as tx:
        balance = money.balance(tx, company_id)
        entries = tx.all(
            lambda account, total: (account, int(total)),
            "SELECT account, SUM(amount_ore) FROM ledger_entries WHERE company_id = %s GROUP BY account",
            (company_id,),
        )
        held = tx.value("SELECT held_ore FROM holds WHERE id = %s AND company_id = %s", (hold_id, company_id))
    totals = dict(entries)
    assert sum(totals.values()) == 0
    assert (totals["available"], totals["held"]) == (balance.available_ore, balance.held_ore)
    assert held == balance.held_ore >= 0


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
