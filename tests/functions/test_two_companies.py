"""No call shows or changes what is another company's: every route of a company is called by another one.

The calls come from the endpoint list and the API's description: with A's ids in their places, and with the
description's example as the body. What a new route needs beyond that fails here until it stands in a row.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
import pytest
import requests

from sandbox.running import Addresses
from shared.http.openapi.document import operations
from shared.http.openapi.routes import ROUTES, Route
from tests.functions.program import Json, Program, a_company, ok, refused

PHONE = "070-1740695"
OPERATIONS = {route: operation for route, (_, operation) in operations().items()}
OF_COMPANIES = [route for route in ROUTES if route.role]
MONTH = "month"
"""A place that holds no id: each company has every month."""
FOREIGN = [route for route in OF_COMPANIES if {*route.places} - {MONTH}]
"""With an id in them: B asks for what is A's, and there is no such thing."""
OWN = [route for route in OF_COMPANIES if route not in FOREIGN]
"""Without one: they show and change what is B's, and nothing of A's."""


@dataclass(frozen=True)
class Pair:
    """A has a send that was delivered; B is another company, logged in."""

    a: Program
    b: Program
    ids: dict[str, str]
    """Of what is A's, by the place that they have in a path."""
    token: str

    @property
    def send(self) -> str:
        return self.ids["send_id"]

    @property
    def of_a(self) -> set[str]:
        """What must be in no answer to B."""
        rows = [row["id"] for row in self.a.deliveries(self.send)]
        return {self.a.account_id, *self.ids.values(), *rows, "+46701740695", "Alfa AB", self.token, self.a.email}


@pytest.fixture(scope="module")
def pair(upup: Addresses) -> Pair:
    a = a_company(upup, balance_ore=50_000, company_name="Alfa AB")
    b = a_company(upup, balance_ore=20_000, company_name="Beta AB")
    send = a.send(PHONE, message="Bara Alfas {{link}}")
    a.delivered(send)
    ids = {"send_id": send["id"], "delivery_id": a.deliveries(send["id"])[0]["id"]}
    ids |= {place: made(a, *how) for place, how in MAKE.items()}
    ids["message_id"] = made(a, f"/v1/webhook-endpoints/{ids['endpoint_id']}/test", {})
    ids["member_id"] = ok(a.get("/v1/session"))["member_id"]
    ids["session_id"] = ok(a.get("/v1/sessions"))["items"][0]["id"]
    return Pair(a, b, ids, a.link_token(PHONE, "Bara Alfas"))


MAKE: dict[str, tuple[str, Json]] = {
    "key_id": ("/v1/api-keys", {"name": "Alfas kassa", "mode": "live"}),
    "invitation_id": ("/v1/members", {"email": "alva@alfa.example", "role": "viewer"}),
    "request_id": ("/v1/privacy/requests", {"kind": "find", "phone": PHONE}),
    "sender_id": ("/v1/senders", {"sender": "Alfa"}),
    "domain_id": ("/v1/link-domains", {"domain": "alfa.example"}),
    "opt_out_id": ("/v1/opt-outs", {"phone": "070-1740692"}),
    "endpoint_id": ("/v1/webhook-endpoints", {"url": "https://alfa.example/upup", "events": ["send.done"]}),
}
"""How A comes by the other ids."""


def made(a: Program, path: str, body: Json) -> str:
    answer = a.post(path, body)
    assert answer.ok, answer.text
    return str(answer.json()["id"])


Call = Callable[[Pair], requests.Response]
BY_HAND: dict[str, Call] = {
    "POST /v1/account/close": lambda pair: closed_and_taken_back(pair.b)[0],
    "POST /v1/account/reopen": lambda pair: closed_and_taken_back(pair.b)[1],
    "POST /v1/opt-outs": lambda pair: pair.b.post("/v1/opt-outs", {"phone": "070-1740693"}),
    "POST /v1/opt-outs/import": lambda pair: pair.b.post("/v1/opt-outs/import", {"phones": ["070-1740691"]}),
    "DELETE /v1/opt-outs": lambda pair: pair.b.call(
        "DELETE", "/v1/opt-outs", json={"phone": PHONE, "wished_by_person": True}
    ),
    "POST /v1/privacy/requests": lambda pair: pair.b.post("/v1/privacy/requests", {"kind": "find", "phone": PHONE}),
    "POST /v1/session/company": lambda pair: pair.b.post("/v1/session/company", {"account_id": pair.b.account_id}),
    "POST /v1/second-factor/confirm": lambda pair: enrolled(pair.b)[0],
    "POST /v1/session/confirm": lambda pair: enrolled(pair.b)[1],
    "DELETE /v1/second-factor": lambda pair: enrolled(pair.b)[2],
    "POST /v1/billing/checkout": lambda pair: unpaid(pair.b).post("/v1/billing/checkout", {}),
}
"""Where the description's example says nothing of A, would spoil what the others need, or is not enough."""

