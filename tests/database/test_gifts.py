"""A gift's life after its SMS: opened by its link, redeemed once, or settled when nobody will redeem it."""

from dataclasses import dataclass
from functools import partial

import pytest

from shared.database.queries import money, opt_outs
from shared.domain import ids
from shared.domain.errors import NotFound
from shared.domain.gift import GiftState, OpenedGift
from shared.domain.phone_number import parse
from shared.ports import CouponState, IssuedCoupon, OutcomeUnknown, SmsOutcome, SmsResult, SupplierUnavailable
from shared.privacy.tokens import new_token
from shared.use_cases.gifts.open_gift import open_gift, opt_out_by_link
from shared.use_cases.gifts.record_redemptions import check_redemptions, poll_redemptions
from shared.use_cases.gifts.settle_gifts import AT_ONCE, SettlementIncomplete, settle_gifts
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, at_once
from tests.factories import FakeIssuer, fictional, fingerprint


@dataclass
class StubbornIssuer(FakeIssuer):
    """Answers that a coupon is still good when asked to void it."""

    def void(self, reference: str) -> IssuedCoupon | None:
        return self.coupons.get(reference)


def open_by(pipeline: Pipeline, token: str) -> OpenedGift:
    with pipeline.database.transaction() as tx:
        return open_gift(tx, pipeline.tokens, token, pipeline.today)


def redeemed(pipeline: Pipeline, send_id: str) -> str:
    """The first coupon of a send, redeemed at the till; its reference."""
    reference = str(pipeline.coupons(send_id, "id")[0])
    pipeline.issuer.redeem(reference)
    return reference


