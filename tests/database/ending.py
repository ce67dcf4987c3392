"""A company with all that an agreement's end has to deal with, and fakes of the suppliers that must confirm it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.database.queries import agreements, idempotency, money, people
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.agreement import GRACE
from shared.domain.ledger import Movement, Purpose
from shared.ports import Erasure, PlanSubscription, SupplierRefused, SupplierUnavailable
from shared.privacy import data_map
from shared.privacy.data_map.agreements import STAYS_AFTER_THE_END
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.end_agreement import Ended, Parts, end_agreements
from shared.use_cases.gifts.record_redemptions import poll_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database.moving_stripe import MovingStripe
from tests.database.pipeline import Pipeline, WorkerDied
from tests.database.webhooks import Webhooks
from tests.factories import fictional

DEPOSITS = (30_000, 20_000, 10_000)
HOUR = timedelta(hours=1)


RESTORED = (
    "companies",
    "persons",
    "members",
    "sends",
    "deliveries",
    "holds",
    "balances",
    "top_ups",
    "pay_backs",
    "agreement_endings",
)
"""What a backup brings back; the ledger's entries cannot be taken away."""

BOOKS_WAIT = {"balances": 1, "top_ups": 3}
"""What open gifts keep: their value is held, and what of it is released is paid back by these payments."""


@dataclass
class Troubled:
    """`trouble` is raised by each call while it is set, before the call's work or after it."""

    trouble: BaseException | None = None
    afterwards: bool = False
    calls: int = 0

    def suffer(self, work: Callable[[], Any]) -> Any:
        self.calls += 1
        if self.trouble and not self.afterwards:
            raise self.trouble
        done = work()
        if self.trouble:
            raise self.trouble
        return done


@dataclass
class FakeStripe(MovingStripe, Troubled):
    """Pays back each id once; `pending` ones are not done yet. All deposits are known there by their amount."""

    payments: dict[str, int] = field(default_factory=dict)  # type: ignore[assignment]  # amounts are all it needs
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    pending: bool = False

    def subscription(self, subscription: str) -> PlanSubscription | None:
        customer = subscription.replace("sub_", "cus_")
        ended = bool(self.suffer(lambda: subscription in self.ended))
        return PlanSubscription(subscription, customer, "start", False, ended, True)

    def end(self, subscription: str) -> None:
        self.suffer(lambda: self.ended.add(subscription))

    def pay_back(self, pay_back_id: str, payment: str, amount_ore: int) -> bool:
        return bool(self.suffer(lambda: self._pay_back(pay_back_id, payment, amount_ore)))

    def _pay_back(self, pay_back_id: str, payment: str, amount_ore: int) -> bool:
        if self.refunds.setdefault(pay_back_id, (payment, amount_ore)) != (payment, amount_ore):
            raise SupplierRefused("paid back before with another amount")
        assert self.paid_back(payment) <= self.payments[payment]
        return not self.pending

    def paid_back(self, payment: str) -> int:
        return sum(amount for of, amount in self.refunds.values() if of == payment)


@dataclass
class FakeDestroyer(Troubled):
    destroyed: list[str] = field(default_factory=list)

    def destroy_key(self, key: str) -> None:
        self.suffer(lambda: self.destroyed.append(key))


@dataclass
class FakeContacts(Troubled):
    """Mailchimp or HubSpot, as far as an end goes."""

    erased: set[str] = field(default_factory=set)

    def erase(self, email: str) -> None:
        self.suffer(lambda: self.erased.add(email))


@dataclass
class FakeErasures(Troubled):
    log: dict[str, Erasure] = field(default_factory=dict)

    def add(self, entry: Erasure) -> None:
        self.suffer(lambda: self.log.setdefault(entry.id, entry))

    def entries(self) -> Iterator[Erasure]:
        return iter(self.log.values())

    @property
    def ended(self) -> list[str]:
        """The companies that are erased as a whole, in the order of their entries."""
        return [one.company_id for one in self.log.values() if not one.fingerprint and not one.person_id]


@dataclass
class MortalDatabase:
    """Its user dies with a transaction: the one after so many more, before it is committed or after."""

    inner: Database
    lives: int
    afterwards: bool

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        dies = self.lives == 0
        self.lives -= 1
        with self.inner.transaction() as tx:
            yield tx
            if dies and not self.afterwards:
                raise WorkerDied
        if dies:
            raise WorkerDied


