"""A chunk gets its coupons: once a row, by a reference that is written first, whatever the issuer does."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.database.queries import claims
from shared.database.queries.claims import Chunk, Claim
from shared.domain import ids
from shared.domain.chunks import CLAIM
from shared.domain.gift import GiftState
from shared.domain.topics import SMS_WANTED
from shared.ports import ClaimedElsewhere, CouponOrder, IssuedCoupon, OutcomeUnknown, Redemptions, SupplierUnavailable
from shared.privacy.places import code_place
from shared.use_cases.gifts.settle_gifts import settle_gifts
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, WorkerDied, at_once
from tests.factories import FakeIssuer, fictional

PRICE_ORE = FEE_ORE + VALUE_ORE


@dataclass
class ForgetfulIssuer(FakeIssuer):
    """Issues, but leaves the last one out of its answer."""

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        return super().issue(orders)[:-1]


@dataclass
class DyingIssuer(FakeIssuer):
    """A worker dies when the issuer has issued."""

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        super().issue(orders)
        raise WorkerDied


@dataclass
class CountingIssuer(FakeIssuer):
    """Notes each reference that it is asked for."""

    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        with self.lock:
            self.asked += [order.reference for order in orders]
            return super().issue(orders)

    def redemptions_since(self, cursor: str) -> Redemptions:
        return Redemptions([], cursor)


def test_each_delivery_gets_a_coupon_and_the_sms_are_asked_for(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    pipeline.published.clear()
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issued"] * 3
    assert pipeline.coupons(send_id) == ["issued"] * 3
    assert pipeline.coupons(send_id, "id") == list(pipeline.issuer.coupons)
    assert [(one.topic, one.body) for one in pipeline.published] == [
        (SMS_WANTED, f'{{"send_id":"{send_id}","first":1,"last":500}}')
    ]


def test_a_code_is_kept_only_under_the_days_key_and_bound_to_its_coupon(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(1)
    (sealed,) = pipeline.coupons(send_id, "sealed_code")
    (coupon,) = pipeline.issuer.coupons.values()
    assert coupon.code.encode() not in sealed
    opened = pipeline.transit.of_day(pipeline.today).open(sealed, code_place(coupon.reference))
    assert opened.decode() == f'["{coupon.ean}","{coupon.code}"]'


@pytest.mark.parametrize("trouble", [SupplierUnavailable("away"), OutcomeUnknown("lost")])
def test_an_issuer_in_trouble_is_asked_again_for_the_same_references(pipeline: Pipeline, trouble: Exception) -> None:
    send_id = pipeline.send_to(3)
    pipeline.issuer.trouble = trouble
    for _ in range(2):
        with pytest.raises(type(trouble)):
            pipeline.issue(send_id)
        assert pipeline.deliveries(send_id) == ["accepted"] * 3
    references = pipeline.deliveries(send_id, "coupon_id")
    assert pipeline.coupons(send_id) == ["requested"] * 3
    pipeline.issuer.trouble = None
    pipeline.clock.advance(days=1)
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issued"] * 3
    assert list(pipeline.issuer.coupons) == references == pipeline.deliveries(send_id, "coupon_id")
    assert "release" not in pipeline.booked()


def test_a_refused_coupon_fails_its_delivery_and_the_whole_price_goes_back(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    pipeline.issuer.rejects = True
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["failed"] * 3
    assert pipeline.deliveries(send_id, "reason") == ["no_coupon"] * 3
    assert pipeline.coupons(send_id) == ["voided"] * 3
    assert pipeline.booked()["release"] == 3 * PRICE_ORE
    assert pipeline.balance().held_ore == 0
    assert pipeline.send_row(send_id, "state") == "done"
    assert pipeline.send_row(send_id, "sealed_text") is None


def test_a_coupon_that_is_missing_from_the_answer_is_asked_for_again_by_its_reference(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    with pytest.raises(OutcomeUnknown):
        pipeline.issue(send_id, issuer=ForgetfulIssuer())
    assert pipeline.deliveries(send_id) == ["issued", "issued", "accepted"]
    missing = pipeline.deliveries(send_id, "coupon_id")[2]
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issued"] * 3
    assert list(pipeline.issuer.coupons) == [missing]
    assert "release" not in pipeline.booked()


def test_who_opted_out_since_the_upload_gets_no_coupon_and_their_price_goes_back(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    pipeline.opt_out(fictional(1))
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issued", "opted_out", "issued"]
    assert pipeline.deliveries(send_id, "sealed_values")[1] is None
    assert pipeline.deliveries(send_id, "coupon_id")[1] is None
    assert pipeline.column("SELECT COUNT(*) FROM coupons") == [2]
    assert len(pipeline.issuer.coupons) == 2
    assert pipeline.booked()["release"] == PRICE_ORE


def test_who_opts_out_between_two_tries_is_paid_back_exactly_once(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2)
    pipeline.issuer.trouble = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown):
        pipeline.issue(send_id)
    pipeline.issuer.trouble = None
    pipeline.opt_out(fictional(0))
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["opted_out", "issued"]
    pipeline.clock.advance(days=400)
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 2
    assert pipeline.booked()["release"] == PRICE_ORE + VALUE_ORE
    assert pipeline.balance().held_ore == FEE_ORE  # of the one whose SMS never left


def test_a_message_about_no_send_or_one_that_is_over_changes_nothing(pipeline: Pipeline) -> None:
    pipeline.issue(ids.new_id("snd"))
    send_id = pipeline.sent(2)
    before = pipeline.deliveries(send_id, "coupon_id"), pipeline.booked()
    pipeline.issue(send_id)
    pipeline.hand_over(send_id)
    assert (pipeline.deliveries(send_id, "coupon_id"), pipeline.booked()) == before
    assert pipeline.published == []


def test_a_chunk_issues_its_own_rows_only(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(6)
    pipeline.issue(send_id, 3, 4)
    assert pipeline.deliveries(send_id) == ["accepted"] * 2 + ["issued"] * 2 + ["accepted"] * 2


def test_the_same_message_at_once_on_many_workers_issues_once_a_row(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(40)
    issuer = CountingIssuer()
    failures = at_once([lambda: pipeline.issue(send_id, issuer=issuer)] * 8)
    assert {type(one) for one in failures} <= {ClaimedElsewhere}
    assert pipeline.deliveries(send_id) == ["issued"] * 40
    assert len(issuer.asked) == len(set(issuer.asked)) == 40
    assert sorted(issuer.asked) == sorted(pipeline.deliveries(send_id, "coupon_id"))
    assert pipeline.column("SELECT COUNT(*) FROM coupons") == [40]


def test_a_dead_workers_rows_wait_for_its_claim_and_then_go_on(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    now = pipeline.clock.now()
    with pipeline.database.transaction() as tx:
        chunk = Chunk(pipeline.company_id, send_id, 1, 500)
        claims.claim_to_issue(
            tx, chunk, Claim(ids.new_id("wrk"), now, now + CLAIM), [ids.new_id("cpn") for _ in range(3)]
        )
    with pytest.raises(ClaimedElsewhere):
        pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issuing"] * 3
    assert pipeline.issuer.coupons == {}
    pipeline.clock.advance(seconds=(CLAIM + timedelta(seconds=1)).total_seconds())
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issued"] * 3


def test_codes_of_a_pool_are_given_and_where_the_stock_ends_the_price_goes_back(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", 3)
    send_id = pipeline.send_to(3, gift="cinema")
    pipeline.pool.issue([CouponOrder("cpn_of_another_send", "cinema", pipeline.today)])
    pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["issued", "issued", "failed"]
    assert pipeline.coupons(send_id) == [GiftState.ISSUED, GiftState.ISSUED, GiftState.VOIDED]
    assert pipeline.booked()["release"] == 14_900
