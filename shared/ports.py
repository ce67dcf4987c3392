"""What the use cases need from the world outside, as Protocols. Real parts and fakes stand behind them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct, field

from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import PhoneNumber


class SupplierUnavailable(Exception):
    """The supplier cannot take the call now and has done nothing: the same work may be tried later."""

    def __init__(self, message: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        """What the supplier asked for, if it did."""


class SupplierRefused(SupplierUnavailable):
    """The supplier will not do what it was asked: a person should look."""


class PaidAlready(SupplierRefused):
    """There is nothing left to pay."""


class SupplierPaused(Exception):
    """The supplier is left in peace for a while: what waits for it is left to the sweep."""


class OutcomeUnknown(Exception):
    """The call may or may not have worked: its answer was lost."""


class ClaimedElsewhere(Exception):
    """Another worker holds some of the rows: this one must look again when its claim has ended or run out."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class SmsOutcome(StrEnum):
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_TRIED = "not_tried"


class Sms(Struct, frozen=True):
    to: PhoneNumber
    sender: str
    text: str

    def __repr__(self) -> str:
        return f"Sms({self.to})"  # the text holds a name and the link that opens the gift


class SmsResult(Struct, frozen=True):
    """What became of one SMS; `reference` is the supplier's id when it was sent, `reason` theirs when refused."""

    outcome: SmsOutcome
    reference: str | None = None
    reason: str | None = None
    retry_after_seconds: float | None = None


LEFT = SmsResult(SmsOutcome.NOT_TRIED, reason="no_time")
"""There was no time for it in the call, which says nothing of the supplier."""


class Receipt(Struct, frozen=True):
    """What the supplier says of an SMS: delivered or failed. Number and sender help where its id is not known."""

    sms_ref: str
    outcome: DeliveryState
    reason: str | None = None
    phone: PhoneNumber | None = None
    sender: str | None = None


class SmsSender(Protocol):
    at_once: int
    """How many messages one `send` takes: what may be in doubt at once when a worker dies."""

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        """Hand over the messages (one sender, no number twice) and say of each, in order, what became of it."""
        ...


class SmsReports(Protocol):
    def receipts(self, references: Sequence[str]) -> list[Receipt]:
        """Ask what became of SMS that were sent: those with a last word. Raises `SupplierUnavailable`."""
        ...


class CouponState(StrEnum):
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOIDED = "voided"
    REJECTED = "rejected"


class CouponOrder(Struct, frozen=True):
    reference: str
    product: str
    valid_until: date


class IssuedCoupon(Struct, frozen=True):
    """A coupon as its issuer knows it. `ean` is scanned, `code` is typed; a rejected one has a reason instead."""

    reference: str
    state: CouponState
    ean: str = ""
    code: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        return f"IssuedCoupon({self.reference}, {self.state})"  # a code is worth money: it is never printed


class Redemptions(Struct, frozen=True):
    references: list[str]
    next_cursor: str


class CouponIssuer(Protocol):
    """Raises `SupplierUnavailable` and, where the outcome is lost, `OutcomeUnknown`."""

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        """Issue (at most 500). The same reference again gives the same coupon."""
        ...

    def get(self, reference: str) -> IssuedCoupon | None:
        """The coupon's present state, or None where the reference is unknown."""
        ...

    def void(self, reference: str) -> IssuedCoupon | None:
        """Void it and return its state then (still `redeemed` where it was); None where it is unknown."""
        ...

    def redemptions_since(self, cursor: str) -> Redemptions:
        """What was redeemed after the cursor ("" is the beginning), oldest first, in pages."""
        ...


class CheckoutSession(Struct, frozen=True):
    """A Checkout as Stripe knows it now. `reference` is the `client_reference_id` that we gave."""

    id: str
    url: str
    paid: bool
    mode: str
    reference: str
    amount_ore: int
    customer: str | None
    subscription: str | None
    payment: str | None = None
    """What was paid with, where it was a deposit."""
    expired: bool = False


class PlanSubscription(Struct, frozen=True):
    """A subscription as Stripe knows it now. `plan` is None for a price that is no plan of ours."""

    id: str
    customer: str
    plan: str | None
    unpaid: bool
    """Whether a payment for it has failed and is still to come."""
    ended: bool
    """For good."""
    renews: bool
    ended_unpaid: bool = False
    """Whether it ended as its payments failed or were disputed; else somebody cancelled it."""
    ends_at: datetime | None = None
    """When it is going to end, where it has been cancelled."""


class PlanInvoice(Struct, frozen=True):
    """An invoice of a subscription that is paid. `company_id`: whom we made its customer for; empty where not we."""

    id: str
    company_id: str
    amount_ore: int
    created_at: datetime


