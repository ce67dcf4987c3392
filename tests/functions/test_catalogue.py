"""GET /v1/plans and GET /v1/gifts: what everyone may see."""

import pytest

from sandbox.running import Addresses
from tests.functions.program import TERMS, Program, a_company, ok


def test_plans_have_code_name_and_price(nobody: Program) -> None:
    plans = ok(nobody.get("/v1/plans"))["items"]
    assert plans
    for plan in plans:
        assert plan.keys() == {"code", "name", "price_ore"}
        assert plan["code"] and plan["name"]
        assert type(plan["price_ore"]) is int and plan["price_ore"] > 0


@pytest.mark.parametrize("place", range(3))
def test_each_plan_can_be_bought(upup: Addresses, nobody: Program, place: int) -> None:
    plans = ok(nobody.get("/v1/plans"))["items"]
    assert len(plans) == 3, "name each plan's place here"
    bought = a_company(upup, plan=plans[place]["code"])
    assert bought.account()["plan"] == plans[place]["code"]


def test_gifts_have_the_shape_of_the_catalogue(nobody: Program) -> None:
    gifts = ok(nobody.get("/v1/gifts"))["items"]
    assert {gift["kind"] for gift in gifts} == {"goods", "experience"}
    for gift in gifts:
        assert gift.keys() == {"code", "name", "kind", "price_ore", "face_value_ore", "voucher_type", "available"}
        assert gift["name"].keys() == {"sv", "en"}
        assert all(gift["name"].values())
        assert type(gift["price_ore"]) is int and 0 < gift["face_value_ore"] <= gift["price_ore"]
        assert gift["voucher_type"] in ("single_purpose", "multi_purpose")
        assert type(gift["available"]) is bool


def test_the_first_goods_gift_is_available_and_costs_at_most_100_kr(nobody: Program) -> None:
    first = next(gift for gift in ok(nobody.get("/v1/gifts"))["items"] if gift["kind"] == "goods")
    assert first["available"]
    assert first["price_ore"] <= 10_000


def test_everyone_may_read_how_personal_data_is_processed(nobody: Program) -> None:
    shown = ok(nobody.get("/v1/privacy/processing"))
    assert shown.keys() == {"dpa_version", "consent_text_version", "sub_processors", "data"}
    assert (shown["dpa_version"], shown["consent_text_version"]) == (TERMS, TERMS)
    assert shown["sub_processors"] and shown["data"]
