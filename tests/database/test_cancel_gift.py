"""A gift that a company takes back: voided and released once, whatever receipts, the till and ClearOn do meanwhile."""

import threading
from dataclasses import dataclass, field

import pytest

from shared.domain.delivery import DeliveryState
from shared.domain.errors import Conflict, NotFound
from shared.domain.gift import GiftState
from shared.ports import CouponIssuer, IssuedCoupon, OutcomeUnknown, Receipt, SupplierUnavailable
from shared.use_cases.gifts.cancel_gift import cancel_gift
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.gifts.record_redemptions import check_redemptions, poll_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from tests.database.pipeline import VALUE_ORE, Pipeline, at_once
from tests.factories import FakeIssuer

TROUBLES = [SupplierUnavailable("away"), OutcomeUnknown("lost")]


@dataclass
class Away(FakeIssuer):
    """Cannot be asked to void anything."""

    why: Exception = field(default_factory=lambda: SupplierUnavailable("away"))

    def void(self, reference: str) -> IssuedCoupon | None:
        raise self.why


def cancel(pipeline: Pipeline, send_id: str, position: int = 1, issuer: CouponIssuer | None = None) -> bool:
    place = (pipeline.company_id, send_id, position)
    return cancel_gift(pipeline.database, issuer or pipeline.issuer, *place, pipeline.today)


def receive(pipeline: Pipeline, send_id: str, outcome: DeliveryState) -> None:
    for sms_ref in pipeline.deliveries(send_id, "sms_ref"):
        pipeline.record(Receipt(sms_ref, outcome))


def shown(pipeline: Pipeline) -> tuple[GiftState, str]:
    """The state and the code that the first recipient's page shows."""
    with pipeline.database.transaction() as tx:
        found = open_gift(tx, pipeline.tokens, pipeline.token_of(pipeline.sender.sent[0]), pipeline.today)
    return found.state, found.code


def test_a_cancelled_gift_is_voided_and_its_value_goes_back_once(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    assert cancel(pipeline, send_id) and cancel(pipeline, send_id)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 0
    assert pipeline.coupons(send_id) == ["voided", "issued"]
    assert pipeline.booked()["release"] == VALUE_ORE
    assert pipeline.balance().held_ore == VALUE_ORE
    assert shown(pipeline) == (GiftState.VOIDED, "")


def test_a_gift_that_was_opened_can_be_cancelled_and_its_page_shows_no_code_any_more(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    assert shown(pipeline)[0] is GiftState.OPENED
    assert cancel(pipeline, send_id)
    assert shown(pipeline) == (GiftState.VOIDED, "")


def test_a_gift_that_is_redeemed_at_the_till_first_is_captured_and_not_released(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.issuer.redeem(pipeline.coupons(send_id, "id")[0])
    for _ in range(2):
        with pytest.raises(Conflict):
            cancel(pipeline, send_id)
    assert poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today) == 0
    assert pipeline.coupons(send_id) == ["redeemed"]
    assert pipeline.booked()["capture_value"] == VALUE_ORE
    assert "release" not in pipeline.booked()
    assert shown(pipeline)[0] is GiftState.REDEEMED


def test_cancel_till_and_settlement_at_once_end_it_once(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(6)
    references, lock = pipeline.coupons(send_id, "id"), threading.Lock()

    @dataclass
    class Till(FakeIssuer):
        """One at a time, as ClearOn itself: whoever comes first wins."""

        def void(self, reference: str) -> IssuedCoupon | None:
            with lock:
                return super().void(reference)

        def redeem(self, reference: str) -> None:
            with lock:
                if self.coupons[reference].state == "issued":
                    super().redeem(reference)

    till = Till(coupons=pipeline.issuer.coupons)

    def redeem() -> None:
        for reference in references:
            till.redeem(reference)
            check_redemptions(pipeline.database, till, [reference], pipeline.today)

    def take_back() -> None:
        for position in range(len(references), 0, -1):
            try:
                cancel(pipeline, send_id, position, till)
            except Conflict:
                assert till.coupons[references[position - 1]].state == "redeemed"

    assert at_once([redeem, take_back, take_back]) == []
    states = pipeline.coupons(send_id)
    assert states == [str(till.coupons[one].state) for one in references]
    assert pipeline.booked().get("capture_value", 0) == states.count("redeemed") * VALUE_ORE
    assert pipeline.booked().get("release", 0) == states.count("voided") * VALUE_ORE
    assert pipeline.balance().held_ore == 0


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("outcome", [DeliveryState.DELIVERED, DeliveryState.FAILED])
def test_while_clearon_is_away_no_receipt_undoes_a_cancel_and_the_next_run_finishes_it(
    pipeline: Pipeline, trouble: Exception, outcome: DeliveryState
) -> None:
    send_id = pipeline.sent(1)
    assert not cancel(pipeline, send_id, issuer=Away(why=trouble))
    assert shown(pipeline) == (GiftState.VOIDED, "")
    assert pipeline.balance().held_ore == VALUE_ORE
    receive(pipeline, send_id, outcome)
    receive(pipeline, send_id, DeliveryState.DELIVERED)
    assert pipeline.deliveries(send_id) == ["delivered"]
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 1
    assert pipeline.coupons(send_id) == ["voided"]
    assert pipeline.booked()["release"] == VALUE_ORE


def test_a_gift_that_cannot_be_voided_yet_and_is_redeemed_meanwhile_is_captured(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    assert not cancel(pipeline, send_id, issuer=Away())
    pipeline.issuer.redeem(pipeline.coupons(send_id, "id")[0])
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 1
    assert pipeline.coupons(send_id) == ["redeemed"]
    assert pipeline.booked()["capture_value"] == VALUE_ORE
    assert "release" not in pipeline.booked()


def test_a_gift_whose_sms_failed_is_cancelled_like_any_other(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    receive(pipeline, send_id, DeliveryState.FAILED)
    assert cancel(pipeline, send_id)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 0
    assert pipeline.booked()["release"] == VALUE_ORE


def test_a_gift_whose_sms_has_not_left_is_ended_by_cancelling_the_send(pipeline: Pipeline) -> None:
    for send_id in (pipeline.send_to(1), pipeline.issued(1)):
        with pytest.raises(Conflict):
            cancel(pipeline, send_id)
    assert "release" not in pipeline.booked()


def test_nothing_leads_to_a_gift_once_its_delivery_is_encrypted(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    with pytest.raises(Conflict):
        cancel(pipeline, send_id)
    assert shown(pipeline)[0] is GiftState.OPENED


def test_an_expired_gift_is_not_released_again(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.rows("UPDATE coupons SET state = 'expired'")
    with pytest.raises(Conflict):
        cancel(pipeline, send_id)
    assert "release" not in pipeline.booked()


def test_a_pools_code_that_was_handed_over_cannot_be_cancelled_and_its_value_stays_captured(
    pipeline: Pipeline,
) -> None:
    pipeline.stock("cinema", 2)
    send_id = pipeline.sent(2, gift="cinema")
    with pytest.raises(Conflict):
        cancel(pipeline, send_id)
    pipeline.clock.advance(days=400)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 2
    assert pipeline.booked()["capture_value"] == 2 * 13_500
    assert "release" not in pipeline.booked()
    assert pipeline.balance().held_ore == 0


def test_another_companys_gift_cannot_be_cancelled(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    other = pipeline.company()
    for company_id, position in ((other.company_id, 1), (pipeline.company_id, 2)):
        with pytest.raises(NotFound):
            cancel_gift(pipeline.database, pipeline.issuer, company_id, send_id, position, pipeline.today)
    assert pipeline.coupons(send_id) == ["issued"]
