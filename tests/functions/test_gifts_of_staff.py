"""Gifts as staff keep them and companies take them back, as an outside program sees it."""

import secrets

import pytest

from sandbox.demo.company import wait_for
from tests.functions.insider import Insider
from tests.functions.program import Json, Program, a_send, codes, ok, refused

PHONE, OTHER_PHONE = "070-1740655", "070-1740656"


def a_gift(**changes: object) -> Json:
    code = f"fika_{secrets.token_hex(4)}"
    return {
        "code": code,
        "name": {"sv": "Fika", "en": "Fika"},
        "kind": "goods",
        "price_ore": 4900,
        "face_value_ore": 4500,
        "voucher_type": "single_purpose",
        "vat_class": "served_food",
        "issuer": "clearon",
        "product": code,
        "validity_days": 30,
        "description": {"sv": "Kaffe och något till.", "en": "Coffee and something with it."},
        "how_to_use": {"sv": "Visa koden.", "en": "Show the code."},
        **changes,
    }


def on_sale(program: Program) -> dict[str, Json]:
    return {gift["code"]: gift for gift in ok(program.get("/v1/gifts"))["items"]}


def upload(staff: Program, product: str, text: str) -> Json:
    path = f"/v1/staff/code-pools/{product}/codes"
    return ok(staff.call("POST", path, data=text.encode(), headers={"Content-Type": "text/csv"}))


def test_a_gift_is_added_limited_sent_and_keeps_the_price_of_what_was_sent(
    company: Program, staff: Program, insider: Insider
) -> None:
    gift = ok(staff.post("/v1/staff/gifts", a_gift(on_sale=True, most_per_send=1)), 201)
    code = gift["code"]
    refused(staff.post("/v1/staff/gifts", a_gift(code=code)), 409)
    assert on_sale(company)[code] == {name: value for name, value in gift.items() if name in on_sale(company)["coffee"]}
    body = {**a_send(PHONE, OTHER_PHONE), "gift": code}
    assert codes(refused(company.post("/v1/sends", body), 422, "gift")) == {"over_send_limit"}
    assert "over_send_limit" in {one["code"] for one in ok(company.post("/v1/sends/quote", body))["warnings"]}
    send = company.send(PHONE, gift=code)
    path = f"/v1/staff/gifts/{code}"
    changes = {"price_ore": 9900, "description": {"sv": "Annat", "en": "Other"}, "most_per_send": None}
    changed = ok(staff.call("PATCH", path, json=changes))
    assert (changed["price_ore"], changed["most_per_send"]) == (9900, None)
    assert changed["description"]["sv"] == "Annat" and changed["name"] == gift["name"]
    assert ok(company.get(f"/v1/sends/{send['id']}"))["price_ore"] == 4900
    refused(staff.call("PATCH", path, json={"price_ore": 4499}), 422, "price_ore")
    assert gift["vat_class"] == "served_food"
    wrong = staff.call("PATCH", path, json={"price_ore": 4499, "vat_class": "multi_purpose"})
    refused(wrong, 422, "price_ore", "vat_class")
    assert ok(staff.call("PATCH", path, json={"vat_class": "food"}))["vat_class"] == "food"
    shown = {one["code"]: one["vat_class"] for one in ok(staff.get("/v1/staff/gifts"))["items"]}
    assert (shown[code], shown["coffee"], shown["groceries_100"]) == ("food", "served_food", "multi_purpose")
    ok(staff.call("PATCH", path, json={"on_sale": False}))
    assert code not in on_sale(company)
    refused(company.post("/v1/sends", {**a_send(PHONE), "gift": code}), 422, "gift")
    assert code in {one["code"] for one in ok(staff.get("/v1/staff/gifts"))["items"]}
    refused(staff.call("PATCH", "/v1/staff/gifts/no_such_gift", json={}), 404)
    logged = insider.rows("SELECT action FROM staff_log WHERE subject = %s ORDER BY id", code)
    assert [action for (action,) in logged] == ["gift.add", *["gift.change"] * 3]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price_ore": 4499}, "price_ore"),
        ({"vat_class": "multi_purpose"}, "vat_class"),
        ({"vat_class": "luxury"}, "vat_class"),
        ({"vat_class": None}, "vat_class"),
        ({"voucher_type": "multi_purpose"}, "vat_class"),
        ({"picture": "https://evil.example/x.svg"}, "picture"),
        ({"code": "Fika!"}, "code"),
        ({"name": {"sv": "Fika"}}, "name.en"),
        ({"most_per_send": 0}, "most_per_send"),
    ],
)
def test_a_gift_that_cannot_be_is_refused(staff: Program, changes: Json, field: str) -> None:
    refused(staff.post("/v1/staff/gifts", a_gift(**changes)), 422, field)


