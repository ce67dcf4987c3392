"""Who may call what: every route that asks for a role, from the endpoint list, as nobody and as each kind of member.

What is asked is refused before the body is read: the body is none, and only who is let in is told so.
"""

from dataclasses import dataclass

import pytest
import requests

from sandbox.running import Addresses
from shared.http.authentication import ROLES
from shared.http.openapi.routes import ROUTES, Route
from tests.functions.insider import Insider
from tests.functions.program import Program, a_company, ok, refused

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
def people(upup: Addresses, insider: Insider) -> People:
    owner = a_company(upup, company_name="Gamma AB")
    return People(owner, a_member(upup, insider, owner, "sender"), a_member(upup, insider, owner, "viewer"))


def a_member(at: Addresses, insider: Insider, owner: Program, role: str) -> Program:
    member = Program(at)
    member.sign_up()  # of a company that is never paid
    insider.add_member(owner, member, role)
    ok(member.post("/v1/login/complete", {"token": member.login_token(), "account_id": owner.account_id}))
    return member


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


def test_every_write_that_costs_money_or_ends_something_asks_for_more_than_a_viewer() -> None:
    viewers = {str(route) for route in OF_COMPANIES if route.role == "viewer" and route.method != "GET"}
    assert viewers == {"POST /v1/sms/preview", "POST /v1/sends/quote", "POST /v1/privacy/requests"}
