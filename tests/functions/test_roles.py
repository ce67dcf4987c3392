"""Who may call what: every route that asks for a role, from the endpoint list, as nobody and as each kind of member.

What is asked is refused before the body is read: the body is none, and only who is let in is told so.
"""

from dataclasses import dataclass

import pytest
import requests

from sandbox.running import Addresses
from shared.domain.scopes import SCOPES
from shared.http.authentication import ROLES
from shared.http.openapi.routes import ROUTES, Route
from tests.functions.program import Program, a_company, a_member, refused, with_key

OF_COMPANIES = [route for route in ROUTES if route.role]
UNREAD = {"data": b"\xff", "headers": {"Content-Type": "text/plain"}}


@dataclass(frozen=True)
class People:
    """Of one company, by role."""

    owner: Program
    sender: Program
    viewer: Program

    def with_role(self, role: str) -> Program:
        return {"owner": self.owner, "sender": self.sender, "viewer": self.viewer}[role]


@pytest.fixture(scope="module")
def people(upup: Addresses) -> People:
    owner = a_company(upup, company_name="Gamma AB")
    return People(owner, a_member(owner, "sender"), a_member(owner, "viewer"))


def asked(program: Program, route: Route) -> requests.Response:
    return program.call(route.method, route.filled("x"), **UNREAD)


def below(route: Route) -> list[str]:
    """The roles that are too little for the route."""
    return list(ROLES[: ROLES.index(str(route.role))])


@pytest.mark.parametrize("route", OF_COMPANIES, ids=str)
def test_nobody_is_let_in_without_a_session(nobody: Program, route: Route) -> None:
    refused(asked(nobody, route), 401)
    nobody.session.cookies.set("session", "made-up")
    refused(asked(nobody, route), 401)


@pytest.mark.parametrize("route", [route for route in OF_COMPANIES if below(route)], ids=str)
def test_a_member_with_too_small_a_role_is_refused(people: People, route: Route) -> None:
    for role in below(route):
        assert str(route.role) in refused(asked(people.with_role(role), route), 403)["detail"]


@pytest.mark.parametrize("route", [route for route in OF_COMPANIES if route.role != "owner"], ids=str)
def test_the_least_role_that_a_route_names_is_let_in(people: People, route: Route) -> None:
    answer = asked(people.with_role(str(route.role)), route)
    assert answer.status_code not in (401, 403), answer.text


@pytest.mark.parametrize("route", [route for route in ROUTES if route.staff], ids=str)
def test_what_is_staffs_is_closed_to_every_member(people: People, route: Route) -> None:
    for role in ROLES:
        refused(asked(people.with_role(role), route), 401)


# Programs


PERSONS_ONLY = {
    "POST /v1/account/dpa": "the agreement is a person's word",
    "POST /v1/account/close": "likewise its end",
    "POST /v1/account/reopen": "likewise",
    "PATCH /v1/account": "how long recipients' data is kept belongs to the agreement",
    "GET /v1/account/mailing": "it is about the person who asks",
    "POST /v1/billing/checkout": "a person pays the plan",
    "POST /v1/billing/portal": "the page shows cards and cancels the plan",
    "DELETE /v1/opt-outs": "a person attests the wish to be opened again",
    "DELETE /v1/opt-outs/<opt_out_id>": "likewise",
}
"""Beside members, sessions, second factors and keys themselves, which no key may touch."""
NEVER = ("/v1/api-keys", "/v1/members", "/v1/session", "/v1/second-factor")
FOR_KEYS = [route for route in OF_COMPANIES if route.scope]


@pytest.fixture(scope="module")
def keys(people: People) -> dict[str, Program]:
    """A program for each scope, whose key has that one alone."""
    return {scope: with_key(people.owner, "live", scope) for scope in SCOPES}


def test_every_route_of_a_company_names_a_known_scope_or_is_for_persons_only() -> None:
    assert {route.scope for route in FOR_KEYS} <= SCOPES.keys()
    without = {str(route) for route in OF_COMPANIES if not route.scope and not route.path.startswith(NEVER)}
    assert without - PERSONS_ONLY.keys() == set()
    assert not [str(route) for route in FOR_KEYS if route.path.startswith(NEVER) or str(route) in PERSONS_ONLY]


def test_every_scope_opens_something() -> None:
    assert SCOPES.keys() - {route.scope for route in FOR_KEYS} == set()


@pytest.mark.parametrize("route", FOR_KEYS, ids=str)
def test_a_key_with_the_scope_is_let_in_and_one_without_it_is_told_which_it_lacks(
    keys: dict[str, Program], route: Route
) -> None:
    scope = str(route.scope)
    other = next(one for one in SCOPES if one != scope)
    assert scope in refused(asked(keys[other], route), 403)["detail"]
    answer = asked(keys[scope], route)
    assert answer.status_code not in (401, 403), answer.text


@pytest.mark.parametrize("route", [route for route in OF_COMPANIES if not route.scope], ids=str)
def test_what_names_no_scope_is_closed_to_keys(keys: dict[str, Program], route: Route) -> None:
    assert "person" in refused(asked(keys["sends:write"], route), 403)["detail"]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.staff], ids=str)
def test_what_is_staffs_is_closed_to_keys(keys: dict[str, Program], route: Route) -> None:
    refused(asked(keys["sends:write"], route), 401)


def test_every_write_that_costs_money_or_ends_something_asks_for_more_than_a_viewer() -> None:
    viewers = {str(route) for route in OF_COMPANIES if route.role == "viewer" and route.method != "GET"}
    own = {"DELETE /v1/members/<member_id>", "POST /v1/session/company", "PATCH /v1/session/person"}
    own |= {"DELETE /v1/sessions", "DELETE /v1/sessions/<session_id>", "POST /v1/session/confirm"}
    own |= {"POST /v1/second-factor", "POST /v1/second-factor/confirm", "DELETE /v1/second-factor"}
    assert viewers == {"POST /v1/sms/preview", "POST /v1/sends/quote", "POST /v1/privacy/requests", *own}