class Payment(Struct, frozen=True):
    """A payment as Stripe knows it now, with what of it is gone: paid back by others than us, and in dispute."""

    id: str
    customer: str | None
    paid_ore: int
    refunded_ore: int = 0
    disputed_ore: int = 0
    """Of open and lost disputes."""
    failed: bool = False


class Subject(Struct, frozen=True):
    """What an event is about: one of these, or nothing that concerns us."""

    session: str | None = None
    subscription: str | None = None
    payment: str | None = None


class Payments(Protocol):
    """Raises `SupplierUnavailable`. What Stripe does not know is None."""

    def subscribe(self, company_id: str, name: str, email: str, plan: str) -> str:
        """Begin the Checkout of a plan and return its address: the same again for the company while it is open.

        Raises `PaidAlready`.
        """
        ...

    def portal(self, customer: str) -> str:
        """Open the page where the customer changes card and plan, and cancels; its address."""
        ...

    def subject(self, kind: str, object_id: str) -> Subject:
        """What an event of this kind with this object is about."""
        ...

    def subscription(self, subscription: str) -> PlanSubscription | None: ...

    def payment(self, payment: str) -> Payment | None: ...

    def renew(self, subscription: str, renews: bool) -> None:
        """Have it end with its period, or take that back where it was ours: what its owner chose is left alone."""
        ...

    def top_up(self, top_up_id: str, customer: str, amount_ore: int) -> str:
        """Begin the Checkout of a deposit and return its address; again for the same top-up gives the same."""
        ...

    def checkout(self, session_id: str) -> CheckoutSession | None:
        """The session's present state."""
        ...

    def paid_since(self, moment: datetime) -> Iterator[CheckoutSession]:
        """The Checkouts that were begun since then and are paid."""
        ...

    def plan_invoices_since(self, moment: datetime) -> Iterator[PlanInvoice]:
        """The invoices of plans that were made since then and are paid."""
        ...

    def payments_taken_since(self, moment: datetime) -> Iterator[str]:
        """The payments of which something was refunded or disputed since then."""
        ...

    def end(self, subscription: str) -> None:
        """End it now; one that is over is left as it is."""
        ...

    def pay_back(self, pay_back_id: str, payment: str, amount_ore: int) -> bool:
        """Pay back a part of a payment, once however often it is asked for; whether it has been done by now.

        Raises `SupplierRefused` where Stripe will not.
        """
        ...


class WebhookCall(Struct, frozen=True):
    """One try to tell a company's endpoint something. `message_id` is the same at each try; `secrets` sign it."""

    url: str
    message_id: str
    body: str
    secrets: Sequence[str]

    def __repr__(self) -> str:
        return f"WebhookCall({self.message_id})"


class WebhookTrouble(StrEnum):
    """Why there was no answer."""

    REFUSED_ADDRESS = "refused_address"
    """UpUp does not call it: it, or an address that its name leads to, is none of the open internet."""
    NO_SUCH_HOST = "no_such_host"
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    TLS = "tls"
    TIMEOUT = "timeout"
    NOT_HTTP = "not_http"


class WebhookAnswer(Struct, frozen=True):
    """A status, or the kind of trouble; nothing of what was said."""

    status: int | None
    trouble: WebhookTrouble | None
    duration_ms: int

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class WebhookCaller(Protocol):
    def call(self, call: WebhookCall) -> WebhookAnswer:
        """Make one call, over within some seconds whatever the other side does. Raises nothing of its own."""
        ...


class MailRefused(Exception):
    """The supplier will not write to this address, however often it is asked: nobody has been told anything."""


class Mail(Protocol):
    def send(self, to: str, subject: str, text: str) -> None:
        """Send one plain e-mail. Raises `SupplierUnavailable`, `MailRefused`."""
        ...


class Contact(Struct, frozen=True):
    """A person to whom UpUp itself writes. A `plan` of None is left as the supplier has it."""

    email: str
    first_name: str
    last_name: str
    plan: str | None = None
    figures: Mapping[str, int] = field(default_factory=dict)
    """How much the company uses UpUp, by name in small letters: for the CRM alone."""

    def __repr__(self) -> str:
        return f"Contact(plan {self.plan})"


class Held(Struct, frozen=True):
    """What a supplier holds of a person, in its own words: for whoever asks to see it."""

    values: Mapping[str, Any]
    subscribed: bool | None = None
    """Whether it may send the person newsletters; None where that is not its business."""

    def __repr__(self) -> str:
        return f"Held({len(self.values)} values)"


class Visitor(Struct, frozen=True):
    """Someone who filled in a form; `notice` is the version of the text they were shown."""

    email: str
    first_name: str
    last_name: str
    company: str
    phone: str
    notice: str

    def __repr__(self) -> str:
        return "Visitor(…)"


class Subscription(Struct, frozen=True):
    """Whether the supplier may send this e-mail newsletters; None where it has never been asked for or waits."""

    email: str
    subscribed: bool | None

    def __repr__(self) -> str:
        return f"Subscription({self.subscribed})"


