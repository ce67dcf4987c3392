"""ClearOn's adapter over the wire: the same reference is the same coupon, and what is not sure is not said."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.stand_ins.clearon import UNKNOWN_PRODUCT
from sandbox.stand_ins.clearon import ClearOn as StandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import CouponOrder, CouponState, IssuedCoupon, OutcomeUnknown, SupplierUnavailable
from shared.providers.clearon import ClearOn
from shared.providers.clearon_callback import read_callback
from shared.settings import ClearOnSettings
from tests.factories import FakeClock
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server

LAST_DAY = date(2026, 12, 31)


class Served:
    def __init__(self, stand_in: StandIn, url: str, clock: FakeClock) -> None:
        self.stand_in = stand_in
        self.url = url
        self.clock = clock
        self.adapter = adapter(url)


def adapter(url: str, *, key: str = "nyckel", timeout: int = 5) -> ClearOn:
    return ClearOn(ClearOnSettings(clearon_url=url, clearon_api_key=key), timeout)


@pytest.fixture
def served() -> Iterator[Served]:
    clock = FakeClock()
    stand_in = StandIn(clock, closed_url(), "nyckel")
    server = WebServer(stand_in.app)
    yield Served(stand_in, server.url, clock)
    server.close()
    stand_in.close()


def orders(*references: str, product: str = "coffee") -> list[CouponOrder]:
    return [CouponOrder(reference, product, LAST_DAY) for reference in references]


CALLS: list[Callable[[ClearOn], object]] = [
    lambda clearon: clearon.issue(orders("r1")),
    lambda clearon: clearon.get("r1"),
    lambda clearon: clearon.void("r1"),
    lambda clearon: clearon.redemptions_since(""),
]
every_call = pytest.mark.parametrize("call", CALLS, ids=["issue", "get", "void", "redemptions"])


def test_five_hundred_are_issued_in_one_call_each_with_codes_of_its_own(served: Served) -> None:
    references = [f"cpn_{number}" for number in range(500)]
    coupons = served.adapter.issue(orders(*references))
    assert [one.reference for one in coupons] == references
    assert {one.state for one in coupons} == {CouponState.ISSUED}
    assert len({one.ean for one in coupons}) == len({one.code for one in coupons}) == 500
    assert served.stand_in.stats()["requests"] == 1


def test_the_same_reference_again_gives_the_same_coupon(served: Served) -> None:
    first = served.adapter.issue(orders("r1", "r2"))
    again = served.adapter.issue(orders("r2", "r3"))
    assert again[0] == first[1]
    assert served.stand_in.stats()["coupons"] == 3


def test_what_clearon_rejects_is_rejected_with_its_reason_and_the_rest_is_issued(served: Served) -> None:
    coupons = served.adapter.issue([*orders("good"), *orders("bad", product=UNKNOWN_PRODUCT)])
    assert {(one.reference, one.state, one.reason) for one in coupons} == {
        ("good", CouponState.ISSUED, ""),
        ("bad", CouponState.REJECTED, "unknown product"),
    }


def test_a_coupon_is_read_by_reference_in_each_of_its_states(served: Served) -> None:
    redeemed, voided, expired = served.adapter.issue(orders("redeemed", "voided", "expired"))
    served.stand_in.redeem(redeemed.code)
    served.adapter.void(voided.reference)
    served.clock.advance(days=60)
    found = {reference: served.adapter.get(reference) for reference in ("redeemed", "voided", "expired")}
    assert {reference: one.state for reference, one in found.items() if one} == {
        "redeemed": CouponState.REDEEMED,
        "voided": CouponState.VOIDED,
        "expired": CouponState.EXPIRED,
    }
    assert found["expired"] == IssuedCoupon("expired", CouponState.EXPIRED, expired.ean, expired.code)


def test_an_unknown_reference_is_none_and_not_an_error(served: Served) -> None:
    assert served.adapter.get("aldrig") is None
    assert served.adapter.void("aldrig") is None


def test_voiding_twice_is_voiding_once(served: Served) -> None:
    served.adapter.issue(orders("r1"))
    first, again = served.adapter.void("r1"), served.adapter.void("r1")
    assert first == again
    assert first is not None
    assert first.state is CouponState.VOIDED


def test_voiding_what_was_redeemed_says_that_it_was_redeemed(served: Served) -> None:
    (coupon,) = served.adapter.issue(orders("r1"))
    served.stand_in.redeem(coupon.ean)
    found = served.adapter.void("r1")
    assert found is not None
    assert found.state is CouponState.REDEEMED


def test_redemptions_are_told_once_and_in_order_from_the_cursor_on(served: Served) -> None:
    coupons = served.adapter.issue(orders("r1", "r2", "r3"))
    for coupon in coupons[:2]:
        served.stand_in.redeem(coupon.code)
    first = served.adapter.redemptions_since("")
    nothing = served.adapter.redemptions_since(first.next_cursor)
    served.stand_in.redeem(coupons[2].code)
    last = served.adapter.redemptions_since(nothing.next_cursor)
    assert [first.references, nothing.references, last.references] == [["r1", "r2"], [], ["r3"]]
    assert nothing.next_cursor == first.next_cursor


def test_a_reference_with_a_slash_cannot_reach_another_address(served: Served) -> None:
    served.adapter.issue(orders("r1"))
    assert served.adapter.get("x/../r1") is None
    found = served.adapter.get("r1")
    assert found is not None
    assert found.state is CouponState.ISSUED


@every_call
def test_a_wrong_key_can_be_mended_so_the_work_comes_again(served: Served, call: Callable[[ClearOn], object]) -> None:
    with pytest.raises(SupplierUnavailable):
        call(adapter(served.url, key="fel"))


@every_call
@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, SupplierUnavailable), (429, SupplierUnavailable), (500, OutcomeUnknown), (503, OutcomeUnknown)],
)
def test_a_status_says_whether_something_may_have_been_done(
    odd: OddServer, call: Callable[[ClearOn], object], status: int, expected: type[Exception]
) -> None:
    odd.answer = Answer(status, {"error": "nej"})
    with pytest.raises(expected):
        call(adapter(odd.url))


@every_call
def test_no_connection_is_nothing_done_and_a_cut_one_is_not_known(call: Callable[[ClearOn], object]) -> None:
    with pytest.raises(SupplierUnavailable):
        call(adapter(closed_url()))
    with cutting_server() as (url, _), pytest.raises(OutcomeUnknown):
        call(adapter(url))


def test_an_answer_that_is_late_is_not_known(odd: OddServer) -> None:
    odd.silent = True
    with pytest.raises(OutcomeUnknown):
        adapter(odd.url, timeout=1).issue(orders("r1"))


@every_call
@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "{}", '"coupons"', "[" * 5_000])
def test_an_answer_of_no_form_we_know_is_not_known(
    odd: OddServer, call: Callable[[ClearOn], object], body: str
) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(OutcomeUnknown):
        call(adapter(odd.url))


ISSUED = {"reference": "r1", "state": "issued", "ean": "9900000000004", "code": "0000001"}


@pytest.mark.parametrize(
    "body",
    [
        {"coupons": None},
        {"coupons": "r1"},
        {"coupons": [17]},
        {"coupons": [{"reference": "r1"}]},
        {"coupons": [{**ISSUED, "state": "påhittad"}]},
        {"coupons": [{**ISSUED, "ean": None, "code": None}]},
        {"coupons": [{**ISSUED, "ean": "", "code": ""}]},
        {"coupons": [{**ISSUED, "code": "\ud800"}]},
        {"coupons": [{"reference": "r1", "state": "issued"}]},
        {"coupons": [], "rejected": [17]},
        {"coupons": [], "rejected": [{"reason": "ingen referens"}]},
        {"coupons": [], "rejected": None},
    ],
)
def test_a_coupon_that_cannot_be_read_is_asked_for_again_and_never_taken_for_issued(
    odd: OddServer, body: dict[str, object]
) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(OutcomeUnknown):
        adapter(odd.url).issue(orders("r1"))


@pytest.mark.parametrize("bad", [{"code": "\ud800"}, {"code": ""}, {"state": "påhittad"}])
def test_a_coupon_that_cannot_be_read_holds_up_none_of_the_others(odd: OddServer, bad: dict[str, str]) -> None:
    odd.answer = Answer(200, {"coupons": [ISSUED, {**ISSUED, "reference": "r2", **bad}]})
    assert [one.reference for one in adapter(odd.url).issue(orders("r1", "r2"))] == ["r1"]


@pytest.mark.parametrize(
    "body",
    [
        {"redemptions": []},
        {"redemptions": [], "next_cursor": None},
        {"redemptions": [{}], "next_cursor": "r1"},
        {"redemptions": ["r1"], "next_cursor": "r1"},
        {"redemptions": None, "next_cursor": "r1"},
    ],
)
def test_a_page_of_redemptions_that_cannot_be_read_never_moves_the_cursor(
    odd: OddServer, body: dict[str, object]
) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(OutcomeUnknown):
        adapter(odd.url).redemptions_since("")


def test_a_coupon_is_never_printed_with_its_code(served: Served) -> None:
    (coupon,) = served.adapter.issue(orders("r1"))
    assert coupon.code not in repr(coupon)
    assert coupon.ean not in f"{coupon}"


@pytest.mark.parametrize(
    ("body", "references"),
    [
        ({"redemptions": [{"reference": "r1", "redeemed_at": "2026-11-23T09:00:00Z"}]}, ["r1"]),
        ({"redemptions": [{"reference": "r1"}, {"reference": "r2"}]}, ["r1", "r2"]),
        ({"redemptions": [{"reference": 17}, None, "r1", [], {"reference": "r2"}]}, ["r2"]),
        ({"redemptions": [{"reference": "kupong-å"}, {"reference": "\ud800"}, {"reference": "r2"}]}, ["r2"]),
        ({"redemptions": [{}]}, []),
        ({"redemptions": {"reference": "r1"}}, []),
        ({"redemptions": "r1"}, []),
        ({"redemptions": None}, []),
        ({}, []),
        ([], []),
        (None, []),
        ("redemptions", []),
        (17, []),
    ],
)
def test_a_callback_gives_the_references_that_can_be_ours_and_drops_the_rest(
    body: object, references: list[str]
) -> None:
    assert read_callback(body) == references


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["redemptions", "reference", "redeemed_at"]), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_callback_body_whatever_is_an_error(body: object) -> None:
    assert all(isinstance(reference, str) and reference.isascii() for reference in read_callback(body))
