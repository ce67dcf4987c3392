"""Companies whose plans and deposits are paid at a Stripe in memory, and what the ledger says of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.database.queries import money
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.use_cases.accounts.activate_account import activate_account
from shared.use_cases.billing.record_payment import record_payment
from tests.database.moving_stripe import MovingStripe
from tests.factories import NOON, Factory, FakeKeys

Event = tuple[str, str, str]

STATE = (
    "SELECT state, plan, unpaid, stripe_subscription IS NULL FROM companies WHERE id = %s",
    "SELECT available_ore, held_ore, receivable_ore FROM balances WHERE company_id = %s",
    (
        "SELECT state, amount_ore, refunded_ore, disputed_ore, payment IS NULL FROM top_ups WHERE company_id = %s"
        " ORDER BY state, amount_ore, refunded_ore, disputed_ore"
    ),
    (
        "SELECT account, CAST(SUM(amount_ore) AS SIGNED) AS total FROM ledger_entries WHERE company_id = %s"
        " GROUP BY account HAVING total <> 0 ORDER BY account"
    ),
)


@dataclass
class Books:
    """Companies that wait for their plan to be paid, and a Stripe that tells of them."""

    database: PooledDatabase
    stripe: MovingStripe = field(default_factory=MovingStripe)
    companies: list[str] = field(default_factory=list)

    def company(self) -> str:
        company_id = Factory(self.database).company(state="pending").company_id
        self.companies.append(company_id)
        return company_id

    def active(self, balance_ore: int = 0) -> str:
        company_id = self.company()
        self.stripe.buy_plan(company_id)
        self.deliver_new()
        self.activate()
        if balance_ore:
            self.stripe.pay(self.top_up(company_id), company_id, balance_ore)
            self.deliver_new()
        return company_id

    def top_up(self, company_id: str) -> str:
        top_up_id = ids.new_id("top")
        with self.database.transaction() as tx:
            money.add_top_up(tx, money.TopUp(top_up_id, company_id, 10_000, "open"), NOON)
        return top_up_id

    def activate(self) -> None:
        for company_id in self.companies:
            activate_account(self.database, FakeKeys(), company_id, NOON)

    def deliver(self, events: Iterable[Event]) -> None:
        for event_id, kind, object_id in events:
            record_payment(self.database, self.stripe, event_id, kind, object_id, NOON)

    def deliver_new(self) -> None:
        self.deliver(self.stripe.events)
        self.stripe.events.clear()

    def value(self, sql: str, company_id: str) -> Any:
        with self.database.transaction() as tx:
            return tx.value(sql, (company_id,))

    def state(self, company_id: str) -> str:
        return str(self.value("SELECT state FROM companies WHERE id = %s", company_id))

    def balance(self, company_id: str) -> tuple[int, int]:
        with self.database.transaction() as tx:
            found = money.balance(tx, company_id)
        return found.available_ore, found.receivable_ore

    def end_state(self, company_id: str) -> list[Any]:
        """All that must be the same; the entries by account, as how often something moved depends on who looked."""
        rows = []
        with self.database.transaction() as tx:
            for sql in STATE:
                rows.append(tx.all(lambda *columns: columns, sql, (company_id,)))
        return rows

    def check(self, company_id: str) -> None:
        """Entries sum to zero, and balances are their sums."""
        (free, held, owed) = self.end_state(company_id)[1][0]
        totals = dict(self.end_state(company_id)[3])
        assert sum(totals.values()) == 0
        assert (totals.get("available", 0), totals.get("held", 0), -totals.get("receivable", 0)) == (free, held, owed)
        assert not (free and owed), "what is owed is settled by what is free"
