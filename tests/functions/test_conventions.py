"""What holds for every call: problems, methods, sizes, origins, cookies and headers."""

from typing import Any

import pytest
from flask import Response

from sandbox.running import Addresses
from shared.database.queries.people import Session
from shared.database.transactions import PooledDatabase
from shared.domain.errors import Forbidden, Unauthenticated
from shared.http.authentication import ROLES, Doorkeeper, require
from shared.http.openapi.routes import ROUTES, Route
from shared.privacy.tokens import TokenHasher
from tests.functions.program import Program, a_company, a_send, codes, ok, refused, signup

JSON_WRITES = (
    "/v1/signup",
    "/v1/login",
    "/v1/login/complete",
    "/v1/billing/top-ups",
    "/v1/sms/preview",
    "/v1/sends/quote",
    "/v1/sends",
    "/v1/privacy/requests",
)
FOREIGN = ("https://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil.example", "HTTP://LOCALHOST")


@pytest.mark.parametrize("path", JSON_WRITES)
@pytest.mark.parametrize("body", [b"", b"{", b"{'a': 1}", b'{"a": NaN}x', b"\xff\xfe{}", b'{"a": "\xe5"}'])
def test_what_is_not_json_is_malformed(company: Program, path: str, body: bytes) -> None:
    refused(company.call("POST", path, data=body, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize("path", JSON_WRITES)
@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"17"])
def test_json_that_is_no_object_is_not_acceptable(company: Program, path: str, body: bytes) -> None:
    answer = company.call("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", JSON_WRITES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_another_content_type_is_415(company: Program, path: str, kind: str | None) -> None:
    refused(company.call("POST", path, data=b"{}", headers={"Content-Type": kind}), 415)


@pytest.mark.parametrize("path", JSON_WRITES)
def test_unknown_fields_are_named(company: Program, path: str) -> None:
    answer = company.post(path, {"colour": "red"})
    assert answer.status_code == 422
    assert {"field": "colour", "code": "extra_forbidden"}.items() <= next(
        fault for fault in answer.json()["errors"] if fault["field"] == "colour"
    ).items()


@pytest.mark.parametrize("path", ["/v1/signup", "/v1/sms/preview", "/v1/sends"])
def test_a_body_of_more_than_10_mb_is_413(company: Program, path: str) -> None:
    body = b'{"a":"' + b"x" * (11 * 1024 * 1024) + b'"}'
    refused(company.call("POST", path, data=body, headers={"Content-Type": "application/json"}), 413)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_another_method_is_405_and_the_right_ones_are_named(company: Program, route: Route) -> None:
    answer = company.call("PUT", route.filled("x"))
    refused(answer, 405)
    assert route.method in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/v1/sends/a/b/c", "/v1/login/elsewhere", "/v1/nothing", "/v1/gift/a/b", "/v1/", "/v1/gift/a%0Ab"]
)
def test_an_unknown_path_is_404(company: Program, path: str) -> None:
    refused(company.get(path), 404)


@pytest.mark.parametrize(
    ("path", "method", "role"),
    [
        ("/v1/account", "GET", "viewer"),
        ("/v1/sends", "GET", "viewer"),
        ("/v1/sends", "POST", "sender"),
        ("/v1/billing/top-ups", "POST", "owner"),
    ],
)
def test_each_route_asks_for_its_role(path: str, method: str, role: str) -> None:
    assert {(route.path, route.method): route.role for route in ROUTES}[path, method] == role


@pytest.mark.parametrize("has", ROLES)
@pytest.mark.parametrize("needs", ROLES)
def test_a_role_may_do_what_those_below_it_may(has: str, needs: str) -> None:
    member = Session("mbr_1", "acc_1", has, "per_1")
    if ROLES.index(has) >= ROLES.index(needs):
        require(member, needs)
    else:
        with pytest.raises(Forbidden):
            require(member, needs)
    with pytest.raises(Unauthenticated):
        require(None, needs)


def test_a_viewer_may_not_send() -> None:
    route = next(route for route in ROUTES if (route.method, route.path) == ("POST", "/v1/sends"))
    assert route.role is not None
    with pytest.raises(Forbidden):
        require(Session("mbr_1", "acc_1", "viewer", "per_1"), route.role)


# Other sites


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("route", [route for route in ROUTES if route.role and route.method != "GET"], ids=str)
def test_a_write_that_began_on_another_site_is_refused(company: Program, route: Route, origin: str) -> None:
    answer = company.call(route.method, route.path, json=a_send("070-1740605"), headers={"Origin": origin})
    refused(answer, 403)