def test_codes_are_imported_with_a_report_that_repeats_none(company: Program, staff: Program) -> None:
    gift = ok(staff.post("/v1/staff/gifts", a_gift(issuer="code_pool", on_sale=True)), 201)
    product, code = gift["product"], secrets.token_hex(6)
    assert not gift["available"]
    done = upload(staff, product, f"code\n{code}\n{code}\n!\n")
    assert (done["imported"], done["duplicate"], done["malformed"], done["known"]) == (1, 1, 1, 0)
    assert [(row["row"], row["code"]) for row in done["report"]] == [(2, "duplicate"), (3, "malformed")]
    assert code not in str(done)
    again = ok(staff.call("POST", f"/v1/staff/code-pools/{product}/codes", files={"file": ("k.csv", f"kod\n{code}")}))
    assert (again["imported"], again["known"]) == (0, 1)
    assert on_sale(company)[gift["code"]]["available"]
    staff.console("/api/schedule/run", {"function": "tell_of_misuse"})
    mails = staff.console("/api/mail", to="staff@upup.example")["items"]
    assert any(f"1 codes of {product} are left" in mail["message"] for mail in mails)
    ok(staff.call("PATCH", f"/v1/staff/code-pools/{product}", json={"low_stock_limit": 0}))
    shown = {one["product"]: one for one in ok(staff.get("/v1/staff/code-pools"))["items"]}[product]
    assert (shown["in_stock"], shown["handed_out"], shown["is_low"]) == (1, 0, False)
    assert shown["last_import_at"]
    send = company.send(PHONE, gift=gift["code"])
    company.delivered(send)
    place = f"/v1/sends/{send['id']}/deliveries/{company.deliveries(send['id'])[0]['id']}"
    refused(company.post(f"{place}/cancel-gift", {}), 409)
    path = "/v1/staff/code-pools/coffee"
    refused(staff.call("POST", f"{path}/codes", data=b"code\n12345678", headers={"Content-Type": "text/csv"}), 404)
    refused(staff.post(f"/v1/staff/code-pools/{product}/codes", {}), 415)
    refused(staff.call("POST", f"/v1/staff/code-pools/{product}/codes", files={"other": b"x"}), 400)
    wrong = staff.call("POST", f"/v1/staff/code-pools/{product}/codes", files={"file": b"\x00\x01"})
    refused(wrong, 422, "file")
    ok(staff.call("PATCH", f"/v1/staff/gifts/{gift['code']}", json={"on_sale": False}))


def test_a_gift_is_taken_back_its_page_says_so_and_no_till_takes_it(company: Program) -> None:
    send = company.send(PHONE, message="Tas tillbaka {{link}}")
    company.delivered(send)
    delivery = company.deliveries(send["id"])[0]
    token = company.link_token(PHONE, "Tas tillbaka")
    code = ok(company.get(f"/v1/gift/{token}"))["code"]
    before = company.account()
    path = f"/v1/sends/{send['id']}/deliveries/{delivery['id']}/cancel-gift"
    for _ in range(2):
        answer = ok(company.post(path, {}))
        assert (answer["id"], answer["state"], answer["gift_state"]) == (delivery["id"], "delivered", "voided")
    after = company.account()
    assert after["balance_ore"] - before["balance_ore"] == 3_500
    shown = ok(company.get(f"/v1/gift/{token}"))
    assert (shown["state"], shown["code"], shown["ean"]) == ("voided", None, None)
    assert "gäller inte längre" in company.get(f"/g/{token}").text
    assert not Program(company.at).session.post(f"{company.at.console}/api/till/redeem", json={"code": code}).ok


def test_a_gift_that_was_redeemed_is_not_taken_back(company: Program) -> None:
    send = company.send(OTHER_PHONE, message="Löses in {{link}}")
    company.delivered(send)
    code = ok(company.get(f"/v1/gift/{company.link_token(OTHER_PHONE, 'Löses in')}"))["code"]
    company.console("/api/till/redeem", {"code": code})
    delivery = company.deliveries(send["id"])[0]
    path = f"/v1/sends/{send['id']}/deliveries/{delivery['id']}/cancel-gift"
    refused(company.post(path, {}), 409)
    wait_for(lambda: company.deliveries(send["id"])[0]["gift_state"] == "redeemed", "the redemption")
    refused(company.post(path.replace(delivery["id"], "dlv_made0up"), {}), 404)
