"""What Mailchimp and HubSpot know of account holders, as an outside program sees it, and what owners are told."""

import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.contacts import WITHIN_SECONDS, contact, member
from tests.functions.insider import Insider
from tests.functions.program import SECONDS, Json, Program, a_company, ok, refused


def tags(program: Program) -> list[str]:
    return [tag["name"] for tag in (member(program) or {"tags": []})["tags"]]


def run(program: Program, function: str) -> None:
    assert program.console("/api/schedule/run", {"function": function})["status"] == 200


@pytest.fixture(scope="module")
def holder(upup: Addresses) -> Program:
    """Known at both."""
    program = a_company(upup)
    wait_for(lambda: member(program) and contact(program), "the suppliers", WITHIN_SECONDS)
    return program


def test_whoever_pays_for_a_plan_is_at_both_within_seconds(holder: Program) -> None:
    at_mailchimp, at_hubspot = member(holder), contact(holder)
    assert at_mailchimp
    assert at_hubspot
    assert at_mailchimp["status"] == "subscribed"
    assert (
        at_mailchimp["merge_fields"] | {"FNAME": "Anna", "LNAME": "Åkesson", "PLAN": "start"}
        == (at_mailchimp["merge_fields"])
    )
    wait_for(lambda: tags(holder) == ["start"], "the tag", WITHIN_SECONDS)
    assert (at_hubspot["firstname"], at_hubspot["upup_plan"]) == ("Anna", "start")
    assert (at_hubspot["upup_sends_30_days"], at_hubspot["upup_deliveries_30_days"]) == ("0", "0")


def test_a_plan_switch_is_at_both_within_seconds(holder: Program) -> None:
    wait_for(lambda: tags(holder) == ["start"], "the tag", WITHIN_SECONDS)
    page = holder.post("/v1/billing/portal", {})
    assert page.ok, page.text
    assert requests.post(page.json()["url"], data={"action": "plan", "plan": "growth"}, timeout=SECONDS).ok
    wait_for(lambda: tags(holder) == ["growth"], "the tag", WITHIN_SECONDS)
    wait_for(lambda: (contact(holder) or {})["upup_plan"] == "growth", "the property", WITHIN_SECONDS)
    assert (member(holder) or {})["merge_fields"]["PLAN"] == "growth"
    assert holder.account()["plan"] == "growth"


def test_a_signup_that_is_not_paid_makes_nobody_known(upup: Addresses) -> None:
    program = Program(upup)
    program.sign_up()
    run(program, "sync_contacts")
    assert (member(program), contact(program)) == (None, None)
    refused(program.get("/v1/account/mailing"), 401)


def test_another_name_reaches_both(holder: Program) -> None:
    wanted = {"kind": "rectify", "email": holder.email, "first_name": "Annika", "last_name": "Ek"}
    ok(holder.post("/v1/privacy/requests", wanted), 201)
    found = wait_for(lambda: (contact(holder) or {}).get("lastname") == "Ek", "the name", WITHIN_SECONDS)
    assert found
    assert (member(holder) or {})["merge_fields"]["FNAME"] == "Annika"


def test_an_unsubscribe_is_read_back_and_shown_to_the_person(upup: Addresses) -> None:
    program = a_company(upup)
    wait_for(lambda: member(program), "Mailchimp", WITHIN_SECONDS)
    assert ok(program.get("/v1/account/mailing")) == {"no_news_since": None, "refused": []}
    program.console("/api/mailchimp/unsubscribe", {"email": program.email})
    run(program, "read_subscriptions")
    since = ok(program.get("/v1/account/mailing"))["no_news_since"]
    assert since
    shown = ok(program.post("/v1/privacy/requests", {"kind": "export", "email": program.email}), 201)
    assert shown["result"]["no_news_since"] == since
    run(program, "sync_contacts")
    assert (member(program) or {})["status"] == "unsubscribed"


def test_who_was_erased_at_mailchimp_is_shown_to_staff_and_owner_until_they_come_back(
    upup: Addresses, staff: Program
) -> None:
    program = Program(upup)
    program.console("/api/mailchimp/sign-up", {"email": program.email})
    ok(staff.post("/v1/staff/visitors/erase", {"email": program.email}), 204)
    program.pay(program.sign_up()["checkout_url"])
    program.log_in()

    def hints() -> list[Json] | None:
        return ok(program.get("/v1/account/mailing"))["refused"] or None

    (hint,) = wait_for(hints, "the refusal", WITHIN_SECONDS)
    assert hint["supplier"] == "mailchimp"
    assert hint["member_id"].startswith("mbr_")
    (person_id,) = Insider(upup).rows("SELECT id FROM persons WHERE email = %s", program.email)[0]
    refusals = ok(staff.get("/v1/staff/contacts"))["items"]
    assert {(one["supplier"], one["refusal"]) for one in refusals if one["person_id"] == person_id} == {
        ("mailchimp", "forgotten")
    }
    refused(staff.post("/v1/staff/visitors/erase", {"email": program.email}), 409)
    program.console("/api/mailchimp/sign-up", {"email": program.email})
    run(program, "read_subscriptions")
    wait_for(lambda: tags(program) == ["start"], "the tag", WITHIN_SECONDS)
    wait_for(lambda: hints() is None, "the refusal's end", WITHIN_SECONDS)


def test_no_function_logs_an_account_holders_e_mail(holder: Program) -> None:
    dump = requests.get(f"{holder.at.console}/api/dump", timeout=SECONDS).text
    lines = [line for line in dump.splitlines() if holder.email in line]
    assert lines, "the database holds it"
    assert not [line for line in lines if '"severity"' in line or "person_id" in line]
