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
        fixed = {"code", "name", "kind", "price_ore", "face_value_ore", "voucher_type", "available"}
        limits = {"validity_days", "minimum_age", "id_required", "most_per_send", "most_per_month"}
        assert gift.keys() == fixed | limits | {"description", "how_to_use", "picture", "supplier"}
        assert gift["name"].keys() == {"sv", "en"}
        assert all(gift["name"].values())
        assert type(gift["price_ore"]) is int and 0 < gift["face_value_ore"] <= gift["price_ore"]
        assert gift["voucher_type"] in ("single_purpose", "multi_purpose")
        assert type(gift["available"]) is bool


def test_gifts_are_described_in_both_languages_with_a_picture_of_our_own_pages(nobody: Program) -> None:
    gifts = {gift["code"]: gift for gift in ok(nobody.get("/v1/gifts"))["items"]}
    for code in ("coffee", "ice_cream", "groceries_100", "cinema"):
        for texts in (gifts[code]["description"], gifts[code]["how_to_use"]):
            assert all(texts[language].strip() for language in ("sv", "en"))
        picture = nobody.get(gifts[code]["picture"])
        assert (picture.status_code, picture.headers["Content-Type"].partition(";")[0]) == (200, "image/svg+xml")


def test_the_first_goods_gift_is_available_and_costs_at_most_100_kr(nobody: Program) -> None:
    first = next(gift for gift in ok(nobody.get("/v1/gifts"))["items"] if gift["kind"] == "goods")
    assert first["available"]
    assert first["price_ore"] <= 10_000


def test_everyone_may_read_how_personal_data_is_processed(nobody: Program) -> None:
    shown = ok(nobody.get("/v1/privacy/processing"))
    assert shown.keys() == {"dpa_version", "consent_text_version", "contact", "sub_processors", "data"}
    assert (shown["dpa_version"], shown["consent_text_version"]) == (TERMS, TERMS)
    assert shown["sub_processors"] and shown["data"]
    assert "dataskydd@upup.example" in shown["contact"]
    contacts = {one["name"]: one["contact"] for one in shown["sub_processors"]}
    assert (contacts["Lekab"], contacts["Stripe"]) == ("dataskydd@lekab.example", None)
