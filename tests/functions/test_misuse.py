"""Against misuse, as an outside program sees it: senders, link domains, opt-outs, a stop, and recipients' reports."""

import pytest

from sandbox.running import Addresses
from shared.http.stopped import ALLOWED
from tests.functions.program import Json, Program, a_company, a_send, codes, ok, refused

PHONE = "070-1740650"
WHY = {"reason": "The list was bought."}


@pytest.fixture(scope="module")
def shop(upup: Addresses) -> Program:
    return a_company(upup, balance_ore=100_000, company_name="Misstänkt & Co 100%")


def senders(program: Program) -> dict[str, Json]:
    return {one["sender"]: one for one in ok(program.get("/v1/senders", limit=200))["items"]}


def test_in_the_sandbox_any_valid_sender_is_approved_as_it_is_sent_under(shop: Program, staff: Program) -> None:
    shop.send(PHONE, sender="Kaffekoppen")
    shown = senders(shop)["Kaffekoppen"]
    assert (shown["state"], shown["texts_state"], shown["reason"]) == ("approved", None, None)
    ok(staff.post(f"/v1/staff/senders/{shown['id']}/refuse", {"reason": "It is another shop's."}))
    problem = refused(shop.post("/v1/sends", a_send(PHONE) | {"sender": "Kaffekoppen"}), 422, "sender")
    assert codes(problem) == {"sender_not_approved"}
    quote = ok(shop.post("/v1/sends/quote", a_send(PHONE) | {"sender": "Kaffekoppen"}))
    assert "sender_not_approved" in {one["code"] for one in quote["warnings"]}
    assert senders(shop)["Kaffekoppen"]["reason"] == "It is another shop's."
    refused(shop.call("DELETE", f"/v1/senders/{shown['id']}"), 409)
    ok(staff.post(f"/v1/staff/senders/{shown['id']}/approve", {}))
    shop.send(PHONE, sender="Kaffekoppen")
    assert shop.call("DELETE", f"/v1/senders/{shown['id']}").status_code == 204
    assert "Kaffekoppen" not in senders(shop)


def test_a_domain_waits_for_staff_also_in_the_sandbox(shop: Program, staff: Program) -> None:
    message = "Se https://www.shop.example/meny {{link}}"
    assert codes(refused(shop.post("/v1/sends", a_send(PHONE) | {"message": message}), 422, "message")) == {
        "foreign_link"
    }
    preview = ok(shop.post("/v1/sms/preview", {"message": message}))
    assert "foreign_link" in {one["code"] for one in preview["warnings"]}
    refused(shop.post("/v1/link-domains", {"domain": "https://shop.example"}), 422, "domain")
    domain = ok(shop.post("/v1/link-domains", {"domain": "shop.example"}), 201)
    waiting = ok(staff.get("/v1/staff/link-domains", state="asked", limit=200))["items"]
    assert domain["id"] in {one["id"] for one in waiting if one["account_id"] == shop.account_id}
    ok(staff.post(f"/v1/staff/link-domains/{domain['id']}/approve", {}))
    assert ok(shop.post("/v1/sms/preview", {"message": message}))["warnings"] == []
    ok(shop.post("/v1/sends/quote", a_send(PHONE) | {"message": message}))
    shop.send(PHONE, message=message)
    assert shop.call("DELETE", f"/v1/link-domains/{domain['id']}").status_code == 204
    refused(shop.post("/v1/sends", a_send(PHONE) | {"message": message}), 422, "message")


def test_opt_outs_are_noted_imported_shown_and_taken_back(shop: Program) -> None:
    phone = "070-1740651"
    one = ok(shop.post("/v1/opt-outs", {"phone": phone}), 201)
    assert ok(shop.post("/v1/opt-outs", {"phone": phone})) == one
    refused(shop.post("/v1/opt-outs", {"phone": "hej"}), 422, "phone")
    refused(shop.post("/v1/opt-outs", {}), 422, "phone")
    done = ok(shop.post("/v1/opt-outs/import", {"phones": [phone, "070-1740652", "hej"]}))
    assert (done["added"], done["already"], done["invalid"]) == (1, 1, 1)
    assert [(fault["row"], fault["code"]) for fault in done["report"]] == [(3, "invalid_phone")]
    file = "namn;mobil\nAnna;070-174 06 53\nBo;\n".encode("cp1252")
    done = ok(shop.call("POST", "/v1/opt-outs/import", files={"file": ("spärr.csv", file)}))
    assert (done["added"], done["invalid"]) == (1, 1)
    listed = shop.get("/v1/opt-outs")
    assert "70174065" not in listed.text and "17406" not in listed.text
    assert {row.keys() == {"id", "opted_out_on", "source"} for row in ok(listed)["items"]} == {True}
    refused(shop.post("/v1/sends", a_send(phone)), 422)
    path = f"/v1/opt-outs/{one['id']}"
    refused(shop.call("DELETE", path, json={"wished_by_person": False}), 422, "wished_by_person")
    assert shop.call("DELETE", path, json={"wished_by_person": True}).status_code == 204
    ok(shop.post("/v1/sends", a_send(phone)), 201)


