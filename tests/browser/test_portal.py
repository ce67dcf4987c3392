"""The portal's views of sends and money: each state says what it means, and what can be done works."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.chromium import LAPTOP, PHONE
from tests.browser.people import log_in
from tests.browser.watch import Watch
from tests.functions.program import Json, Program, a_company, a_member, ok, with_key

ONE, OTHER = "0701740683", "0701740684"


@pytest.fixture(scope="module")
def sent(company: Program) -> Json:
    """A send to two that has arrived."""
    send = company.send(ONE, OTHER)
    company.delivered(send)
    return send


@pytest.fixture
def portal(context: BrowserContext, page: Page, company: Program) -> Page:
    log_in(context, company)
    return page


def messages(company: Program, to: str) -> list[Json]:
    return list(company.console("/api/sms", to=to)["items"])


def test_a_new_company_is_told_what_to_do_first(context: BrowserContext, page: Page, upup: Addresses) -> None:
    newcomer = a_company(upup)
    log_in(context, newcomer)
    page.goto("/portal")
    expect(page.get_by_role("heading", name="Kom igång")).to_be_visible()
    expect(page.get_by_role("link", name="Fyll på saldot")).to_be_visible()
    axe(page)
    page.goto("/portal/sends")
    expect(page.get_by_text("Inga utskick än")).to_be_visible()


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_no_view_has_a_barrier_or_scrolls_sideways(portal: Page, sent: Json) -> None:
    for path in ("", "/sends", f"/sends/{sent['id']}", "/money", "/money/2026-11", "/statistics"):
        portal.goto(f"/portal{path}")
        expect(portal.get_by_role("heading", level=1)).to_be_visible()
        expect(portal.get_by_text("Hämtar …")).to_have_count(0)
        axe(portal)
        wide, room = portal.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room, path


def test_the_link_is_sent_again_once_although_it_is_asked_for_twice(portal: Page, company: Program, sent: Json) -> None:
    before = len(messages(company, ONE))
    portal.goto(f"/portal/sends/{sent['id']}")
    row = portal.get_by_role("row").filter(has_text=ONE[-6:])
    row.get_by_role("button", name="Skicka länken igen").click()
    portal.get_by_role("dialog").get_by_role("button", name="Skicka SMS").dblclick()
    expect(portal.get_by_text("SMS:et är på väg")).to_be_visible()
    wait_for(lambda: len(messages(company, ONE)) > before, "the SMS")
    assert len(messages(company, ONE)) == before + 1


def test_a_gift_is_taken_back_after_a_question_and_the_row_says_so(portal: Page, company: Program, sent: Json) -> None:
    portal.goto(f"/portal/sends/{sent['id']}")
    row = portal.get_by_role("row").filter(has_text=OTHER[-6:])
    row.get_by_role("button", name="Ta tillbaka gåvan").click()
    axe(portal)
    portal.get_by_role("dialog").get_by_role("button", name="Avbryt").click()
    expect(row.get_by_text("Inte öppnad")).to_be_visible()
    row.get_by_role("button", name="Ta tillbaka gåvan").click()
    portal.get_by_role("dialog").get_by_role("button", name="Ta tillbaka").click()
    expect(row.get_by_text("Tillbakatagen")).to_be_visible()
    assert [one["gift_state"] for one in company.deliveries(sent["id"])] == ["issued", "voided"]


def test_a_scheduled_send_is_cancelled_after_a_question(portal: Page, company: Program) -> None:
    later = company.send("0701740685", scheduled_at=company.ahead(days=2))
    portal.goto(f"/portal/sends/{later['id']}")
    expect(portal.get_by_text("Tills dess kan du avbryta utan kostnad")).to_be_visible()
    portal.get_by_role("button", name="Avbryt utskicket").click()
    portal.get_by_role("dialog").get_by_role("button", name="Avbryt utskicket").click()
    expect(portal.get_by_text("Utskicket avbröts")).to_be_visible()
    assert ok(company.get(f"/v1/sends/{later['id']}"))["state"] == "cancelled"


def test_a_top_up_leads_to_the_payment_and_a_bad_amount_is_said_at_its_field(portal: Page, watch: Watch) -> None:
    portal.goto("/portal/money")
    amount = portal.get_by_label("Belopp i hela kronor")
    amount.fill("5")
    portal.get_by_role("button", name="Till betalningen").click()
    assert amount.evaluate("field => field.validity.rangeUnderflow")
    portal.get_by_role("button", name="1 000 kr").click()
    expect(amount).to_have_value("1000")
    with portal.expect_navigation(url=re.compile("cs_test_|checkout")):
        portal.get_by_role("button", name="Till betalningen").click()
    watch.allow("Failed to load resource")


def test_a_viewer_is_offered_nothing_that_a_viewer_may_not_do(
    context: BrowserContext, page: Page, company: Program, sent: Json
) -> None:
    log_in(context, a_member(company, "viewer"))
    page.goto(f"/portal/sends/{sent['id']}")
    expect(page.get_by_role("heading", name="Mottagare")).to_be_visible()
    expect(page.get_by_role("button", name="Skicka länken igen")).to_have_count(0)
    page.goto("/portal/money")
    expect(page.get_by_text("Be den som äger kontot att fylla på")).to_be_visible()
    page.goto("/portal/sends/new")
    expect(page.get_by_text("Be den som äger kontot om rollen avsändare")).to_be_visible()


def test_what_a_test_key_sent_is_seen_apart_with_its_gift(portal: Page, company: Program) -> None:
    program = with_key(company, "test")
    program.delivered(program.send("0701740686"))
    portal.goto("/portal/developers")
    portal.get_by_role("link", name="Se utskick som testnycklar har gjort").click()
    expect(portal.get_by_role("heading", name="Testutskick")).to_be_visible()
    portal.get_by_role("row").nth(1).get_by_role("link").click()
    with portal.expect_popup() as opened:
        portal.get_by_role("link", name="Se gåvan").click()
    expect(opened.value.get_by_text("Detta är ett test")).to_be_visible()


def test_english_is_one_click_away_and_is_remembered(portal: Page) -> None:
    portal.goto("/portal")
    portal.get_by_role("button", name="English").click()
    expect(portal.get_by_role("heading", name="Overview")).to_be_visible()
    portal.goto("/portal/money")
    expect(portal.get_by_role("heading", name="Money", exact=True)).to_be_visible()
    assert portal.evaluate("document.documentElement.lang") == "en"
    portal.get_by_role("button", name="Svenska").click()
    expect(portal.get_by_role("heading", name="Pengar", exact=True)).to_be_visible()


def test_a_failure_of_ours_says_so_and_trying_again_works(portal: Page, watch: Watch) -> None:
    watch.allow("Failed to load resource")
    portal.route("**/v1/statistics", lambda route: route.fulfill(status=503, body="{}"), times=1)
    portal.goto("/portal")
    expect(portal.get_by_role("alert")).to_be_visible()
    portal.get_by_role("button", name="Försök igen").click()
    expect(portal.get_by_role("heading", name="Saldo")).to_be_visible()


def test_who_is_logged_out_meanwhile_is_led_to_log_in(portal: Page, context: BrowserContext) -> None:
    portal.goto("/portal")
    expect(portal.get_by_role("heading", name="Översikt")).to_be_visible()
    expect(portal.get_by_text("Hämtar …")).to_have_count(0)
    context.clear_cookies()
    portal.get_by_role("link", name="Pengar").click()
    expect(portal).to_have_url(re.compile("/login"))