NOBODYS = {
    "GET /v1/openapi.json",
    "GET /v1/plans",
    "GET /v1/gifts",
    "GET /v1/privacy/processing",
    "POST /v1/signup",
    "POST /v1/login",
    "POST /v1/login/complete",  # a test of its own below: it takes an account's id
    "POST /v1/logout",
    "POST /v1/invitations/accept",  # whoever holds the link may
    "POST /v1/forms/newsletter",
    "POST /v1/forms/contact",
    "POST /v1/forms/test-send",
    "POST /v1/forms/test-send/confirm",
    "POST /v1/forms/test-send/opt-out",
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
    "POST /v1/gift/<token>/report",
    "POST /g/<token>/report",
}
"""Public, or for suppliers: nobody's session counts there."""


def test_every_route_is_a_companys_or_the_staffs_or_meant_for_everybody() -> None:
    assert {str(route) for route in ROUTES if not route.role and not route.staff} == NOBODYS
    assert not [route for route in ROUTES if route.role and route.staff]


def test_every_row_is_of_a_route() -> None:
    assert BY_HAND.keys() <= {str(route) for route in OF_COMPANIES}


def asked(pair: Pair, route: Route, ids: dict[str, str] | None = None) -> requests.Response:
    if by_hand := BY_HAND.get(str(route)):
        return by_hand(pair)
    path = route.path
    for place in route.places:
        path = path.replace(f"<{place}>", "2026-11" if place == MONTH else (ids or pair.ids)[place])
    return pair.b.call(route.method, path, json=OPERATIONS[str(route)].example or {})


@pytest.mark.parametrize("route", FOREIGN, ids=str)
def test_what_is_another_companys_is_404_and_tells_nothing(pair: Pair, route: Route) -> None:
    before = state(pair.a)
    answer = asked(pair, route)
    refused(answer, 404)
    assert not [secret for secret in pair.of_a if secret in answer.text]
    assert state(pair.a) == before
    never = {place: f"{value.partition('_')[0]}_made0up0made0up0" for place, value in pair.ids.items()}
    unknown = asked(pair, route, never).json()
    assert unknown | {"trace_id": ""} == answer.json() | {"trace_id": ""}, "it cannot be told from what was never there"


@pytest.mark.parametrize("route", OWN, ids=str)
def test_a_companys_own_calls_hold_nothing_of_anothers(pair: Pair, route: Route) -> None:
    before = state(pair.a)
    answer = asked(pair, route)
    assert answer.ok, answer.text
    assert not [secret for secret in pair.of_a if secret in answer.text]
    assert state(pair.a) == before


def test_the_search_finds_what_is_as_where_it_is_as(pair: Pair) -> None:
    shown = json.dumps([state(pair.a), ok(pair.a.get(f"/v1/sends/{pair.send}/deliveries"))])
    missed = {secret for secret in pair.of_a if secret not in shown}
    assert missed == {pair.token, pair.a.email, *pair.ids.values()} - {pair.send, pair.ids["delivery_id"]}


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
    assert pair.send not in answer.text
    ok(answer)


def closed_and_taken_back(program: Program) -> tuple[requests.Response, requests.Response]:
    """Both answers; the account is as it was."""
    return program.post("/v1/account/close", {"confirm": "Beta AB"}), program.post("/v1/account/reopen", {})


def unpaid(program: Program) -> Program:
    """A third company, whose plan waits to be paid."""
    third = Program(program.at)
    third.sign_up()
    third.log_in()
    return third


def enrolled(program: Program) -> list[requests.Response]:
    """The answers to the first code, to a recovery code, and to taking the second factor away: B's is as it was."""
    secret = ok(program.post("/v1/second-factor", {}), 201)["secret"]
    confirmed = program.post("/v1/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    recovery = {"code": ok(confirmed)["recovery_codes"][0]}
    again = program.post("/v1/session/confirm", recovery)
    return [confirmed, again, program.call("DELETE", "/v1/second-factor")]


def state(program: Program) -> object:
    return program.account(), program.sends()
