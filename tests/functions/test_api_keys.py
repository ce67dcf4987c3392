"""API keys and test mode as a program meets them."""

import pytest

from sandbox.running import Addresses
from tests.functions.insider import Insider
from tests.functions.program import Program, a_company, a_send, ok, refused, with_key

FAILS = "070-1740698"


@pytest.fixture(scope="module")
def tester(company: Program) -> Program:
    return with_key(company, "test")


def key_of(program: Program) -> str:
    return str(program.session.headers["Authorization"]).removeprefix("Bearer ")


def test_a_key_is_shown_once_and_listed_without_itself(company: Program) -> None:
    wanted = {"name": "Kassan i Nyköping", "mode": "live", "scopes": ["sends:read", "account:read", "sends:read"]}
    made = ok(company.post("/v1/api-keys", wanted), 201)
    assert made["key"].startswith("upup_live_")
    assert made["scopes"] == ["account:read", "sends:read"]
    listed = company.get("/v1/api-keys", limit=1)
    (shown,) = ok(listed)["items"]
    assert shown == {name: value for name, value in made.items() if name != "key"}
    assert shown["last_four"] == made["key"][-4:] and made["key"][:-4] not in listed.text
    path = f"/v1/api-keys/{made['id']}"
    changed = ok(company.call("PATCH", path, json={"name": "Kassan", "scopes": ["sends:read"]}))
    assert (changed["name"], changed["scopes"]) == ("Kassan", ["sends:read"])
    refused(company.call("PATCH", path, json={"scopes": ["sends:write"]}), 422, "scopes")
    refused(company.call("PATCH", path, json={}), 422, "body")


def test_what_is_no_mode_scope_or_time_is_named(company: Program) -> None:
    wrong = {"name": "", "mode": "play", "scopes": ["sends:all"], "expires_at": "soon"}
    refused(company.post("/v1/api-keys", wrong), 422, "name", "mode", "scopes.0", "expires_at")
    past = {"name": "x", "mode": "live", "expires_at": "2020-01-01T00:00:00Z"}
    refused(company.post("/v1/api-keys", past), 422, "expires_at")


def test_a_key_beats_the_cookie_needs_no_origin_and_ends_when_it_is_revoked(upup: Addresses, company: Program) -> None:
    other = a_company(upup, company_name="Nyckel AB")
    program = with_key(other)
    program.session.cookies.update(company.session.cookies)
    assert program.account()["id"] == other.account_id
    ok(program.call("POST", "/v1/sms/preview", json={"message": "Hej"}, headers={"Origin": "https://evil.example"}))
    (one,) = ok(other.get("/v1/api-keys"))["items"]
    assert one["last_used_at"].endswith(":00:00.000000Z") and one["state"] == "active"
    ok(other.call("DELETE", f"/v1/api-keys/{one['id']}"), 204)
    assert "revoked" in refused(program.get("/v1/account"), 401)["detail"]
    assert ok(other.get("/v1/api-keys"))["items"][0]["state"] == "revoked"


@pytest.mark.parametrize("header", ["Bearer", "Basic QTpC", "upup_live_x", "Bearer upup_live_x", "Bearer å"])
def test_a_malformed_header_is_401_whatever_the_cookie_says(company: Program, header: str) -> None:
    refused(company.call("GET", "/v1/account", headers={"Authorization": header.encode()}), 401)


def test_browsers_may_not_send_the_header_from_another_origin(company: Program) -> None:
    asked = {"Origin": company.at.web.replace("127.0.0.1", "localhost"), "Access-Control-Request-Method": "GET"}
    answer = company.call("OPTIONS", "/v1/sends", headers=asked | {"Access-Control-Request-Headers": "authorization"})
    assert "authorization" not in answer.headers["Access-Control-Allow-Headers"].lower()


def test_what_is_for_everybody_asks_for_no_key(nobody: Program) -> None:
    nobody.session.headers["Authorization"] = "Bearer nothing"
    ok(nobody.get("/v1/gifts"))


def test_a_send_names_the_key_that_attested_it(company: Program, insider: Insider) -> None:
    program = with_key(company, "live", "sends:write", "sends:read")
    send = program.send("070-1740640")
    (listed, *_) = ok(company.get("/v1/api-keys"))["items"]
    assert insider.rows("SELECT attested_by FROM sends WHERE id = %s", send["id"]) == [(listed["id"],)]
    assert send["test"] is False
    company.delivered(send)


