"""The pipeline's neighbours with every answer they may give, chosen call by call, and workers that may die anywhere."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.database.queries import outbox
from shared.database.transactions import PooledDatabase, Transaction
from shared.ports import (
    CouponOrder,
    CouponState,
    IssuedCoupon,
    Message,
    OutcomeUnknown,
    Sms,
    SmsOutcome,
    SmsResult,
    SupplierUnavailable,
)
from tests.database.pipeline import WorkerDied
from tests.factories import FakeIssuer, FakeSmsSender


class Fate(StrEnum):
    """What becomes of an SMS, or of a call for coupons."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CUT_BEFORE = "cut before it was accepted"
    CUT_AFTER = "cut after it was accepted"
    AWAY = "away"
    DIES_BEFORE = "the worker dies before it was accepted"
    DIES_AFTER = "the worker dies after it was accepted"


DEADLY = (Fate.DIES_BEFORE, Fate.DIES_AFTER)
TAKEN = (Fate.ACCEPTED, Fate.CUT_AFTER, Fate.DIES_AFTER)


class PubSubIs(StrEnum):
    UP = "up"
    AWAY = "away"
    MUTE = "taking messages without saying so"


@dataclass
class PubSub:
    """Keeps what it has taken in `backlog`."""

    backlog: list[Message]
    state: PubSubIs = PubSubIs.UP

    def publish(self, messages: Sequence[Message]) -> list[int]:
        if self.state is PubSubIs.AWAY:
            return []
        self.backlog += messages
        return [] if self.state is PubSubIs.MUTE else [one.id for one in messages]


class MortalDatabase(PooledDatabase):
    """Publishes as the product does. A worker dies when its transactions are used up: nothing of it is done after."""

    def __init__(self, pool: Any, pubsub: PubSub) -> None:
        super().__init__(pool, self._publish)
        self._pubsub = pubsub
        self._left: int | None = None
        self.open = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        if self._left == 0:
            raise WorkerDied
        if self._left is not None:
            self._left -= 1
        self.open += 1
        try:
            with super().transaction() as tx:
                yield tx
        finally:
            self.open -= 1

    @contextmanager
    def worker(self, transactions: int | None = None) -> Iterator[None]:
        """Another one, which lives for so many transactions."""
        before, self._left = self._left, transactions
        try:
            yield
        finally:
            self._left = before

    def die(self) -> None:
        self._left = 0
        raise WorkerDied

    def _publish(self, messages: list[Message]) -> None:
        if taken := self._pubsub.publish(messages):
            with self.transaction() as tx:
                outbox.remove(tx, taken)


@dataclass
class Calls:
    """What becomes of the calls to come, and what happens `meanwhile` one is under way, to everybody else."""

    database: MortalDatabase
    meanwhile: Callable[[], None]
    fates: list[Fate] = field(default_factory=list)

    def next(self) -> Fate:
        return self.fates.pop(0) if self.fates else Fate.ACCEPTED

    def pass_time(self) -> None:
        assert self.database.open == 0, "a transaction is open during a supplier's call"
        with self.database.worker():
            self.meanwhile()


class Lekab(FakeSmsSender):
    """`on_sms` is told of each SMS that it takes, with its id."""

    def __init__(self, calls: Calls, on_sms: Callable[[str, Sms], None]) -> None:
        super().__init__(at_once=2)
        self.calls = calls
        self._on_sms = on_sms

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        fates = [self.calls.next() for _ in messages]
        results = [self._answer(sms, fate) for sms, fate in zip(messages, fates, strict=True)]
        self.calls.pass_time()
        if set(fates) & set(DEADLY):
            self.calls.database.die()
        return results

    def _answer(self, sms: Sms, fate: Fate) -> SmsResult:
        reference = None
        if fate in TAKEN:
            self.sent.append(sms)
            reference = f"lekab-{len(self.sent)}"
            with self.calls.database.worker():
                self._on_sms(reference, sms)
        if fate is Fate.ACCEPTED:
            return SmsResult(SmsOutcome.SENT, reference)
        if fate is Fate.REFUSED:
            return SmsResult(SmsOutcome.REFUSED, reason="invalid_destination")
        return SmsResult(SmsOutcome.NOT_TRIED if fate is Fate.AWAY else SmsOutcome.UNKNOWN)


class ClearOn(FakeIssuer):
    """One fate a call."""

    def __init__(self, calls: Calls) -> None:
        super().__init__()
        self.calls = calls

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        fate = self.calls.next()
        self.rejects = fate is Fate.REFUSED
        done = fate in TAKEN or self.rejects
        found = super().issue(orders) if done else []
        self.calls.pass_time()
        if fate in DEADLY:
            self.calls.database.die()
        if fate is Fate.AWAY:
            raise SupplierUnavailable("away")
        if fate in (Fate.CUT_BEFORE, Fate.CUT_AFTER):
            raise OutcomeUnknown("cut")
        return found

    def is_good(self, reference: str) -> bool:
        """Whether a till would take it."""
        found = self.coupons.get(reference)
        return found is not None and found.state is CouponState.ISSUED