class ContactRefused(Exception):
    """The supplier will never take this e-mail, however often it is asked: a person must be told."""


class Forgotten(ContactRefused):
    """The e-mail was erased there for good: only its owner can come back, through the supplier's own form."""


class Turns(Protocol):
    """As many calls as a supplier takes at once, from all of UpUp together."""

    def turn(self) -> AbstractContextManager[None]:
        """Around one call. Raises `SupplierUnavailable` where none became free in time."""
        ...


class Marketing(Protocol):
    """Each call may be repeated. Raises `SupplierUnavailable`; an e-mail that is unknown there is no error."""

    def keep(self, contact: Contact) -> None:
        """Add or change. Who has unsubscribed stays so. Raises `ContactRefused`, `Forgotten`."""
        ...

    def tag(self, email: str, on: Sequence[str], off: Sequence[str] = ()) -> None:
        """Put these tags on and take those off, all at once."""
        ...

    def welcome(self, visitor: Visitor, tag: str, *, newsletter: bool) -> None:
        """Add a visitor with the tag. Who is known gets the tag only: nobody has shown that the e-mail is theirs.

        `newsletter`: the supplier asks them by e-mail, and until they say yes they get none; who has not asked for any
        is kept without. Makes the same calls whether or not they are known. Raises `ContactRefused`, `Forgotten`.
        """
        ...

    def unsubscribe(self, email: str) -> None: ...

    def changed_since(self, moment: datetime) -> Iterator[list[Subscription]]:
        """Everybody of whom anything has changed there since then, some hundred at a time."""
        ...

    def find(self, email: str) -> Held | None: ...

    def erase(self, email: str) -> None:
        """For good: `keep` will then raise `Forgotten` for this e-mail."""
        ...


class Crm(Protocol):
    """Each call may be repeated. Raises `SupplierUnavailable`; an e-mail that is unknown there is no error."""

    def keep(self, contacts: Sequence[Contact]) -> list[Contact]:
        """Add or change any number; returns those that are refused for good."""
        ...

    def find(self, email: str) -> Held | None: ...

    def erase(self, email: str) -> None: ...


class Erasure(Struct, frozen=True):
    """Who was erased, by keyed ids only: a recipient of the company (`fingerprint`), an account holder (`person_id`),
    or with neither the whole company. `id` is that of what caused it: the same again is the same entry.
    """

    id: str
    at: datetime
    company_id: str
    fingerprint: bytes | None = None
    person_id: str | None = None
    opt_out_too: bool = False
    """Whether the recipient's opt-out is forgotten with the rest."""

    def __repr__(self) -> str:
        return f"Erasure({self.id})"


class Site(Protocol):
    """The files of the pages of one release. Raises `SupplierUnavailable`."""

    def read(self, path: str) -> bytes | None:
        """A file by its path in the folder, without a slash before it; None where there is none."""
        ...


class ErasureLog(Protocol):
    """Kept apart from the database, so that what was erased is erased again after a restore.

    An entry is added before the transaction that erases commits. Raises `SupplierUnavailable`.
    """

    def add(self, entry: Erasure) -> None:
        """Keep the entry; one with that id is left as it is."""
        ...

    def entries(self) -> Iterator[Erasure]: ...


class WrappedKey(Struct, frozen=True):
    version: str
    """Resource name of the key version that wrapped it."""
    ciphertext: bytes


class KeyService(Protocol):
    """Key names are the last part of their resource name. Raises `SupplierUnavailable`, `KeyServiceFault`."""

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey: ...

    def unwrap(self, key: str, ciphertext: bytes, context: bytes) -> bytes: ...

    def create_key(self, key: str) -> None:
        """Make the key; one that exists is left as it is."""
        ...


class KeyAudit(Protocol):
    def decrypts(self, day: date) -> Mapping[str, int]:
        """How many decrypts the key service carried out on a UTC day with each company's own key, by company.

        It is the key service's own account, whoever called. Raises `SupplierUnavailable`.
        """
        ...


class KeyDestroyer(Protocol):
    """Raises `SupplierUnavailable`, `KeyServiceFault`."""

    def destroy_key(self, key: str) -> None:
        """Disable every version at once, so that nothing under it can be read, and have them destroyed.

        Again changes nothing, and neither does a key that is not there.
        """
        ...


class KeyServiceFault(Exception):
    """The key service refused, or its answer failed a checksum."""


class Message(Struct, frozen=True):
    """A nudge: which rows, never what is in them. `id` is its row in the outbox."""

    id: int
    topic: str
    body: str
    traceparent: str | None = None
    """The trace that its cause belongs to."""


class Publisher(Protocol):
    def publish(self, messages: Sequence[Message]) -> list[int]:
        """Publish within two seconds and return the ids of those that were taken; the others stay for the relay."""
        ...