@dataclass
class World:
    pipeline: Pipeline
    stripe: FakeStripe = field(default_factory=FakeStripe)
    keys: FakeDestroyer = field(default_factory=FakeDestroyer)
    mailchimp: FakeContacts = field(default_factory=FakeContacts)
    hubspot: FakeContacts = field(default_factory=FakeContacts)
    erasures: FakeErasures = field(default_factory=FakeErasures)
    database: Database | None = None
    """Another than the pipeline's, for who ends agreements."""

    def __post_init__(self) -> None:
        self.owner = self.pipeline.member = self.pipeline.company(balance_ore=0)
        with self.pipeline.database.transaction() as tx:
            tx.execute(
                "UPDATE companies SET stripe_customer = %s, stripe_subscription = %s WHERE id = %s",
                (f"cus_{self.id}", f"sub_{self.id}", self.id),
            )
            agreements.accept_dpa(tx, self.id, "2026-11", self.owner.member_id, self.now)
            self.email = self._email(tx, self.owner.person_id)
        for amount in DEPOSITS:
            self.deposit(amount)
            self.pipeline.clock.advance(seconds=1)

    @property
    def id(self) -> str:
        return self.owner.company_id

    @property
    def now(self) -> Any:
        return self.pipeline.clock.now()

    @property
    def troubled(self) -> list[Troubled]:
        return [self.stripe, self.keys, self.mailchimp, self.hubspot, self.erasures]

    @property
    def parts(self) -> Parts:
        return Parts(
            self.database or self.pipeline.database,
            self.pipeline.clock,
            self.stripe,
            self.keys,
            self.mailchimp,
            self.hubspot,
            self.erasures,
        )

    def deposit(self, amount: int) -> None:
        top_up_id = ids.new_id("top")
        payment = f"pi_{top_up_id}"
        self.stripe.payments[payment] = amount
        with self.pipeline.database.transaction() as tx:
            money.add_top_up(tx, money.TopUp(top_up_id, self.id, amount, "open"), self.now)
            money.pay_top_up(tx, top_up_id, amount, payment)
            money.book(tx, self.id, Movement(Purpose.TOP_UP, amount), self.now.date())

    def live(self) -> None:
        """What a company does: a send with its gifts of which its webhook is told, one that is scheduled, an opt-out,
        an answer, a login link."""
        webhooks = Webhooks(self.pipeline)
        endpoint = webhooks.endpoint(company_id=self.id)
        self.sent = self.pipeline.sent(3)
        webhooks.tell(endpoint.id)
        assert webhooks.receiver.calls
        self.scheduled = self.pipeline.send_to(2, start_in=timedelta(days=10))
        self.pipeline.opt_out(fictional(50))
        self.pipeline.published.clear()
        with self.pipeline.database.transaction() as tx:
            idempotency.begin(tx, self.id, "sends", bytes(32), bytes(32), self.now, self.now - HOUR)
            people.add_login_link(tx, ids.new_id("tok").encode().ljust(32), self.owner.person_id, self.now + HOUR)
            membership = people.memberships(tx, self.owner.person_id)[0]
            people.add_session(
                tx, ids.new_id("tok").encode().ljust(32), membership, self.now, self.now + timedelta(days=30)
            )

    def second_member(self) -> str:
        """Who is in another company too; that one's id."""
        other = self.pipeline.make.company()
        with self.pipeline.database.transaction() as tx:
            people.add_member(tx, ids.new_id("mbr"), self.id, other.person_id, "viewer", self.now)
        return other.company_id

    def close(self) -> None:
        close_account(self.pipeline.database, self.id, "Kaffebaren AB", self.now)

    def past_grace(self) -> None:
        """Closed, and the grace is over; what is erased after 72 hours meanwhile is."""
        self.close()
        self.pipeline.clock.time += GRACE
        erase_expired(self.pipeline.database, self.now)

    def run(self) -> Ended:
        """The job's next run."""
        self.pipeline.clock.time += HOUR
        return end_agreements(self.parts)

    def run_until_done(self, most: int = 40) -> None:
        for _ in range(most):
            self.run()
            if not self.open_steps():
                return
        raise AssertionError(self.open_steps())

    def open_steps(self) -> list[tuple[Any, ...]]:
        return self.pipeline.rows(
            "SELECT step, state, tries, last_error_class FROM agreement_endings WHERE company_id = %s"
            " AND state <> 'done'",
            self.id,
        )

    def left(self) -> dict[str, int]:
        """Rows of the company in tables where none may be left, and what its own row and its people still say."""
        names = [table.name for table in data_map.TABLES if "company_id" in table.columns]
        rows = {
            name: self.pipeline.column(f"SELECT COUNT(*) FROM {name} WHERE company_id = %s", self.id)[0]
            for name in names
            if name not in STAYS_AFTER_THE_END
        }
        rows["company"] = self.pipeline.column(
            "SELECT COUNT(*) FROM companies WHERE id = %s AND CONCAT(name, org_number, plan, dpa_version,"
            " COALESCE(stripe_customer, ''), COALESCE(stripe_subscription, '')) <> ''",
            self.id,
        )[0]
        for table, column in (("persons", "id"), ("login_links", "person_id")):
            rows[table] = self.pipeline.column(
                f"SELECT COUNT(*) FROM {table} WHERE {column} = %s", self.owner.person_id
            )[0]
        return {name: number for name, number in rows.items() if number}

    def _email(self, tx: Transaction, person_id: str) -> str:
        person = people.get(tx, person_id)
        assert person
        return person.email


AWAY = SupplierUnavailable("away")


def state(world: World) -> str:
    return str(world.pipeline.column("SELECT state FROM companies WHERE id = %s", world.id)[0])


def redeem_and_expire(world: World) -> None:
    """One of the three gifts is redeemed, the others expire."""
    first, *_ = world.pipeline.column("SELECT id FROM coupons WHERE company_id = %s AND state <> 'requested'", world.id)
    world.pipeline.issuer.redeem(first)
    poll_redemptions(world.pipeline.database, world.pipeline.issuer, world.pipeline.today)
    world.pipeline.clock.advance(days=200)
    settle_gifts(world.pipeline.database, world.pipeline.issuers, world.pipeline.today)


def check_all_done(world: World) -> None:
    """Every supplier has confirmed, nothing is left, and each öre is where it belongs."""
    assert world.left() == {}
    assert world.keys.destroyed[-1:] == [world.id]
    assert world.stripe.ended == {f"sub_{world.id}"}
    assert world.email in world.mailchimp.erased & world.hubspot.erased
    assert world.erasures.ended == [world.id]
    booked = world.pipeline.booked(world.id)
    assert booked["pay_back"] == sum(amount for _, amount in world.stripe.refunds.values())
    assert sum(DEPOSITS) == booked["pay_back"] + booked["capture_fee"] + booked["capture_value"]
    assert world.pipeline.column("SELECT SUM(amount_ore) FROM ledger_entries WHERE company_id = %s", world.id) == [0]
