"""Whatever happens in whatever order: nothing is lost, nothing comes twice, and money is exact."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.database.connection import make_pool
from shared.domain.delivery import DeliveryState as S
from shared.domain.errors import BalanceTooLow, Conflict
from shared.ports import ClaimedElsewhere, Message, OutcomeUnknown, Receipt, Sms, SupplierPaused, SupplierUnavailable
from shared.privacy import gift_seal
from shared.privacy.gift_seal import LINK_PURPOSE
from shared.settings import DatabaseSettings
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.gifts.record_redemptions import check_redemptions, poll_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.messages.relay_outbox import relay_outbox
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.sends.record_receipt import record_receipt
from shared.use_cases.sends.settle_delivery import Settlement, settle_delivery
from shared.use_cases.sends.start_due_sends import start_due_sends
from shared.use_cases.sends.stop_deliveries import cancel_send
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database import pipeline_invariants as must
from tests.database.conftest import EMPTIED
from tests.database.faulty_neighbours import Calls, ClearOn, Fate, Lekab, MortalDatabase, PubSub, PubSubIs
from tests.database.pipeline import Pipeline, WorkerDied
from tests.database.pipeline_invariants import Place, Seen, Truth
from tests.factories import Factory, fictional

ENDED = (S.DELIVERED, S.FAILED, S.CANCELLED, S.UNKNOWN)
ROUNDS = 40
"""Of three minutes each: by then nothing may move any more."""


class Meanwhile(StrEnum):
    """What everybody else does while a supplier's call is under way."""

    AGAIN = "the message comes to another worker"
    MINUTES = "a claim's time passes"
    SWEEP = "a sweep"
    CANCEL = "the company cancels"
    RECEIPTS = "receipts for all that was accepted"
    DAYS = "the send's time is over"
    SENT = "staff settle as sent"
    RESEND = "staff have it sent again"


class Job(StrEnum):
    SWEEP = "sweep_stuck"
    START = "start_due_sends"
    RELAY = "relay_outbox"
    EXPIRE = "expire_gifts"
    POLL = "poll_redemptions"
    ERASE = "erase_expired"


EVERY_MINUTE = (Job.RELAY, Job.START, Job.SWEEP)


@dataclass(frozen=True)
class Wanted:
    """A send that a company asks for."""

    numbers: list[int]
    company: int
    gift: str
    minutes: int
    pubsub: PubSubIs


@dataclass(frozen=True)
class Trouble:
    """What goes wrong while a message is worked on. The worker dies after so many transactions."""

    coupons: list[Fate] = field(default_factory=list)
    """What becomes of the calls to ClearOn, in turn; the rest is accepted."""
    sms: list[Fate] = field(default_factory=list)
    others: list[Meanwhile] = field(default_factory=list)
    transactions: int | None = None
    pubsub: PubSubIs = PubSubIs.UP


index = st.integers(0, 11)
neighbour = st.sampled_from([PubSubIs.UP] * 6 + list(PubSubIs))
sends = st.builds(
    Wanted,
    numbers=st.lists(st.integers(0, 5), min_size=1, max_size=5, unique=True),
    company=st.sampled_from([0, 0, 1]),
    gift=st.sampled_from(["coffee", "coffee", "cinema"]),
    minutes=st.sampled_from([0, 0, 0, 90]),
    pubsub=neighbour,
)
outcomes = st.sampled_from([S.DELIVERED, S.FAILED])
troubles = st.builds(
    Trouble,
    coupons=st.lists(st.sampled_from([Fate.ACCEPTED] * 8 + list(Fate)), max_size=3),
    sms=st.lists(st.sampled_from([Fate.CUT_BEFORE, Fate.CUT_AFTER] * 2 + list(Fate)), max_size=6),
    others=st.lists(st.sampled_from([Meanwhile.MINUTES, Meanwhile.AGAIN] * 6 + list(Meanwhile)), max_size=3),
    transactions=st.sampled_from([None] * 12 + list(range(1, 13))),
    pubsub=neighbour,
)


def _working(work: Callable[..., None]) -> Callable[..., None]:
    ready = precondition(lambda self: self.pubsub.backlog)
    return ready(rule(at=st.lists(index, min_size=1, max_size=6), trouble=troubles)(work))


