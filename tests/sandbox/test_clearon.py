"""ClearOn's stand-in over HTTP: coupons by reference, the till, and how redemptions are told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from stdnum import ean

from sandbox.stand_ins.clearon import ClearOn, NotRedeemable, UnknownCode
from sandbox.stand_ins.web import WebServer
from tests.sandbox.conftest import ManualClock, Receiver, until

KEY = {"Authorization": "Bearer nyckel"}


class Served:
    def __init__(self, clearon: ClearOn, url: str) -> None:
        self.clearon = clearon
        self.url = url

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, self.url + path, json=body, headers=KEY, timeout=5)

    def issue(self, *references: str, product: str = "coffee", until: str = "2026-12-31") -> Any:
        coupons = [{"reference": ref, "product": product, "valid_until": until} for ref in references]
        return self.call("POST", "/coupons", {"coupons": coupons}).json()


@pytest.fixture
def served(clock: ManualClock, receiver: Receiver) -> Iterator[Served]:
    clearon = ClearOn(clock, f"{receiver.url}/clearon", "nyckel")
    server = WebServer(clearon.app)
    yield Served(clearon, server.url)
    server.close()
    clearon.close()


def test_coupons_have_a_valid_ean_and_seven_digits_of_their_own(served: Served) -> None:
    references = [f"ref-{number}" for number in range(500)]
    coupons = served.issue(*references)["coupons"]

    assert [coupon["reference"] for coupon in coupons] == references
    assert {coupon["state"] for coupon in coupons} == {"issued"}
    assert all(ean.is_valid(coupon["ean"]) and coupon["ean"].startswith("99") for coupon in coupons)
    assert all(len(coupon["code"]) == 7 and coupon["code"].isdecimal() for coupon in coupons)
    assert len({coupon["ean"] for coupon in coupons} | {coupon["code"] for coupon in coupons}) == 1000


def test_the_same_reference_gets_the_same_coupon(served: Served) -> None:
    first = served.issue("a", "b")
    again = served.issue("b", "a", "a")

    assert again["coupons"] == [first["coupons"][1], first["coupons"][0], first["coupons"][0]]
    stats = served.clearon.stats()
    assert stats == {"requests": 2, "coupons": 2, "references": 2, "references_with_several_coupons": 0, "redeemed": 0}


def test_what_is_not_sold_or_already_too_old_is_rejected_with_a_reason(served: Served) -> None:
    assert served.issue("a", product="unknown-product") == {
        "coupons": [],
        "rejected": [{"reference": "a", "reason": "unknown product"}],
    }
    assert served.issue("a", until="2026-11-22")["rejected"][0]["reason"] == "valid_until has passed"
    assert served.call("GET", "/coupons/a").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"coupons": []},
        {"coupons": [{"reference": "a", "product": "coffee"}]},
        {"coupons": [{"reference": "a", "product": "coffee", "valid_until": "i morgon"}]},
        {"coupons": [{"reference": "", "product": "coffee", "valid_until": "2026-12-31"}]},
        {"coupons": [{"reference": "a", "product": "coffee", "valid_until": "2026-12-31"}] * 501},
    ],
)
def test_a_malformed_order_is_400_and_issues_nothing(served: Served, body: Any) -> None:
    assert served.call("POST", "/coupons", body).status_code == 400
    assert served.clearon.stats()["coupons"] == 0


def test_without_the_key_nothing_is_answered(served: Served) -> None:
    for headers in ({}, {"Authorization": "Bearer fel"}, {"Authorization": "nyckel"}):
        assert requests.get(f"{served.url}/redemptions", headers=headers, timeout=5).status_code == 401


def test_a_till_redeems_once_by_ean_or_code_and_the_webhook_tells(served: Served, receiver: Receiver) -> None:
    by_ean, by_code = served.issue("a", "b")["coupons"]

    assert served.clearon.redeem(by_ean["ean"])["state"] == "redeemed"
    assert served.clearon.redeem(by_code["code"])["reference"] == "b"
    with pytest.raises(NotRedeemable, match="redeemed"):
        served.clearon.redeem(by_ean["code"])
    with pytest.raises(UnknownCode):
        served.clearon.redeem("9999999999999")

    until(lambda: len(receiver.calls) == 2)
    told = [json.loads(call.body)["redemptions"] for call in receiver.calls]
    expected = {"redeemed_at": "2026-11-23T09:00:00Z"}
    assert sorted(told, key=str) == [[{"reference": "a", **expected}], [{"reference": "b", **expected}]]
    assert served.call("GET", "/coupons/a").json()["redeemed_at"] == "2026-11-23T09:00:00Z"


def test_redemptions_are_read_on_from_a_cursor(served: Served) -> None:
    coupons = served.issue("a", "b", "c")["coupons"]
    nothing = served.call("GET", "/redemptions?since=").json()
    assert nothing == {"redemptions": [], "next_cursor": ""}
    for coupon in coupons:
        served.clearon.redeem(coupon["ean"])

    first = served.call("GET", "/redemptions?since=&limit=2").json()
    rest = served.call("GET", f"/redemptions?since={first['next_cursor']}&limit=2").json()
    end = served.call("GET", f"/redemptions?since={rest['next_cursor']}").json()

    assert [item["reference"] for item in first["redemptions"] + rest["redemptions"]] == ["a", "b", "c"]
    assert end == {"redemptions": [], "next_cursor": rest["next_cursor"]}
    assert served.call("GET", "/redemptions?since=x").status_code == 400


def test_a_voided_coupon_cannot_be_redeemed_nor_a_redeemed_one_voided(served: Served) -> None:
    voided, redeemed = served.issue("a", "b")["coupons"]

    assert served.call("POST", "/coupons/a/void").json()["state"] == "voided"
    assert served.call("POST", "/coupons/a/void").json()["state"] == "voided"
    with pytest.raises(NotRedeemable, match="voided"):
        served.clearon.redeem(voided["code"])
    served.clearon.redeem(redeemed["code"])
    assert served.call("POST", "/coupons/b/void").status_code == 409
    assert served.call("POST", "/coupons/c/void").status_code == 404


def test_a_coupon_holds_through_its_last_day_in_stockholm(served: Served, clock: ManualClock) -> None:
    coupon = served.issue("a", until="2026-11-24")["coupons"][0]
    clock.advance(days=1, hours=13, minutes=59)  # 23:59 in Stockholm on the last day
    assert served.call("GET", "/coupons/a").json()["state"] == "issued"

    clock.advance(minutes=1)
    assert served.call("GET", "/coupons/a").json()["state"] == "expired"
    with pytest.raises(NotRedeemable, match="expired"):
        served.clearon.redeem(coupon["ean"])
