"""No call shows or changes what is another company's: one table of every route, and a row for each."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import requests

from sandbox.running import Addresses
from tests.functions.program import TERMS, Json, Program, a_company, a_send, ok, refused
from tests.functions.routes import ROUTES

PHONE = "070-1740695"


@dataclass(frozen=True)
class Pair:
    """A has a send that was delivered; B is another company, logged in."""

    a: Program
    b: Program
    send: Json
    token: str
    request: str
    """Of a person, at A."""

    @property
    def of_a(self) -> tuple[str, ...]:
        """What must be in no answer to B."""
        rows = [row["id"] for row in self.a.deliveries(self.send["id"])]
        return (
            self.a.account_id,
            self.send["id"],
            self.request,
            *rows,
            "+46701740695",
            "Alfa AB",
            self.token,
            self.a.email,
        )


@pytest.fixture(scope="module")
def pair(upup: Addresses) -> Pair:
    a = a_company(upup, balance_ore=50_000, company_name="Alfa AB")
    b = a_company(upup, balance_ore=20_000, company_name="Beta AB")
    send = a.send(PHONE, message="Bara Alfas {{link}}")
    a.delivered(send)
    request = ok(a.post("/v1/privacy/requests", {"kind": "find", "phone": PHONE}), 201)["id"]
    return Pair(a, b, send, a.link_token(PHONE, "Bara Alfas"), request)


Call = Callable[[Pair], requests.Response]

FOREIGN: dict[str, Call] = {
    "GET /v1/sends/<send_id>": lambda pair: pair.b.get(f"/v1/sends/{pair.send['id']}"),
    "POST /v1/sends/<send_id>/cancel": lambda pair: pair.b.post(f"/v1/sends/{pair.send['id']}/cancel", {}),
    "GET /v1/sends/<send_id>/deliveries": lambda pair: pair.b.get(f"/v1/sends/{pair.send['id']}/deliveries"),
    "GET /v1/privacy/requests/<request_id>": lambda pair: pair.b.get(f"/v1/privacy/requests/{pair.request}"),
    "POST /v1/privacy/requests/<request_id>/carry-out": lambda pair: pair.b.post(
        f"/v1/privacy/requests/{pair.request}/carry-out", {}
    ),
    "GET /v1/sends/<send_id>/report.csv": lambda pair: pair.b.get(f"/v1/sends/{pair.send['id']}/report.csv"),
}
"""With an id in them: B asks for what is A's, and there is no such thing."""

OWN: dict[str, Call] = {
    "GET /v1/account": lambda pair: pair.b.get("/v1/account"),
    "PATCH /v1/account": lambda pair: pair.b.call(
        "PATCH", "/v1/account", json={"retention": {"erase_after_days": 365}}
    ),
    "POST /v1/account/dpa": lambda pair: pair.b.post("/v1/account/dpa", {"version": TERMS}),
    "POST /v1/account/close": lambda pair: closed_and_taken_back(pair.b)[0],
    "POST /v1/account/reopen": lambda pair: closed_and_taken_back(pair.b)[1],
    "GET /v1/sends": lambda pair: pair.b.get("/v1/sends", limit=200),
    "GET /v1/statistics": lambda pair: pair.b.get("/v1/statistics"),
    "POST /v1/sends": lambda pair: pair.b.post("/v1/sends", a_send("070-1740694")),
    "POST /v1/sends/quote": lambda pair: pair.b.post("/v1/sends/quote", a_send(PHONE)),
    "POST /v1/sms/preview": lambda pair: pair.b.post("/v1/sms/preview", {"message": "{{link}}"}),
    "POST /v1/privacy/requests": lambda pair: pair.b.post("/v1/privacy/requests", {"kind": "find", "phone": PHONE}),
    "GET /v1/privacy/requests": lambda pair: pair.b.get("/v1/privacy/requests", limit=200),
    "POST /v1/billing/top-ups": lambda pair: pair.b.post("/v1/billing/top-ups", {"amount_ore": 10_000}),
}
"""Without one: they show and change what is B's, and nothing of A's."""

NOBODYS = {
    "GET /v1/plans",
    "GET /v1/gifts",
    "GET /v1/privacy/processing",
    "POST /v1/signup",
    "POST /v1/login",
    "POST /v1/login/complete",  # a test of its own below: it takes an account's id
    "POST /v1/logout",
    "POST /v1/webhooks/stripe",
    "GET /v1/callbacks/lekab/<secret>/dr",
    "GET /v1/callbacks/lekab/<secret>/mo",
    "POST /v1/callbacks/clearon/<secret>",
    "GET /v1/gift/<token>",  # whoever holds the link may see it
    "GET /g/<token>",
    "POST /v1/gift/<token>/opt-out",
    "POST /v1/gift/<token>/privacy-request",
    "POST /g/<token>/privacy-request",
    "POST /g/<token>/opt-out",
}
"""Public, or for suppliers: nobody's session counts there."""