def test_another_site_cannot_log_anybody_out(upup: Addresses) -> None:
    company = a_company(upup)
    refused(company.call("POST", "/v1/logout", headers={"Origin": "https://evil.example"}), 403)
    assert company.account()["id"] == company.account_id


def test_a_browser_that_says_cross_site_without_an_origin_is_refused(company: Program) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    refused(company.call("POST", "/v1/sms/preview", json={"message": "Hej"}, headers=headers), 403)
    headers = {"Sec-Fetch-Site": "same-origin"}
    ok(company.call("POST", "/v1/sms/preview", json={"message": "Hej"}, headers=headers))


def test_our_own_pages_may_write(company: Program) -> None:
    headers = {"Origin": company.at.web}
    ok(company.call("POST", "/v1/sms/preview", json={"message": "Hej"}, headers=headers))


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_origins_get_no_cors_headers(company: Program, origin: str) -> None:
    asked = {"Access-Control-Request-Method": "POST"}
    for answer in (
        company.call("GET", "/v1/account", headers={"Origin": origin}),
        company.call("OPTIONS", "/v1/sends", headers={"Origin": origin, **asked}),
    ):
        assert "Origin" in answer.headers["Vary"]
        assert not [name for name in answer.headers if name.startswith("Access-Control-Allow")]


def test_an_allowed_origin_is_answered_exactly_and_with_credentials(company: Program) -> None:
    origin = company.at.web.replace("127.0.0.1", "localhost")
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = company.call("OPTIONS", "/v1/sends", headers=asked)
    answer = company.call("GET", "/v1/account", headers={"Origin": origin})
    for response in (preflight, answer):
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in response.headers["Vary"]
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in preflight.headers["Access-Control-Allow-Headers"]


# Cookies and headers


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(upup: Addresses) -> None:
    program = Program(upup)
    program.sign_up()
    answer = program.post("/v1/login/complete", {"token": program.login_token()})
    flags = {part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)
    assert answer.headers["Set-Cookie"].startswith("session=")  # loopback without TLS


@pytest.mark.parametrize(("url", "name"), [("https://upup.example", "__Host-session"), ("http://127.0.0.1", "session")])
def test_with_https_the_cookie_is_bound_to_the_host(database: PooledDatabase, url: str, name: str) -> None:
    from datetime import timedelta

    response = Response()
    Doorkeeper(database, TokenHasher(b"k" * 32), url, ()).set_cookie(response, "value", timedelta(days=7))
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=value;")
    assert ("Secure" in cookie) == url.startswith("https")
    assert "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie


@pytest.mark.parametrize("path", ["/v1/account", "/v1/plans", "/v1/gift/unknown", "/v1/sends/x", "/g/unknown"])
def test_no_answer_is_kept_guessed_at_or_framed(company: Program, path: str) -> None:
    headers = company.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


SECRET_INPUT = "Gunhild-070-1740642"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/signup", dict.fromkeys(signup("x"), SECRET_INPUT)),
        ("/v1/signup", {field: {SECRET_INPUT: 1} for field in signup("x")}),
        ("/v1/login", {"email": SECRET_INPUT}),
        ("/v1/login/complete", {"token": SECRET_INPUT}),
        ("/v1/billing/top-ups", {"amount_ore": SECRET_INPUT}),
        ("/v1/sends", dict.fromkeys(a_send("x"), SECRET_INPUT)),
        ("/v1/sends", a_send(SECRET_INPUT)),
        ("/v1/sends", a_send("070-1740605") | {"recipients": [{"phone": [SECRET_INPUT]}]}),
        ("/v1/sends", a_send("070-1740605") | {"recipients": [{"phone": "1", SECRET_INPUT: ["x"]}]}),
        ("/v1/sends", a_send("070-1740605") | {"recipients": [{SECRET_INPUT: "x"}]}),
    ],
)
def test_no_refusal_repeats_what_was_sent(company: Program, path: str, body: dict[str, Any]) -> None:
    answer = company.post(path, body)
    assert 400 <= answer.status_code < 500
    assert "Gunhild" not in answer.text and "1740642" not in answer.text


def test_signup_names_every_fault_at_once(nobody: Program) -> None:
    wrong = {
        "company_name": "",
        "org_number": "556821-9818",
        "first_name": "x" * 81,
        "last_name": 17,
        "email": "not an address",
        "plan": "gold",
        "accepted_dpa_version": "2020-01",
        "colour": "red",
    }
    refused(nobody.post("/v1/signup", wrong), 422, *wrong)


def test_faults_have_codes_for_programs(nobody: Program) -> None:
    problem = refused(nobody.post("/v1/signup", {}), 422, *signup("x"))
    assert codes(problem) == {"missing"}