class Sending(RuleBasedStateMachine):
    """Two companies' sends, and all that can befall them."""

    pool: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.pubsub = PubSub([])
        self.database = MortalDatabase(self.pool, self.pubsub)
        with self.database.transaction() as tx:
            for table in EMPTIED:
                tx.execute(f"DELETE FROM {table}")
        calls = [Calls(self.database, self._meanwhile) for _ in range(2)]
        self.lekab, self.clearon = Lekab(calls[0], self._accepted), ClearOn(calls[1])
        self.pipeline = Pipeline(
            self.database, Factory(self.database), self.pubsub.backlog, sender=self.lekab, issuer=self.clearon
        )
        self.pipeline.stock("cinema", 30)
        self.members = [self.pipeline.member, self.pipeline.company(50_000)]
        self.clock = self.pipeline.clock
        self.sends: list[str] = []
        self.company_of: dict[str, str] = {}
        self.sms: list[tuple[str, Sms, Place]] = []
        self.codes: dict[tuple[str, str, str], Place] = {}
        self.truth = Truth()
        self.before: dict[Place, S] = {}
        self.resends_before: Counter[Place] = Counter()
        self.message: Message | None = None
        self.others: list[Meanwhile] = []
        self.ended = 0
        self.sound = False

    # What companies, recipients, Lekab and staff do

    @initialize(send=sends)
    def a_company_begins(self, send: Wanted) -> None:
        self._send(send)

    @precondition(lambda self: len(self.sends) < 4)
    @rule(send=sends)
    def a_company_sends(self, send: Wanted) -> None:
        self._send(send)

    @precondition(lambda self: self.sms)
    @rule(at=index, outcome=outcomes)
    def a_receipt_comes(self, at: int, outcome: S) -> None:
        self._receipt(at % len(self.sms), outcome)

    @precondition(lambda self: self.sms)
    @rule(at=index, opened=st.booleans(), redeemed=st.booleans(), told=st.booleans())
    def a_recipient_uses_the_gift(self, at: int, opened: bool, redeemed: bool, told: bool) -> None:
        _, sms, (send_id, position) = self.sms[at % len(self.sms)]
        if opened:
            with self.database.transaction() as tx:
                open_gift(tx, self.pipeline.tokens, self.pipeline.token_of(sms), self.pipeline.today)
        reference = self.pipeline.deliveries(send_id, "coupon_id")[position - 1]
        if redeemed and self.clearon.is_good(reference):
            self.clearon.redeem(reference)
        if told:
            check_redemptions(self.database, self.clearon, [reference], self.pipeline.today)

    @precondition(lambda self: S.UNKNOWN in self.before.values())
    @rule(at=index, settlement=st.sampled_from(Settlement))
    def staff_settle(self, at: int, settlement: Settlement) -> None:
        self._settle(at, settlement)

    # What Pub/Sub does

    def _work_on_messages(self, at: list[int], trouble: Trouble) -> None:
        for place in at:
            self._deliver(place, trouble)

    # three times the same: of its rules an example leaves some out, and with none of these nothing moves
    messages_are_worked_on = _working(_work_on_messages)
    some_more_are_worked_on = _working(_work_on_messages)
    others_are_worked_on = _working(_work_on_messages)

    @precondition(lambda self: self.pubsub.backlog)
    @rule(at=index, lost=st.booleans())
    def a_message_is_doubled_or_lost(self, at: int, lost: bool) -> None:
        message = self._waiting().pop(at % len(self.pubsub.backlog))
        self.pubsub.backlog += [] if lost else [message] * 2

    # What time does

    @rule(minutes=st.sampled_from([1, 3, 3, 3, 100, 600]), jobs=st.sampled_from([True, True, False]))
    def time_passes(self, minutes: int, jobs: bool) -> None:
        self.clock.advance(minutes=minutes)
        for job in EVERY_MINUTE if jobs else ():
            self._run(job)

    @precondition(lambda self: len(self.sends) > 2 * self.ended)
    @rule(at=index, cancelled=st.sampled_from([True, True, False]))
    def a_sends_time_is_over(self, at: int, cancelled: bool) -> None:
        self.ended += 1
        if cancelled:
            self._cancel(self.sends[at % len(self.sends)])
        else:
            self._erase(hours=73)

    @rule(job=st.sampled_from(Job), transactions=st.none() | st.integers(1, 6))
    def a_job_runs(self, job: Job, transactions: int | None) -> None:
        self._run(job, transactions)

    # What must hold

    @invariant()
    def everything_holds(self) -> None:
        self.sound, now = False, self._read()
        sent_again = set(self.truth.resends - self.resends_before)
        must.check_moves(self.before, now, sent_again)
        must.check_sms(self.truth, now)
        must.check_coupons(now, set(self.clearon.coupons))
        must.check_sends(now)
        must.check_money(self.truth, now)
        self.before, self.resends_before = now.states, Counter(self.truth.resends)
        self.sound = True

    def teardown(self) -> None:
        """No more trouble, a receipt for every SMS, and time: everything ends."""
        if not self.sound:
            return  # an invariant has failed already, and that is what must be told
        self.clock.advance(hours=2)  # longer than any send is scheduled ahead
        self._come_to_rest()
        for place in range(len(self.sms)):
            self._receipt(place, S.DELIVERED)
        self._come_to_rest()
        now = self._read()
        self._check_ended(now)
        self._check_doubts(now)
        assert self.pipeline.column("SELECT COUNT(*) FROM outbox") == [0], "messages wait in the outbox"
        self._erase(hours=73)
        self._run(Job.POLL)
        self._run(Job.EXPIRE)
        self.everything_holds()
        self._check_held(self._read())

    def _come_to_rest(self) -> None:
        """Minutes pass, the jobs run and the messages are worked on, until nothing moves."""
        now, quiet = self._read(), 0
        for _ in range(ROUNDS):
            self.clock.advance(minutes=3)
            for job in EVERY_MINUTE:
                self._run(job)
            for turn in range(4 * len(self.pubsub.backlog)):
                self._deliver(turn, Trouble())
            before, now = now, self._read()
            quiet = quiet + 1 if now == before and not self.pubsub.backlog else 0
            if quiet == 2:
                self.everything_holds()
                return
        raise AssertionError("it never comes to rest")

    def _check_ended(self, now: Seen) -> None:
        for row in now.rows:
            by_staff = row.state == S.SENT and row.place in self.truth.settled_as_sent
            assert row.state in ENDED or by_staff, f"a delivery ends as {row.state}"
        assert {send.state for send in now.sends} <= {"done", "cancelled"}, "a send never ends"

    def _check_doubts(self, now: Seen) -> None:
        """Where one doubt and one receipt of a number and sender are all there is, the doubt is settled."""
        known = {row.sms_ref for row in now.rows}
        sender_of = {send.id: send.sender for send in now.sends}
        unmatched = Counter((sms.to.e164, sms.sender) for reference, sms, _ in self.sms if reference not in known)
        in_doubt = [row for row in now.rows if row.state == S.UNKNOWN and row.place not in self.truth.fee_released]
        doubts = Counter((row.phone, sender_of[row.send_id]) for row in in_doubt)
        for row in in_doubt:
            who = row.phone, sender_of[row.send_id]
            clear = doubts[who] == unmatched[who] == 1 and row.place in self.truth.taken
            assert not clear, "is unknown although Lekab took it and sent its receipt"

    def _check_held(self, now: Seen) -> None:
        gifts = sum(one.value_ore for one in now.coupons if one.state in must.WAITING)
        assert sum(held for _, _, held, _ in now.balances) == gifts, "more is held than the gifts that wait"
        assert not any(send.has_text for send in now.sends), "a text outlives its 72 hours"
        for left in ("sms_doubts", "coupons WHERE sealed_code > ''", "deliveries WHERE sealed_values > ''"):
            assert self.pipeline.column(f"SELECT COUNT(*) FROM {left}") == [0], f"{left} outlives its 72 hours"

    # How it is done

    def _read(self) -> Seen:
        with self.database.transaction() as tx:
            return must.read(tx, [one.company_id for one in self.members])

    def _waiting(self) -> list[Message]:
        """The messages in an order of their own: that of the outbox hangs on ids, and those on chance."""

        def place(message: Message) -> tuple[int, str]:
            return next(at for at, send_id in enumerate(self.sends) if send_id in message.body), message.topic

        self.pubsub.backlog.sort(key=place)
        return self.pubsub.backlog

    def _deliver(self, at: int, trouble: Trouble) -> None:
        if not self.pubsub.backlog:
            return
        message = self._waiting().pop(at % len(self.pubsub.backlog))
        self.clearon.calls.fates[:], self.lekab.calls.fates[:] = trouble.coupons, trouble.sms
        self.others, self.pubsub.state = trouble.others, trouble.pubsub
        if not self._work(message, trouble.transactions):
            self.pubsub.backlog.append(message)
        self.clearon.calls.fates.clear()
        self.lekab.calls.fates.clear()
        self.others, self.pubsub.state = [], PubSubIs.UP

    def _work(self, message: Message, transactions: int | None = None) -> bool:
        """Whether the message is acknowledged, by the consumer's rules."""
        before, self.message = self.message, message
        try:
            with self.database.worker(transactions):
                self.pipeline.do(message)
        except SupplierPaused:
            return True
        except (SupplierUnavailable, OutcomeUnknown, ClaimedElsewhere, WorkerDied):
            return False
        finally:
            self.message = before
        return True

    def _run(self, job: Job, transactions: int | None = None) -> None:
        now, today = self.clock.now(), self.pipeline.today
        if job is Job.EXPIRE:  # it works in threads, which share one life
            settle_gifts(self.database, self.pipeline.issuers, today)
            return
        if job is Job.ERASE:
            self._erase()
            return
        try:
            with self.database.worker(transactions):
                if job is Job.SWEEP:
                    sweep_stuck(self.database, self.pipeline.number_hash, now)
                elif job is Job.START:
                    start_due_sends(self.database, now)
                elif job is Job.RELAY:
                    relay_outbox(self.database, self.pubsub, now)
                else:
                    poll_redemptions(self.database, self.clearon, today)
        except WorkerDied:
            pass

    def _erase(self, hours: int = 0) -> None:
        """What is in doubt when its send's time is over loses its fee's hold."""
        self.clock.advance(hours=hours)
        erase_expired(self.database, self.clock.now())
        found = self.pipeline.rows(
            "SELECT send_id, position FROM deliveries d JOIN sends s ON s.id = d.send_id"
            " WHERE d.state = 'unknown' AND s.sealed_text IS NULL"
        )
        self.truth.fee_released.update((send_id, position) for send_id, position in found)

    def _send(self, wanted: Wanted) -> None:
        member, start_in = self.members[wanted.company], timedelta(minutes=wanted.minutes)
        self.pubsub.state = wanted.pubsub
        try:
            send_id = self.pipeline.send(
                *map(fictional, wanted.numbers), gift=wanted.gift, member=member, start_in=start_in
            )
        except BalanceTooLow:
            return
        finally:
            self.pubsub.state = PubSubIs.UP
        self.sends.append(send_id)
        self.company_of[send_id] = member.company_id

    def _cancel(self, send_id: str) -> None:
        try:
            with self.database.transaction() as tx:
                cancel_send(tx, self.company_of[send_id], send_id, self.pipeline.clock.now())
        except Conflict:
            assert self.pipeline.send_row(send_id, "state") == "done", "a send cannot be cancelled"

    def _receipt(self, at: int, outcome: S) -> None:
        reference, sms, _ = self.sms[at]
        told = Receipt(reference, outcome, None, sms.to, sms.sender)
        record_receipt(self.database, self.pipeline.tokens, self.pipeline.number_hash, told, self.clock.now())

    def _settle(self, at: int, settlement: Settlement) -> None:
        states = self._read().states
        unknown = [one for one in states if states[one] is S.UNKNOWN]
        unknown.sort(key=lambda place: (self.sends.index(place[0]), place[1]))
        if not unknown:
            return
        place = unknown[at % len(unknown)]
        try:
            with self.database.transaction() as tx:
                settle_delivery(tx, "anna@upup.example", *place, settlement, "dlv_1", self.clock.now())
        except Conflict:
            assert settlement is Settlement.RESEND, "what is in doubt cannot be settled as sent"
            return
        if settlement is Settlement.SENT:
            self.truth.settled_as_sent.add(place)
        else:
            self.truth.resends[place] += 1

    def _accepted(self, reference: str, sms: Sms) -> None:
        """Lekab takes an SMS: its link is in the database already, and opens the code of this recipient alone."""
        token = self.pipeline.token_of(sms)
        ((coupon_id, sealed, gift, send_id, position, phone),) = self.pipeline.rows(
            "SELECT c.id, l.sealed, c.gift_code, d.send_id, d.position, d.phone FROM gift_links l"
            " JOIN coupons c ON c.id = l.coupon_id JOIN deliveries d ON d.coupon_id = c.id WHERE l.token_hmac = %s",
            self.pipeline.tokens.digest(LINK_PURPOSE, token),
        )
        secret, place = gift_seal.unseal(token, coupon_id, sealed), (send_id, position)
        assert phone == sms.to.e164, "an SMS holds another's gift"
        assert self.codes.setdefault((gift, secret.ean, secret.code), place) == place, "a code was given to two"
        self.sms.append((reference, sms, place))
        self.truth.taken.setdefault(place, []).append(reference)

    def _meanwhile(self) -> None:
        others, self.others = self.others, []
        for one in others:
            self._do_meanwhile(one)

    def _do_meanwhile(self, one: Meanwhile) -> None:
        assert self.message is not None
        if one is Meanwhile.AGAIN:
            self._work(self.message)
        elif one is Meanwhile.MINUTES:
            self.clock.advance(minutes=3)
        elif one is Meanwhile.SWEEP:
            self._run(Job.SWEEP)
        elif one is Meanwhile.CANCEL:
            self._cancel(next(send_id for send_id in self.sends if send_id in self.message.body))
        elif one is Meanwhile.RECEIPTS:
            for place in range(len(self.sms)):
                self._receipt(place, S.DELIVERED)
        elif one is Meanwhile.DAYS:
            self._erase(hours=73)
        else:
            self._settle(0, Settlement.SENT if one is Meanwhile.SENT else Settlement.RESEND)


def test_whatever_befalls_a_send_nothing_is_lost_nothing_comes_twice_and_every_ore_is_accounted_for(
    database_settings: DatabaseSettings,
) -> None:
    Sending.pool = make_pool(database_settings)
    effort = settings(
        max_examples=25,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Sending, settings=effort)
    finally:
        Sending.pool.close()
