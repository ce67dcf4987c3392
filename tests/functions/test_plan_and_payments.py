"""The plan and the payments as they go on at Stripe: past due and back, switched, refunded, disputed, closed."""

from typing import Any

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.insider import Insider, money_and_sends
from tests.functions.program import Program, a_company, a_send, ok, refused


def ids_at_stripe(insider: Insider, company: Program) -> tuple[str, str, str]:
    """Customer, subscription and newest payment."""
    ((customer, subscription),) = insider.rows(
        "SELECT stripe_customer, stripe_subscription FROM companies WHERE id = %s", company.account_id
    )
    payments = insider.rows(
        "SELECT payment FROM top_ups WHERE company_id = %s AND payment IS NOT NULL ORDER BY created_at DESC",
        company.account_id,
    )
    return customer, subscription, payments[0][0] if payments else ""


def becomes(company: Program, field: str, value: object) -> None:
    wait_for(lambda: company.account()[field] == value or None, f"{field} {value}")


def test_a_plan_is_switched_and_cancelled_in_the_portal_and_followed(upup: Addresses, insider: Insider) -> None:
    company = a_company(upup)
    _, subscription, _ = ids_at_stripe(insider, company)
    url = ok(company.post("/v1/billing/portal", {}))["url"]
    company.console("/api/stripe/portal", {"url": url, "action": "plan", "plan": "growth"})
    becomes(company, "plan", "growth")
    company.console("/api/stripe/portal", {"url": url, "action": "cancel"})
    assert insider.stripe(f"subscriptions/{subscription}")["cancel_at_period_end"] is True
    assert company.account()["state"] == "active", "it runs until its period ends"


def test_a_renewal_that_fails_stops_sends_and_says_what_to_do_until_a_card_that_works_has_paid_it(
    upup: Addresses,
) -> None:
    company = a_company(upup, balance_ore=10_000)
    portal = {"url": ok(company.post("/v1/billing/portal", {}))["url"]}
    company.console("/api/stripe/portal", {**portal, "action": "bad_card"})
    assert company.account()["state"] == "active", "the card is only noticed when the next period is paid"
    company.console("/api/stripe/portal", {**portal, "action": "end_period"})
    becomes(company, "state", "past_due")
    before = money_and_sends(company)
    problem = refused(company.post("/v1/sends", a_send("070-1740682")), 403)
    assert "The last payment for the plan failed. Update the card first" in problem["detail"]
    assert "/v1/billing/portal" in problem["detail"]
    assert money_and_sends(company) == before
    portal = {"url": ok(company.post("/v1/billing/portal", {}))["url"]}
    company.console("/api/stripe/portal", {**portal, "action": "good_card"})
    becomes(company, "state", "active")
    company.handed_over(company.send("070-1740682"))


def test_owners_are_mailed_once_that_their_plan_will_end_and_once_that_it_has(upup: Addresses) -> None:
    company = a_company(upup)
    portal = {"url": ok(company.post("/v1/billing/portal", {}))["url"]}

    def mails(text: str) -> list[str]:
        for _ in range(2):
            company.console("/api/schedule/run", {"function": "tell_of_plan_ends"})
        return [one["message"] for one in company.mails() if text in one["message"]]

    company.console("/api/stripe/portal", {**portal, "action": "cancel"})
    (mail,) = wait_for(lambda: mails("är uppsagt och upphör"), "the mail")
    assert "Till dess går det att skicka som vanligt" in mail
    assert company.account()["state"] == "active"
    company.console("/api/stripe/portal", {**portal, "action": "end_period"})
    becomes(company, "state", "closing")
    (mail,) = mails("eftersom det sades upp")
    assert f"{company.account()['closing']['ends_at'][:10]} upphör avtalet" in mail
    assert "Sedan dess kan inget nytt skickas" in mail
    refused(company.post("/v1/sends", a_send("070-1740682")), 403)
    refused(company.post("/v1/account/reopen", {}), 409)
    assert len(mails("Abonnemanget för Kaffebaren AB")) == 2


def test_what_is_refunded_and_disputed_moves_the_balance_and_stops_sends_while_it_is_owed(
    upup: Addresses, insider: Insider
) -> None:
    company = a_company(upup, balance_ore=20_000)
    _, _, payment = ids_at_stripe(insider, company)
    company.handed_over(company.send("070-1740681"))
    spent = 20_000 - company.account()["balance_ore"]
    company.console("/api/stripe/refund", {"payment": payment, "amount_ore": 5_000})
    becomes(company, "balance_ore", 15_000 - spent)
    dispute = company.console("/api/stripe/dispute", {"payment": payment})["id"]
    becomes(company, "balance_ore", 0)
    problem = refused(company.post("/v1/sends", a_send("070-1740681")), 403)
    assert "disputed" in problem["detail"]
    company.console("/api/stripe/dispute/close", {"dispute": dispute, "outcome": "won"})
    becomes(company, "balance_ore", 15_000 - spent)
    lost = a_company(upup, balance_ore=10_000)
    dispute = lost.console("/api/stripe/dispute", {"payment": ids_at_stripe(insider, lost)[2], "amount_ore": 4_000})
    becomes(lost, "balance_ore", 6_000)
    lost.console("/api/stripe/dispute/close", {"dispute": dispute["id"], "outcome": "lost"})
    assert lost.account()["balance_ore"] == 6_000


def test_closing_stops_the_renewal_and_taking_it_back_starts_it_again(upup: Addresses, insider: Insider) -> None:
    company = a_company(upup)
    _, subscription, _ = ids_at_stripe(insider, company)

    def renews() -> bool:
        found: Any = insider.stripe(f"subscriptions/{subscription}")
        return not found["cancel_at_period_end"]

    ok(company.post("/v1/account/close", {"confirm": "Kaffebaren AB"}))
    assert not renews()
    ok(company.post("/v1/account/reopen", {}))
    assert renews()


def test_a_plans_checkout_is_had_again_until_it_is_paid(nobody: Program) -> None:
    url = nobody.sign_up()["checkout_url"]
    nobody.log_in()
    refused(nobody.post("/v1/billing/portal", {}), 409)
    assert ok(nobody.post("/v1/billing/checkout", {}))["checkout_url"] == url
    nobody.pay(url)
    refused(nobody.post("/v1/billing/checkout", {}), 409)


def test_the_night_runs_over_what_is_in_step(company: Program) -> None:
    assert company.console("/api/schedule/run", {"function": "reconcile_stripe"})["status"] == 200
