"""Rows as the product itself would write them, and fakes for its ports."""

import hmac
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from shared.database.queries import companies, money, people, sender_names
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain import ids
from shared.domain.ledger import Movement, Purpose
from shared.domain.limits import Limits
from shared.domain.phone_number import PhoneNumber
from shared.domain.recipient_file import RecipientTable
from shared.domain.send import SendRequest
from shared.environment import Some
from shared.ports import (
    CouponOrder,
    CouponState,
    IssuedCoupon,
    KeyServiceFault,
    Message,
    Redemptions,
    Sms,
    SmsOutcome,
    SmsResult,
    WrappedKey,
)
from shared.privacy.sealing import SealingKey, Unreadable
from shared.privacy.transit import Transit
from shared.use_cases.sends.accept_send import accept_send, plan_send, transit_key_of_today
from shared.use_cases.sends.check_sender import new_sender
from shared.use_cases.sends.prepare_send import judge_request, look_up

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PUBLIC_URL = "https://upup.example"
MESSAGE = "Hej {{first_name}}! Tack för att du handlar hos oss: {{link}}"


@dataclass
class FakeClock:
    """Stands still until it is moved."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    def advance(self, **how_far: float) -> None:
        self.time += timedelta(**how_far)


@dataclass
class FakeKeys:
    """A key service in memory: wraps really, counts its calls, and refuses a key that was never created."""

    existing: set[str] = field(default_factory=lambda: {"transit", "fingerprints"})
    wrapped: list[str] = field(default_factory=list)
    unwrapped: list[str] = field(default_factory=list)
    key: SealingKey = field(default_factory=lambda: SealingKey(SealingKey.generate()))

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey:
        self._check(key)
        self.wrapped.append(key)
        return WrappedKey(f"{key}/cryptoKeyVersions/1", self.key.seal(plaintext, f"{key}|{context!r}"))

    def unwrap(self, key: str, ciphertext: bytes, context: bytes) -> bytes:
        self._check(key)
        self.unwrapped.append(key)
        try:
            return self.key.open(ciphertext, f"{key}|{context!r}")
        except Unreadable:
            raise KeyServiceFault("refused") from None

    def create_key(self, key: str) -> None:
        self.existing.add(key)

    def _check(self, key: str) -> None:
        if key not in self.existing:
            raise KeyServiceFault(f"no key {key}")


@dataclass
class FakeSmsSender:
    """Sends nothing and remembers everything; `outcomes` says what becomes of a number, `sent` otherwise."""

    outcomes: dict[str, SmsResult] = field(default_factory=dict)
    sent: list[Sms] = field(default_factory=list)
    at_once: int = 100

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        results = [self.outcomes.get(sms.to.e164) for sms in messages]
        self.sent += [sms for sms, one in zip(messages, results, strict=True) if one is None]
        return [one or SmsResult(SmsOutcome.SENT, ids.new_id("sms")) for one in results]


@dataclass
class FakePublisher:
    """Takes what it is given, or only as many as it has room for."""

    room: int = 1_000_000
    taken: list[Message] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, messages: Sequence[Message]) -> list[int]:
        with self.lock:
            accepted = list(messages[: max(0, self.room - len(self.taken))])
            self.taken += accepted
            return [one.id for one in accepted]


@dataclass
class FakeIssuer:
    """Issues by reference, the same again for the same; raises `trouble` while it is set."""

    trouble: Exception | None = None
    coupons: dict[str, IssuedCoupon] = field(default_factory=dict)
    rejects: bool = False

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        if self.trouble:
            raise self.trouble
        for order in orders:
            state = CouponState.REJECTED if self.rejects else CouponState.ISSUED
            code = f"{len(self.coupons):07d}"
            self.coupons.setdefault(order.reference, IssuedCoupon(order.reference, state, f"99{code}0000", code))
        return [self.coupons[order.reference] for order in orders]

    def get(self, reference: str) -> IssuedCoupon | None:
        return self.coupons.get(reference)

    def void(self, reference: str) -> IssuedCoupon | None:
        found = self.coupons.get(reference)
        if found and found.state is CouponState.ISSUED:
            found = self.coupons[reference] = IssuedCoupon(reference, CouponState.VOIDED)
        return found

    def redemptions_since(self, cursor: str) -> Redemptions:
        redeemed = [one.reference for one in self.coupons.values() if one.state is CouponState.REDEEMED]
        return Redemptions(redeemed[int(cursor or 0) :], str(len(redeemed)))

    def redeem(self, reference: str) -> None:
        self.coupons.pop(reference, None)  # redemptions are told in the order in which they happened
        self.coupons[reference] = IssuedCoupon(reference, CouponState.REDEEMED)


def fingerprint(number: PhoneNumber) -> bytes:
    """Any function from a number to 32 bytes serves where no key is at stake."""
    return hmac.digest(b"test", number.e164.encode(), "sha256")


def receipts_number_hash(number: PhoneNumber) -> bytes:
    """Likewise for what receipts are matched by."""
    return hmac.digest(b"receipts", number.e164.encode(), "sha256")


def table(*phones: str) -> RecipientTable:
    return RecipientTable(("phone", "first_name"), [[phone, "Åsa"] for phone in phones])


def fictional(number: int) -> str:
    """One of the 95 mobile numbers reserved for fiction, from 0; the test says how many it needs."""
    assert 0 <= number < 95
    return f"070-17406{number + 5:02d}"


def request(recipients: RecipientTable, gift: str = "coffee", message: str = MESSAGE) -> SendRequest:
    return SendRequest(gift, "Kaffebaren", message, "2026-11", skip_invalid=False, recipients=recipients)


NO_LIMITS = Limits(1_000_000, 1_000_000, 1)


@dataclass
class Factory:
    database: Database
    limits: Limits = NO_LIMITS

    def company(self, balance_ore: int = 0, state: str = "active") -> Session:
        """A company with an owner and a balance; who is logged in there."""
        company_id, member_id, person_id = ids.new_id("acc"), ids.new_id("mbr"), ids.new_id("per")
        company = companies.Company(
            company_id, "Kaffebaren AB", "5568219819", "start", state, 30, 365, "2026-11", NOON, None, None, NOON
        )
        with self.database.transaction() as tx:
            companies.add(tx, company)
            people.add(tx, people.Person(person_id, f"{person_id}@example.com", "Anna", "Åkesson"), NOON)
            people.add_member(tx, member_id, company_id, person_id, "owner", NOON)
            money.open_balance(tx, company_id)
            sender_names.add(tx, new_sender(company_id, "Kaffebaren", True, NOON))
            if balance_ore:
                money.book(tx, company_id, Movement(Purpose.TOP_UP, balance_ore), NOON.date())
        return Session(member_id, company_id, "owner", person_id)

    def send(
        self,
        member: Session,
        transit: Transit,
        clock: FakeClock,
        wanted: SendRequest,
        start_in: timedelta = timedelta(0),
    ) -> str:
        """An accepted send, by the use case itself; its id."""
        key = transit_key_of_today(transit, clock.now())
        wanted = replace(wanted, start_at=clock.now() + start_in)
        checked, now = judge_request(wanted, PUBLIC_URL, fingerprint), clock.now()
        planned = plan_send(member, checked, look_up(self.database, member.company_id, checked, now), key, now)
        with self.database.transaction() as tx:
            accept_send(tx, planned, self.limits, now)
        return planned.send.id


def with_settings(group: Some, **changes: object) -> Some:
    """The same settings but for these."""
    return type(group)(**vars(group) | changes)