def test_a_test_send_goes_the_whole_way_and_reaches_no_supplier_and_no_books(
    company: Program, tester: Program, insider: Insider
) -> None:
    before = supplied(company), booked(company, insider), company.account()["balance_ore"]
    send = tester.send("070-1740625", FAILS)
    assert send["test"] is True and send["price_ore"] > 0
    shown = tester.handed_over(send)
    assert shown["test"] is True
    assert (shown["deliveries"]["delivered"], shown["deliveries"]["failed"]) == (1, 1)
    rows = tester.deliveries(send["id"])
    assert [row["state"] for row in rows] == ["delivered", "failed"]
    token = rows[0]["gift_link"].rpartition("/g/")[2]
    assert ok(company.get(f"/v1/gift/{token}"))["test"] is True
    assert "Detta är ett test" in company.get(f"/g/{token}").text
    after = supplied(company), booked(company, insider), company.account()["balance_ore"]
    assert after == before
    assert not company.console("/api/sms", to="+46701740625")["items"]


def supplied(company: Program) -> object:
    stats = company.console("/api/stats")
    return stats["lekab"], stats["clearon"], stats["stripe"]


def booked(company: Program, insider: Insider) -> object:
    return insider.rows("SELECT * FROM ledger_entries WHERE company_id = %s ORDER BY id", company.account_id)


def test_tests_and_what_is_real_are_never_in_one_list(company: Program, tester: Program) -> None:
    test, real = tester.send("070-1740642"), company.send("070-1740642")
    live = with_key(company, "live", "sends:read", "sends:write")
    for program in (company, live):
        assert test["id"] not in [one["id"] for one in program.sends()]
        assert {one["test"] for one in ok(program.get("/v1/sends", test="true"))["items"]} == {True}
        refused(program.get(f"/v1/sends/{test['id']}"), 404)
        ok(program.get(f"/v1/sends/{test['id']}", test="true"))
        refused(program.get("/v1/sends", test="yes"), 422, "test")
    assert {one["test"] for one in tester.sends()} == {True}
    for path in ("", "/deliveries", "/report.csv"):
        refused(tester.get(f"/v1/sends/{real['id']}{path}"), 404)
        refused(company.get(f"/v1/sends/{test['id']}{path}"), 404)
    refused(tester.post(f"/v1/sends/{real['id']}/cancel", {}), 404)
    company.delivered(real)
    assert {row["gift_link"] for row in company.deliveries(real["id"])} == {None}


def test_the_same_idempotency_key_is_another_for_a_test(company: Program, tester: Program) -> None:
    body = a_send("070-1740643")
    key = {"Idempotency_Key": "samma"}
    test = ok(tester.post("/v1/sends", body, **key), 201)
    real = ok(company.post("/v1/sends", body, **key), 201)
    assert (test["test"], real["test"]) == (True, False)
    assert ok(tester.post("/v1/sends", body, **key), 201) == test
    company.delivered(real)


def test_a_test_key_moves_no_money(tester: Program) -> None:
    problem = refused(tester.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 403)
    assert "test key" in problem["detail"]
    for path in ("/v1/billing/portal", "/v1/billing/checkout"):
        refused(tester.post(path, {}), 403)


def test_a_key_asks_about_recipients_and_never_about_those_who_log_in(company: Program) -> None:
    program = with_key(company, "live", "privacy:read", "privacy:write")
    found = ok(program.post("/v1/privacy/requests", {"kind": "find", "phone": "070-1740644"}), 201)
    ok(program.get(f"/v1/privacy/requests/{found['id']}"))
    refused(program.post("/v1/privacy/requests", {"kind": "erase", "email": company.email}), 403)
    about_owner = ok(company.post("/v1/privacy/requests", {"kind": "export", "email": company.email}), 201)
    refused(program.get(f"/v1/privacy/requests/{about_owner['id']}"), 403)


def test_no_key_is_in_a_log_the_database_or_its_binary_log(company: Program, tester: Program) -> None:
    key = key_of(tester)
    refused(company.call("GET", "/v1/account", headers={"Authorization": f"Bearer {key[:-1]}"}), 401)
    dump = tester.session.get(f"{tester.at.console}/api/dump", timeout=60).text
    assert "api_keys" in dump and key[10:40] not in dump