STAFFS = {
    "GET /v1/staff/dead-letters",
    "POST /v1/staff/dead-letters/replay",
    "POST /v1/staff/dead-letters/<letter_id>/replay",
    "GET /v1/staff/deliveries",
    "GET /v1/staff/agreements",
    "POST /v1/staff/agreements/<account_id>/retry",
    "POST /v1/staff/deliveries/<delivery_id>/settle",
    "POST /v1/staff/disclosures",
    "GET /v1/staff/disclosures",
    "POST /v1/staff/disclosures/<disclosure_id>/approve",
    "GET /v1/staff/disclosures/<disclosure_id>/deliveries",
    "GET /v1/staff/key-versions",
    "GET /v1/staff/breaches",
    "POST /v1/staff/breaches",
    "GET /v1/staff/breaches/<breach_id>",
    "PATCH /v1/staff/breaches/<breach_id>",
    "POST /v1/staff/breaches/<breach_id>/tell",
    "GET /v1/staff/breaches/export.csv",
    "GET /v1/staff/access",
    "POST /v1/staff/access",
    "POST /v1/staff/access/<grant_id>/end",
    "POST /v1/staff/access/reviews",
    "GET /v1/staff/access/export.csv",
}
"""For UpUp's staff, of all companies: no session opens them."""


def test_every_route_stands_in_the_table() -> None:
    table = [*FOREIGN, *OWN, *NOBODYS, *STAFFS]
    assert sorted(table) == sorted(map(str, ROUTES))


def test_every_route_that_asks_for_a_role_is_called_by_another_company() -> None:
    assert {str(route) for route in ROUTES if route.role} == FOREIGN.keys() | OWN.keys()


def test_every_route_for_staff_is_marked_as_theirs_alone() -> None:
    assert {str(route) for route in ROUTES if route.staff and not route.role} == STAFFS


def test_every_route_with_a_place_in_its_path_is_called_with_what_is_anothers() -> None:
    assert {str(route) for route in ROUTES if route.role and "<" in route.path} == FOREIGN.keys()


@pytest.mark.parametrize("route", FOREIGN)
def test_what_is_another_companys_is_404_and_tells_nothing(pair: Pair, route: str) -> None:
    before = state(pair.a)
    answer = FOREIGN[route](pair)
    refused(answer, 404)
    assert not [secret for secret in pair.of_a if secret in answer.text]
    assert state(pair.a) == before
    unknown = json.loads(answer.text) | {"trace_id": ""}
    made_up = FOREIGN[route](Pair(pair.a, pair.b, {"id": "snd_made0up0made0up0"}, "", "prq_made0up0made0up0"))
    assert made_up.json() | {"trace_id": ""} == unknown, "it cannot be told from what was never there"


@pytest.mark.parametrize("route", OWN)
def test_a_companys_own_calls_hold_nothing_of_anothers(pair: Pair, route: str) -> None:
    before = state(pair.a)
    answer = OWN[route](pair)
    assert answer.ok, answer.text
    assert not [secret for secret in pair.of_a if secret in answer.text]
    assert state(pair.a) == before


def test_the_search_finds_what_is_as_where_it_is_as(pair: Pair) -> None:
    shown = json.dumps([state(pair.a), ok(pair.a.get(f"/v1/sends/{pair.send['id']}/deliveries"))])
    assert {secret for secret in pair.of_a if secret in shown} == set(pair.of_a) - {
        pair.token,
        pair.a.email,
        pair.request,
    }


def test_nobody_logs_in_to_a_company_that_is_not_theirs(pair: Pair) -> None:
    body = {"token": pair.b.login_token(), "account_id": pair.a.account_id}
    answer = pair.b.post("/v1/login/complete", body)
    refused(answer, 403)
    assert "Set-Cookie" not in answer.headers
    assert "Alfa" not in answer.text


def test_a_cursor_of_anothers_list_shows_nothing_of_it(pair: Pair) -> None:
    pair.a.send(PHONE)
    cursor = ok(pair.a.get("/v1/sends", limit=1))["next_cursor"]
    answer = pair.b.get("/v1/sends", cursor=cursor)
    assert pair.send["id"] not in answer.text
    ok(answer)


def closed_and_taken_back(program: Program) -> tuple[requests.Response, requests.Response]:
    """Both answers; the account is as it was."""
    return program.post("/v1/account/close", {"confirm": "Beta AB"}), program.post("/v1/account/reopen", {})


def state(program: Program) -> object:
    return program.account(), program.sends()