def test_a_recipient_reports_by_the_page_without_a_script_or_by_json(shop: Program, staff: Program) -> None:
    send = shop.send("070-1740655", "070-1740656", message="Rapport {{link}}")
    shop.delivered(send)
    first, second = (shop.link_token(phone, "Rapport") for phone in ("070-1740655", "070-1740656"))
    nobody = Program(shop.at)
    page = nobody.get(f"/g/{first}").text
    assert f'action="/g/{first}/report"' in page and "<script" not in page
    for _ in range(2):
        thanks = nobody.call("POST", f"/g/{first}/report", data={"reason": "fraud"})
        assert thanks.status_code == 200 and "Tack" in thanks.text
    assert nobody.post(f"/v1/gift/{second}/report", {"reason": "not_asked"}).status_code == 202
    refused(nobody.post(f"/v1/gift/{second}/report", {"reason": "annoying"}), 422, "reason")
    refused(nobody.post(f"/v1/gift/{'x' * 24}/report", {"reason": "other"}), 404)
    reports = ok(staff.get("/v1/staff/abuse-reports", limit=200))["items"]
    (ours,) = [one for one in reports if one["account_id"] == shop.account_id]
    assert (ours["fraud"], ours["not_asked"], ours["unseen"]) == (1, 1, 2)


def walked(program: Program, path: str, name: str, pages: int = 4) -> list[str]:
    """The first items, a page each."""
    found, cursor = list[str](), ""
    for _ in range(pages):
        page = ok(program.get(path, limit=1, **({"cursor": cursor} if cursor else {})))
        found += [str(one[name]) for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    return found


def test_every_list_is_walked_page_by_page_without_a_row_twice(shop: Program, staff: Program) -> None:
    Program(shop.at).sign_up(company_name="Ett till AB")
    for name in ("Ett", "Tva"):
        ok(shop.post("/v1/senders", {"sender": name}), 201)
        ok(shop.post("/v1/link-domains", {"domain": f"{name}.example"}), 201)
    shop.delivered(sent := shop.send("070-1740657", message="Sida {{link}}"))
    assert sent["id"]
    ok(Program(shop.at).post(f"/v1/gift/{shop.link_token('070-1740657', 'Sida')}/report", {"reason": "other"}), 202)
    opted_out = {"phones": [f"070-17406{number}" for number in range(60, 64)]}
    assert ok(shop.post("/v1/opt-outs/import", opted_out))["added"] == 4
    for program, path, name in (
        (shop, "/v1/senders", "id"),
        (shop, "/v1/link-domains", "id"),
        (shop, "/v1/opt-outs", "id"),
        (staff, "/v1/staff/senders", "id"),
        (staff, "/v1/staff/link-domains", "id"),
        (staff, "/v1/staff/accounts", "id"),
    ):
        found = walked(program, path, name)
        assert len(found) >= 2 and len(found) == len(set(found)), path
    reported = walked(staff, "/v1/staff/abuse-reports", "account_id")
    assert shop.account_id in reported and len(reported) == len(set(reported))
    for path in ("/v1/staff/accounts", "/v1/staff/senders"):
        refused(staff.get(path, state="made up"), 422, "state")


def test_staff_find_stop_and_resume_a_company_which_reads_why(shop: Program, staff: Program) -> None:
    path = f"/v1/staff/accounts/{shop.account_id}"
    found = staff.get("/v1/staff/accounts", q="Co 100%", limit=200)
    assert shop.account_id in [one["id"] for one in ok(found)["items"]]
    assert shop.email not in found.text and "Åkesson" not in found.text
    assert ok(staff.get("/v1/staff/accounts", q=shop.account_id))["items"][0]["company_name"] == "Misstänkt & Co 100%"
    assert ok(staff.get("/v1/staff/accounts", q="Co 100_"))["items"] == []
    later = shop.send(PHONE, scheduled_at=shop.ahead(days=7))
    refused(staff.post(f"{path}/stop", {}), 422, "reason")
    stopped = ok(staff.post(f"{path}/stop", WHY))
    assert (stopped["stopped_by"], stopped["stop_reason"]) == ("staff", WHY["reason"])
    try:
        assert shop.account()["stopped"]["reason"] == WHY["reason"]
        assert WHY["reason"] in refused(shop.post("/v1/sends", a_send(PHONE)), 403)["detail"]
        refused(shop.post("/v1/senders", {"sender": "Ny"}), 403)
        refused(shop.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 403)
        refused(shop.call("DELETE", "/v1/opt-outs", json={"phone": PHONE, "wished_by_person": True}), 403)
        assert shop.sends() and "POST /v1/opt-outs" in ALLOWED
        ok(shop.post("/v1/opt-outs", {"phone": "070-1740659"}), 201)
        ok(shop.post("/v1/privacy/requests", {"kind": "find", "phone": PHONE}), 201)
        ok(shop.post(f"/v1/sends/{later['id']}/cancel", {}))
        ids = [one["id"] for one in ok(staff.get("/v1/staff/accounts", state="stopped", limit=200))["items"]]
        assert shop.account_id in ids
        refused(staff.post(f"{path}/stop", WHY), 409)
    finally:
        decisions = ok(staff.post(f"{path}/resume", {"reason": "They showed consent."}))["decisions"]
    assert [(one["decision"], one["staff"]) for one in decisions][:2] == [
        ("resume", "staff@upup.example"),
        ("stop", "staff@upup.example"),
    ]
    assert shop.account()["stopped"] is None
    lifted = ok(staff.post(f"{path}/lift-limits", {"reason": "Known.", "daily_recipients": 500_000}))
    assert lifted["limits_lifted_at"] and lifted["daily_recipients"] == 500_000
    shop.send(PHONE)
