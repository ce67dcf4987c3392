"""Test mode: in place of the suppliers, for a send that a test key made. All of it happens here; nothing is called."""

from collections.abc import Sequence

from msgspec import Struct

from shared.domain import ids
from shared.domain.chunks import SIZE
from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import PhoneNumber
from shared.ports import CouponOrder, CouponState, IssuedCoupon, Redemptions, Sms, SmsOutcome, SmsResult

FAILS = PhoneNumber("+46701740698")
"""Reserved for fiction; an SMS to it fails. To every other number it is delivered."""
NOT_REACHED = "test_number"

EAN, CODE = "0000000000000", "0000000"
"""No till takes them."""


class PretendIssuer(Struct, frozen=True):
    """`ends`: what a coupon has come to that is to be voided."""

    ends: CouponState = CouponState.VOIDED

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        return [IssuedCoupon(one.reference, CouponState.ISSUED, EAN, CODE) for one in orders]

    def get(self, reference: str) -> IssuedCoupon | None:
        return IssuedCoupon(reference, CouponState.ISSUED)

    def void(self, reference: str) -> IssuedCoupon | None:
        return IssuedCoupon(reference, self.ends)

    def redemptions_since(self, cursor: str) -> Redemptions:
        return Redemptions([], cursor)


class PretendSender:
    """Takes every SMS. Its references are no supplier's."""

    at_once = SIZE

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        return [SmsResult(SmsOutcome.SENT, ids.new_id("test")) for _ in messages]


def receipt_to(number: PhoneNumber) -> tuple[DeliveryState, str | None]:
    """What becomes of an SMS to that number, and why."""
    return (DeliveryState.FAILED, NOT_REACHED) if number == FAILS else (DeliveryState.DELIVERED, None)


class OpenGate:
    """Before a supplier that is none: it is never away, and takes all at once."""

    def enter(self, number: int) -> None:
        return None

    def leave_after(self, results: Sequence[SmsResult]) -> None:
        return None

    def leave(self, failed: bool, retry_after_seconds: float | None = None) -> None:
        return None