def test_a_link_shows_the_gift_with_its_code_and_notes_that_it_was_opened(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    found = open_by(pipeline, pipeline.token_of(pipeline.sender.sent[0]))
    (coupon,) = pipeline.issuer.coupons.values()
    assert (found.sender, found.gift.code, found.state) == ("Kaffebaren AB", "coffee", GiftState.OPENED)
    assert (found.ean, found.code) == (coupon.ean, coupon.code)
    assert pipeline.coupons(send_id) == ["opened"]


def test_a_link_that_was_never_made_opens_nothing(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    token = pipeline.token_of(pipeline.sender.sent[0])
    for wrong in (new_token(), "", token[:-1], token.swapcase(), f"{token} "):
        with pytest.raises(NotFound):
            open_by(pipeline, wrong)


def test_a_gift_shows_no_code_once_it_is_redeemed_or_past_its_last_day(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    first, second = (pipeline.token_of(sms) for sms in pipeline.sender.sent)
    check_redemptions(pipeline.database, pipeline.issuer, [redeemed(pipeline, send_id)], pipeline.today)
    used = open_by(pipeline, first)
    assert (used.state, used.ean, used.code) == (GiftState.REDEEMED, "", "")
    (last_day,) = set(pipeline.coupons(send_id, "valid_until"))
    pipeline.clock.advance(days=(last_day - pipeline.today).days)
    assert open_by(pipeline, second).code != ""
    pipeline.clock.advance(days=1)
    late = open_by(pipeline, second)
    assert (late.state, late.ean, late.code) == (GiftState.EXPIRED, "", "")


def test_the_link_goes_on_working_after_its_delivery_is_encrypted(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    token = pipeline.token_of(pipeline.sender.sent[0])
    pipeline.clock.advance(days=31)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    assert open_by(pipeline, token).code != ""
    with pipeline.database.transaction() as tx:
        opt_out_by_link(tx, pipeline.tokens, token, pipeline.today)
        opt_out_by_link(tx, pipeline.tokens, token, pipeline.today)
    person = fingerprint(parse(fictional(0)))
    with pipeline.database.transaction() as tx:
        assert opt_outs.among(tx, pipeline.company_id, [person]) == {person}


def test_a_redemption_is_booked_once_however_often_it_is_told(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    reference = redeemed(pipeline, send_id)
    for _ in range(3):
        check_redemptions(pipeline.database, pipeline.issuer, [reference], pipeline.today)
    assert poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today) == 0
    assert pipeline.coupons(send_id) == ["redeemed", "issued"]
    assert pipeline.coupons(send_id, "redeemed_on") == [pipeline.today, None]
    assert pipeline.booked()["capture_value"] == VALUE_ORE
    assert pipeline.balance().held_ore == VALUE_ORE


def test_the_same_redemption_at_once_from_callback_and_poll_is_booked_once(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    reference = redeemed(pipeline, send_id)
    check = partial(check_redemptions, pipeline.database, pipeline.issuer, [reference], pipeline.today)
    poll = partial(poll_redemptions, pipeline.database, pipeline.issuer, pipeline.today)
    assert at_once([check, check, check, poll]) == []
    assert pipeline.booked()["capture_value"] == VALUE_ORE


def test_a_callback_is_a_hint_that_the_issuer_must_confirm(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    check_redemptions(pipeline.database, pipeline.issuer, pipeline.coupons(send_id, "id"), pipeline.today)
    assert pipeline.coupons(send_id) == ["issued"]
    assert "capture_value" not in pipeline.booked()


@pytest.mark.parametrize("references", [[], ["cpn_aldrigsedd000000"], ["x" * 5_000], ["' OR 1=1 --", "%"]])
def test_a_callback_for_anothers_reference_changes_nothing(pipeline: Pipeline, references: list[str]) -> None:
    send_id = pipeline.sent(1)
    for reference in references:
        pipeline.issuer.redeem(reference)
    check_redemptions(pipeline.database, pipeline.issuer, references, pipeline.today)
    assert pipeline.coupons(send_id) == ["issued"]


def test_the_poll_finds_what_no_callback_told_and_goes_on_from_there(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    first, second, _ = pipeline.coupons(send_id, "id")
    pipeline.issuer.redeem(first)
    pipeline.issuer.redeem("cpn_of_another_house")
    assert poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today) == 1
    assert poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today) == 0
    pipeline.issuer.redeem(second)
    assert poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today) == 1
    assert pipeline.coupons(send_id) == ["redeemed", "redeemed", "issued"]


def test_what_nobody_will_redeem_is_voided_and_its_value_goes_back_once(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    pipeline.sender.outcomes[parse(fictional(0)).e164] = SmsResult(SmsOutcome.REFUSED)
    pipeline.hand_over(send_id)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 1
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 0
    assert pipeline.coupons(send_id) == ["voided", "issued", "issued"]
    assert pipeline.booked()["release"] == FEE_ORE + VALUE_ORE


def test_a_gift_past_its_last_day_is_settled_the_day_after_and_not_before(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    (last_day,) = pipeline.coupons(send_id, "valid_until")
    assert settle_gifts(pipeline.database, pipeline.issuers, last_day) == 0
    pipeline.clock.advance(days=(last_day - pipeline.today).days + 1)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 1
    assert pipeline.balance().held_ore == 0


def test_a_gift_that_was_redeemed_at_the_last_moment_is_captured_and_not_released(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    redeemed(pipeline, send_id)
    pipeline.clock.advance(days=400)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 1
    assert pipeline.coupons(send_id) == ["redeemed"]
    assert pipeline.booked()["capture_value"] == VALUE_ORE
    assert "release" not in pipeline.booked()


@pytest.mark.parametrize("trouble", [SupplierUnavailable("away"), OutcomeUnknown("lost")])
def test_no_value_goes_back_before_the_issuer_has_confirmed(pipeline: Pipeline, trouble: Exception) -> None:
    class Away(FakeIssuer):
        def void(self, reference: str) -> IssuedCoupon | None:
            raise trouble

    send_id = pipeline.sent(1)
    pipeline.clock.advance(days=400)
    with pytest.raises(SettlementIncomplete):
        settle_gifts(pipeline.database, {"clearon": Away()}, pipeline.today)
    assert pipeline.coupons(send_id) == ["issued"]
    assert pipeline.balance().held_ore == VALUE_ORE


def test_a_coupon_that_cannot_be_asked_about_holds_up_no_other_and_is_told(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(5)
    references = sorted(pipeline.coupons(send_id, "id"))

    class Stuck(FakeIssuer):
        def void(self, reference: str) -> IssuedCoupon | None:
            if reference in (references[0], references[2]):
                raise OutcomeUnknown("lost")
            return super().void(reference)

    stuck = Stuck(coupons=pipeline.issuer.coupons)
    pipeline.clock.advance(days=400)
    with pytest.raises(SettlementIncomplete):
        settle_gifts(pipeline.database, {"clearon": stuck}, pipeline.today)
    assert sorted(pipeline.coupons(send_id)) == ["issued"] * 2 + ["voided"] * 3
    assert pipeline.balance().held_ore == 2 * VALUE_ORE
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 2
    assert pipeline.balance().held_ore == 0


def test_more_coupons_than_one_page_are_settled_in_one_run_with_one_booking_a_page(pipeline: Pipeline) -> None:
    number, hold_id = AT_ONCE + 7, ids.new_id("hld")
    today = pipeline.today
    place = (pipeline.company_id, "coffee", hold_id, VALUE_ORE, "requested", today, today, False)
    with pipeline.database.transaction() as tx:
        money.reserve(tx, pipeline.company_id, hold_id, number * VALUE_ORE, today)
        tx.insert_many(
            "INSERT INTO coupons (id, company_id, gift_code, hold_id, value_ore, state, valid_until, requested_on,"
            " unwanted) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(ids.new_id("cpn"), *place) for _ in range(number)],
        )
    pipeline.clock.advance(days=2)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == number
    assert pipeline.booked()["release"] == number * VALUE_ORE
    bookings = "SELECT COUNT(DISTINCT transaction_id) FROM ledger_entries WHERE hold_id = %s AND purpose = 'release'"
    assert pipeline.column(bookings, hold_id) == [2]


def test_a_run_whose_time_is_up_says_that_it_has_not_finished(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    pipeline.clock.advance(days=400)
    with pytest.raises(SettlementIncomplete):
        settle_gifts(pipeline.database, pipeline.issuers, pipeline.today, seconds=-1)


def test_a_coupon_that_the_issuer_will_not_void_keeps_its_value_held(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.clock.advance(days=400)
    stubborn = StubbornIssuer(coupons=pipeline.issuer.coupons)
    assert settle_gifts(pipeline.database, {"clearon": stubborn}, pipeline.today) == 0
    assert pipeline.coupons(send_id) == ["issued"]
    assert pipeline.balance().held_ore == VALUE_ORE
    assert next(iter(stubborn.coupons.values())).state is CouponState.ISSUED
