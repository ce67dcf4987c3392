"""A company's people as an outside program sees them: invited, changed, in several companies, removed everywhere."""

import json

import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.contacts import WITHIN_SECONDS, contact, member
from tests.functions.program import SECONDS, Program, a_company, a_member, invitation_token, invited, ok, refused


@pytest.fixture(scope="module")
def owner(upup: Addresses) -> Program:
    return a_company(upup, company_name="Delta AB")


def member_id(program: Program) -> str:
    found: str = ok(program.get("/v1/session"))["member_id"]
    return found


def test_who_was_invited_is_in_the_company_with_the_role_and_the_team_sees_it(owner: Program) -> None:
    bo = a_member(owner, "viewer")
    shown = ok(bo.get("/v1/session"))
    assert (shown["role"], shown["account_id"], shown["company_name"]) == ("viewer", owner.account_id, "Delta AB")
    assert [one["id"] for one in shown["accounts"]] == [owner.account_id]
    newest, *_ = ok(bo.get("/v1/members"))["items"]
    assert (newest["email"], newest["first_name"], newest["role"], newest["you"]) == (bo.email, "Bo", "viewer", True)
    refused(bo.get("/v1/members/invitations"), 403)
    ok(owner.call("PATCH", f"/v1/members/{shown['member_id']}", json={"role": "sender"}))
    assert ok(bo.get("/v1/session"))["role"] == "sender"


def test_an_invitation_is_shown_mailed_again_and_taken_back(owner: Program) -> None:
    email = "eva@delta.example"
    token = invited(owner, email, "sender")

    def sent() -> dict[str, str] | None:
        (one,) = [one for one in ok(owner.get("/v1/members/invitations"))["items"] if one["email"] == email]
        return one if one["mail"] == "sent" else None

    shown = wait_for(sent, "the mail", SECONDS)
    assert (shown["role"], shown["invited_by"]) == ("sender", member_id(owner))
    assert token not in json.dumps(shown)
    for known in (1, 2, 3):
        ok(owner.post(f"/v1/members/invitations/{shown['id']}/resend", {}), 202)
        token = invitation_token(owner, email, known)
    again = owner.post(f"/v1/members/invitations/{shown['id']}/resend", {})
    refused(again, 429)
    assert int(again.headers["Retry-After"]) > 0
    ok(owner.call("DELETE", f"/v1/members/invitations/{shown['id']}"), 204)
    names = {"first_name": "Eva", "last_name": "Ek"}
    refused(Program(owner.at).post("/v1/invitations/accept", {"token": token} | names), 401)


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(owner: Program, upup: Addresses) -> None:
    known = Program(upup)
    known.sign_up()
    answers = [
        ok(owner.post("/v1/members", {"email": email, "role": "viewer"}), 202)
        for email in (known.email, "nobody@delta.example")
    ]
    assert [one.keys() for one in answers] == [{"id"}, {"id"}]


def test_a_company_that_is_not_paid_invites_nobody(upup: Addresses) -> None:
    unpaid = Program(upup)
    unpaid.sign_up()
    unpaid.log_in()
    refused(unpaid.post("/v1/members", {"email": "bo@delta.example", "role": "viewer"}), 403)


def test_a_person_of_two_companies_chooses_and_stays_in_one_when_the_other_removes_them(
    owner: Program, upup: Addresses
) -> None:
    anna = a_company(upup, company_name="Epsilon AB")
    token = invited(owner, anna.email, "viewer")
    elsewhere = Program(upup, anna.email)
    ok(elsewhere.post("/v1/invitations/accept", {"token": token}))
    assert {one["company_name"] for one in ok(elsewhere.get("/v1/session"))["accounts"]} == {"Delta AB", "Epsilon AB"}
    membership, old = member_id(elsewhere), elsewhere.session.cookies["session"]
    ok(elsewhere.post("/v1/session/company", {"account_id": anna.account_id}))
    assert ok(elsewhere.get("/v1/account"))["company_name"] == "Epsilon AB"
    stale = Program(upup)
    stale.session.cookies.set("session", old)
    refused(stale.get("/v1/session"), 401)
    refused(elsewhere.post("/v1/session/company", {"account_id": "acc_made0up0made0up0"}), 404)
    assert ok(owner.call("DELETE", f"/v1/members/{membership}")) == {"removed": True}
    assert [one["company_name"] for one in ok(elsewhere.get("/v1/session"))["accounts"]] == ["Epsilon AB"]
    assert member(anna)
    assert contact(anna)


def test_a_removed_member_is_logged_out_and_gone_here_and_at_both_suppliers_within_seconds(
    owner: Program, upup: Addresses
) -> None:
    bo = a_member(owner, "sender")
    wait_for(lambda: member(bo) and contact(bo), "the suppliers", WITHIN_SECONDS)
    ok(owner.call("DELETE", f"/v1/members/{member_id(bo)}"))
    refused(bo.get("/v1/session"), 401)
    wait_for(lambda: not (member(bo) or contact(bo)), "the suppliers", WITHIN_SECONDS)
    dump = requests.get(f"{upup.console}/api/dump", timeout=SECONDS).text
    parts = dict(part.split(" =====\n", 1) for part in dump.removeprefix("===== ").split("\n===== "))
    assert owner.email in parts["SQL dump"]
    holding = {title for title, text in parts.items() if bo.email in text}
    assert holding == {"binary logs, rows decoded"}, "which live for seven days"


def test_ones_own_name_is_the_persons_in_every_list(owner: Program) -> None:
    bo = a_member(owner, "viewer")
    ok(bo.call("PATCH", "/v1/session/person", json={"first_name": "Bosse", "last_name": "Ekman"}))
    shown = [one["first_name"] for one in ok(owner.get("/v1/members"))["items"] if one["email"] == bo.email]
    assert shown == ["Bosse"]
    wait_for(lambda: (contact(bo) or {}).get("firstname") == "Bosse", "the name", WITHIN_SECONDS)


def test_the_last_owner_stays(owner: Program) -> None:
    own = member_id(owner)
    refused(owner.call("DELETE", f"/v1/members/{own}"), 409)
    refused(owner.call("PATCH", f"/v1/members/{own}", json={"role": "viewer"}), 409)
    assert ok(owner.get("/v1/session"))["role"] == "owner"


def test_the_page_of_the_link_asks_for_a_name_only_where_it_is_needed(owner: Program) -> None:
    page = owner.get("/invitation")
    assert page.ok
    assert '<script type="module" src="/entry/invitation.js"></script>' in page.text
    nameless = owner.post("/v1/invitations/accept", {"token": invited(owner, "ny@delta.example", "viewer")})
    refused(nameless, 422, "first_name", "last_name")
