"""The second factor and a person's sessions, at the running product."""

import pyotp
import pytest

from sandbox.running import Addresses
from tests.functions.program import Program, a_company, ok, refused


@pytest.fixture(scope="module")
def owner(upup: Addresses) -> Program:
    return a_company(upup)


def careful(owner: Program) -> int:
    return owner.post("/v1/billing/top-ups", {"amount_ore": 10_000}).status_code


def test_what_asks_for_care_is_refused_until_a_code_is_shown(owner: Program) -> None:
    assert careful(owner) == 201
    before = ok(owner.get("/v1/session"))["second_factor"]
    assert (before["enrolled"], before["required"], before["confirmed_until"]) == (False, False, None)
    body = {"second_factor_required": True}
    assert ok(owner.call("PATCH", "/v1/account", json=body))["second_factor_required"] is True
    problem = refused(owner.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 403)
    assert problem["type"].endswith("/second_factor_required")
    secret = ok(owner.post("/v1/second-factor", {}), 201)["secret"]
    refused(owner.post("/v1/session/confirm", {"code": "000000"}), 409)
    refused(owner.post("/v1/second-factor/confirm", {"code": "12"}), 422, "code")
    code = pyotp.TOTP(secret).now()
    recovery = ok(owner.post("/v1/second-factor/confirm", {"code": code}))["recovery_codes"]
    assert careful(owner) == 201
    shown = ok(owner.get("/v1/second-factor"))
    assert (shown["enrolled"], shown["required"], shown["recovery_codes_left"]) == (True, True, 10)
    assert ok(owner.get("/v1/session"))["second_factor"] == shown and shown["confirmed_until"], (
        "a page knows what to ask"
    )
    owner.log_in()
    assert careful(owner) == 403, "a new session has shown nothing"
    assert ok(owner.get("/v1/session"))["second_factor"] == shown | {"confirmed_until": None}
    assert ok(owner.get("/v1/account"))["id"] == owner.account_id, "reading takes none"
    refused(owner.post("/v1/session/confirm", {"code": code}), 422, "code")
    ok(owner.post("/v1/session/confirm", {"code": recovery[0]}))
    refused(owner.post("/v1/session/confirm", {"code": recovery[0]}), 422, "code")
    assert careful(owner) == 201
    last = [owner.post("/v1/session/confirm", {"code": "x" * 16}).status_code for _ in range(3)]
    assert last[-1] == 429


def test_a_person_ends_the_sessions_of_other_browsers(upup: Addresses) -> None:
    here = a_company(upup)
    there = Program(upup, here.email, here.account_id)
    there.log_in()
    items = ok(here.get("/v1/sessions"))["items"]
    assert sorted(one["current"] for one in items) == [False, True]
    (other,) = [one["id"] for one in items if not one["current"]]
    ok(here.call("DELETE", f"/v1/sessions/{other}"), 204)
    refused(there.get("/v1/account"), 401)
    refused(here.call("DELETE", f"/v1/sessions/{other}"), 404)
    there.log_in()
    ok(here.call("DELETE", "/v1/sessions"), 204)
    refused(there.get("/v1/account"), 401)
    assert here.account()["id"] == here.account_id
