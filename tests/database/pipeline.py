"""The pipeline's use cases with the fakes at their ports, driven message by message."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from shared.database.queries import money, opt_outs, people
from shared.database.transactions import PooledDatabase
from shared.domain.phone_number import parse
from shared.domain.topics import COUPONS_WANTED, EXTRA_SMS_WANTED, SMS_WANTED
from shared.ports import CouponIssuer, Message, Receipt, Sms, SmsResult, SmsSender
from shared.privacy.fingerprint import NumberHash
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher
from shared.privacy.transit import Transit
from shared.providers.code_pool import CodePool
from shared.use_cases.gifts.import_codes import import_codes
from shared.use_cases.sends.hand_over_sms import HandOver, hand_over_sms
from shared.use_cases.sends.issue_coupons import issue_coupons
from shared.use_cases.sends.record_receipt import record_receipt
from shared.use_cases.sends.send_extra_sms import Parts, send_extra_sms
from shared.use_cases.suppliers.supplier_gate import Gate
from tests.factories import (
    MESSAGE,
    PUBLIC_URL,
    Factory,
    FakeClock,
    FakeIssuer,
    FakeKeys,
    FakeSmsSender,
    fictional,
    fingerprint,
    receipts_number_hash,
    request,
    table,
)

FEE_ORE, VALUE_ORE = 400, 3_500
"""What `coffee` costs a recipient."""


@dataclass
class Pipeline:
    """One company with money. `run` does what is published until nothing is left; `steps` counts messages."""

    database: PooledDatabase
    make: Factory
    published: list[Message]
    clock: FakeClock = field(default_factory=FakeClock)
    keys: FakeKeys = field(default_factory=FakeKeys)
    tokens: TokenHasher = field(default_factory=lambda: TokenHasher(bytes(32)))
    pool_key: SealingKey = field(default_factory=lambda: SealingKey(bytes(range(32))))
    sender: FakeSmsSender = field(default_factory=FakeSmsSender)
    issuer: FakeIssuer = field(default_factory=FakeIssuer)
    steps: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.transit = Transit(self.database, self.keys)
        self.member: people.Session = self.company()
        self.pool = CodePool(self.database, self.pool_key)

    @property
    def company_id(self) -> str:
        return self.member.company_id

    @property
    def today(self) -> date:
        return self.clock.now().date()

    def company(self, balance_ore: int = 100_000_000) -> people.Session:
        """One more active company, with its key."""
        member = self.make.company(balance_ore)
        self.keys.create_key(member.company_id)
        return member

    def send(
        self,
        *phones: str,
        gift: str = "coffee",
        message: str = MESSAGE,
        member: people.Session | None = None,
        start_in: timedelta = timedelta(0),
    ) -> str:
        wanted = request(table(*phones), gift=gift, message=message)
        return self.make.send(member or self.member, self.transit, self.clock, wanted, start_in)

    def send_to(self, number: int, **options: Any) -> str:
        """To so many fictional numbers."""
        return self.send(*(fictional(place) for place in range(number)), **options)

    @property
    def issuers(self) -> dict[str, CouponIssuer]:
        return {"clearon": self.issuer, "code_pool": self.pool}

    def stock(self, product: str, number: int) -> None:
        with self.database.transaction() as tx:
            codes = [(f"99{place:010d}0", f"{place:07d}") for place in range(number)]
            import_codes(tx, self.tokens, self.pool_key, product, codes)

    def issue(self, send_id: str, first: int = 1, last: int = 500, issuer: CouponIssuer | None = None) -> None:
        issuers = {"clearon": issuer, "code_pool": issuer} if issuer else self.issuers
        issue_coupons(self.database, issuers, self.transit, self.clock, self.gate("clearon"), send_id, first, last)

    def hand_over(self, send_id: str, first: int = 1, last: int = 500, sender: SmsSender | None = None) -> None:
        parts = HandOver(
            self.database,
            sender or self.sender,
            self.transit,
            self.tokens,
            self.number_hash,
            self.clock,
            PUBLIC_URL,
            self.gate("lekab"),
        )
        hand_over_sms(parts, send_id, first, last)

    def send_extra(self, send_id: str, first: int = 1, last: int = 500, sender: SmsSender | None = None) -> None:
        """Resends and reminders."""
        gates = (self.gate("lekab"), self.gate("clearon"))
        parts = Parts(
            *(self.database, sender or self.sender, self.issuers, self.tokens, self.clock, PUBLIC_URL, *gates),
            quiet_hours=True,
        )
        send_extra_sms(parts, send_id, first, last)

    def number_hash(self) -> NumberHash:
        return receipts_number_hash

    def record(self, receipt: Receipt) -> None:
        record_receipt(self.database, self.tokens, self.number_hash, receipt, self.clock.now())

    def gate(self, name: str) -> Gate:
        """Lets a million a second through and never sleeps."""
        return Gate(self.database, self.clock, name, 1e6, self.slept.append)

    def issued(self, number: int = 3, **options: Any) -> str:
        """A send with its coupons; its messages are forgotten."""
        send_id = self.send_to(number, **options)
        self.issue(send_id)
        self.published.clear()
        return send_id

    def sent(self, number: int = 3, **options: Any) -> str:
        send_id = self.issued(number, **options)
        self.hand_over(send_id)
        self.published.clear()
        return send_id

    def run(self) -> None:
        while self.published:
            self.do(self.published.pop(0))

    def do(self, message: Message) -> None:
        body = json.loads(message.body)
        self.steps.append(message.topic)
        if message.topic == COUPONS_WANTED:
            self.issue(**body)
        if message.topic == SMS_WANTED:
            self.hand_over(**body)
        if message.topic == EXTRA_SMS_WANTED:
            self.send_extra(**body)

    def rows(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        with self.database.transaction() as tx:
            return tx.all(lambda *columns: columns, sql, arguments)

    def column(self, sql: str, *arguments: object) -> list[Any]:
        return [row[0] for row in self.rows(sql, *arguments)]

    def deliveries(self, send_id: str, what: str = "state") -> list[Any]:
        """One column of a send's deliveries, in order."""
        return self.column(f"SELECT {what} FROM deliveries WHERE send_id = %s ORDER BY position", send_id)

    def coupons(self, send_id: str, what: str = "state") -> list[Any]:
        """One column of the coupons that a send's deliveries point at, in order."""
        return self.column(
            f"SELECT c.{what} FROM coupons c JOIN deliveries d ON d.coupon_id = c.id"
            " WHERE d.send_id = %s ORDER BY d.position",
            send_id,
        )

    def send_row(self, send_id: str, what: str) -> Any:
        return self.column(f"SELECT {what} FROM sends WHERE id = %s", send_id)[0]

    def balance(self) -> money.Balance:
        with self.database.transaction() as tx:
            return money.balance(tx, self.company_id)

    def booked(self, company_id: str | None = None) -> dict[str, int]:
        """Öre by purpose, as the entries say."""
        rows = self.rows(
            "SELECT purpose, SUM(amount_ore) FROM ledger_entries WHERE company_id = %s AND amount_ore > 0"
            " GROUP BY purpose",
            company_id or self.company_id,
        )
        return {purpose: int(amount) for purpose, amount in rows}

    def opt_out(self, phone: str) -> None:
        with self.database.transaction() as tx:
            opt_outs.add(tx, self.company_id, fingerprint(parse(phone)), self.today)

    def token_of(self, sms: Sms) -> str:
        return sms.text.partition(f"{PUBLIC_URL}/g/")[2].split()[0]


@dataclass
class SlowSender:
    """Holds every call until it is released: a worker in the middle of its hand-over."""

    inner: FakeSmsSender
    at_once: int = 100
    called: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        self.called.set()
        assert self.released.wait(20)
        return self.inner.send(messages)


@dataclass
class DyingSender:
    """A worker dies in the middle of its call: nothing after it is ever done."""

    at_once: int = 2
    calls: int = 0

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        self.calls += 1
        raise WorkerDied


class WorkerDied(BaseException):
    """Not an error that anybody handles."""


def at_once(works: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Do all of it in threads that start together; what went wrong."""
    barrier, failures = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures
