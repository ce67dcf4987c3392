"""The sandbox's console and its Stripe: a newcomer goes the whole way from signup to redemption by clicks alone."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.chromium import LAPTOP, NARROW
from tests.browser.watch import Watch
from tests.functions.program import Program, ok

BOTH_SIZES = pytest.mark.parametrize("size", [LAPTOP, NARROW], ids=["laptop", "320px"])
EMAIL = "agnes@newcomer.example"
PHONE_NUMBER, AS_READ = "070-1740698", "070-174 06 98"


@pytest.fixture
def console(page: Page, upup: Addresses) -> Page:
    page.goto(upup.console)
    expect(page.get_by_role("heading", name="Klockan")).to_be_visible()
    return page


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def part(console: Page, title: str) -> Locator:
    return console.get_by_role("region", name=title)


def opened_by(link: Locator) -> Page:
    """The tab that a link opens."""
    with link.page.context.expect_page() as opened:
        link.click()
    return opened.value


def sign_up(page: Page) -> None:
    page.get_by_label("Företagets namn").fill("Kaffebaren AB")
    page.get_by_label("Organisationsnummer").fill("556821-9819")
    page.get_by_label("Förnamn").fill("Agnes")
    page.get_by_label("Efternamn").fill("Ny")
    page.get_by_label("Din e-postadress").fill(EMAIL)
    page.get_by_label("Vi godkänner").check()
    button(page, "Till betalningen").click()


def pay(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Betala")).click()


def send_a_gift(page: Page) -> None:
    page.get_by_label("Nummer, eller rader").fill(PHONE_NUMBER)
    button(page, "Läs in").click()
    button(page, "Välj gåva").click()
    button(page, "Skriv meddelandet").click()
    page.get_by_label("Alla mottagare har samtyckt").check()
    button(page, "Granska").click()
    page.get_by_role("button", name="Skicka till").click()


def test_a_newcomer_signs_up_pays_logs_in_sends_and_redeems_by_clicks_alone(
    console: Page, upup: Addresses, watch: Watch
) -> None:
    tab = opened_by(console.get_by_role("link", name="Öppna registreringen"))
    sign_up(tab)
    tab.get_by_label("Kort som nekas").check()
    pay(tab)
    expect(tab.get_by_role("alert")).to_contain_text("Kortet nekades")
    pay(tab)
    expect(tab.get_by_role("heading", name="Tack, planen är betald")).to_be_visible()
    tab.get_by_label("Din e-postadress").fill(EMAIL)
    button(tab, "Skicka en länk").click()

    mail = part(console, "Brevlådan").get_by_role("listitem").filter(has_text=f"Till {EMAIL}").first
    tab = opened_by(mail.get_by_role("link", name="/login#token=").first)
    button(tab, "Logga in").click()
    tab.get_by_role("link", name="Fyll på saldot").click()
    tab.get_by_label("Belopp i hela kronor").fill("500")
    button(tab, "Till betalningen").click()
    pay(tab)
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Tack")

    tab.goto(f"{upup.web}/portal/sends/new")
    send_a_gift(tab)
    phone = part(console, "Telefonen")
    phone.get_by_label("Visa ett annat nummer").fill(PHONE_NUMBER)
    button(phone, "Visa").click()
    expect(phone.get_by_role("heading", name=AS_READ)).to_be_visible()
    gift = opened_by(phone.get_by_role("link", name="/g/").first)
    expect(gift.get_by_role("heading", level=1)).to_be_visible()

    till = part(console, "Kassan i butiken")
    newest = till.get_by_role("option").filter(has_text=AS_READ).first
    till.get_by_label("Gåvor i telefonerna").select_option(newest.get_attribute("value"))
    button(till, "Läs in").click()
    expect(till.get_by_role("status")).to_contain_text("Läge: Öppnad")
    button(till, "Lös in").click()
    expect(till.get_by_role("status")).to_contain_text("Inlöst:")
    expect(console.get_by_role("heading", name="Hela vägen är gjord")).to_be_visible()
    gift.reload()
    expect(gift.get_by_text(re.compile("inlöst|använd", re.IGNORECASE)).first).to_be_visible()
    assert {host.partition(":")[0] for host in watch.hosts()} == {"127.0.0.1"}


@BOTH_SIZES
def test_the_console_is_without_barriers(console: Page) -> None:
    axe(console)
    assert console.evaluate("document.documentElement.scrollWidth") <= console.evaluate("innerWidth")


def test_the_console_speaks_english_when_it_is_asked_to(console: Page) -> None:
    button(console, "English").click()
    expect(console.get_by_role("heading", name="The clock")).to_be_visible()
    expect(console.get_by_text("console.")).to_have_count(0)  # a text that is missing shows its key


def test_a_fault_is_chosen_followed_and_ended(console: Page) -> None:
    trouble = part(console, "Fel på beställning")
    trouble.get_by_label("Hos vem").select_option(label="HubSpot (kundregister)")
    expect(trouble.get_by_label("Vad", exact=True).get_by_text("Hör av sig två gånger")).to_have_count(0)
    trouble.get_by_label("Vad", exact=True).select_option(label="Är långsam")
    trouble.get_by_label("Antal").fill("2")
    button(trouble, "Börja").click()
    line = trouble.get_by_role("listitem").filter(has_text="HubSpot (kundregister): Är långsam")
    expect(line).to_contain_text("av 2 gånger")
    button(line, "Avsluta").click()
    expect(trouble.get_by_text("Inget. Allt fungerar.")).to_be_visible()


def test_a_refusal_is_told_where_it_was_asked_for(console: Page, watch: Watch) -> None:
    watch.allow("/api/till/redeem: .* 404")
    till = part(console, "Kassan i butiken")
    till.get_by_label("de 7 siffrorna").fill("12345670")
    button(till, "Lös in").click()
    expect(till.get_by_role("alert")).to_contain_text("Kassan känner inte till koden")
    expect(till.get_by_label("de 7 siffrorna")).to_have_value("12345670")


def test_what_happened_while_time_passed_is_told(console: Page) -> None:
    """The sandbox is shared, so its clock stays where it is: the answer is made up."""
    runs = [
        {"function": "relay_outbox", "status": 200, "times": 31},
        {"function": "erase_expired", "status": 500, "times": 1},
    ]
    said = json.dumps({"now": "2026-12-24T09:00:00.000Z", "runs": runs})
    console.route("**/api/clock/advance", lambda route: route.fulfill(body=said, content_type="application/json"))
    clock = part(console, "Klockan")
    button(clock, "+31 dygn").click()
    expect(clock.get_by_role("status")).to_contain_text("32 schemalagda jobb kördes")
    expect(clock.get_by_role("status")).to_contain_text("Det gick inte för erase_expired")
    clock.locator("summary", has_text="Jobben som kördes").click()
    expect(clock.get_by_role("row", name="erase_expired")).to_contain_text("Svarade 500")
    axe(console)


def test_a_mailbox_a_job_and_a_member_of_staff_are_chosen(console: Page, company: Program) -> None:
    mails = part(console, "Brevlådan")
    mails.get_by_label("Vems brevlåda").select_option(company.email)
    expect(mails.get_by_role("listitem").filter(has_not_text=f"Till {company.email}")).to_have_count(0)
    expect(mails.get_by_role("listitem").first).to_contain_text(company.email)

    clock = part(console, "Klockan")
    clock.locator("summary", has_text="Kör ett jobb nu").click()
    clock.get_by_label("Jobb").select_option("relay_outbox")
    button(clock, "Kör").click()
    expect(clock.get_by_role("status")).to_contain_text("Ett schemalagt jobb kördes")

    staff = part(console, "UpUps personal")
    expect(staff.get_by_role("link", name="Öppna personalens sidor")).to_have_attribute(
        "href", f"{company.at.web}/staff"
    )
    staff.locator("summary").click()
    button(staff, "Hämta").click()
    expect(staff.get_by_label("Huvud för anropet")).to_contain_text("X-Goog-IAP-JWT-Assertion: ey")


def test_a_phone_answers_a_sender_that_is_a_number(console: Page, upup: Addresses) -> None:
    """What a phone shows is made up: no company here has a number of its own."""
    at = "2026-11-23T09:00:00Z"
    sms = {"id": "1", "own": False, "from": "+46701740699", "to": "+46701740605", "message": "Hej!", "at": at}
    answers: list[object] = []

    def live(route: Route) -> None:
        shown = route.fetch().json()
        shown["phone"] = {"number": "+46701740605", "numbers": ["+46701740605"], "items": [sms]}
        route.fulfill(json=shown)

    def reply(route: Route) -> None:
        answers.append(route.request.post_data_json)
        route.fulfill(json={"id": "2"})

    console.route("**/api/live*", live)
    console.route("**/api/sms/reply", reply)
    phone = part(console, "Telefonen")
    button(phone, "Svara STOPP").click()
    phone.get_by_label("Svara", exact=True).fill("Tack!")
    button(phone, "Skicka").click()
    expect(phone.get_by_label("Svara", exact=True)).to_have_value("")
    written = {"to": "+46701740699", "from": "+46701740605"}
    assert answers == [written | {"message": "STOPP"}, written | {"message": "Tack!"}]


def test_a_sandbox_that_is_gone_is_told_and_what_was_shown_stays(console: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED")

    def gone(route: Route) -> None:
        route.abort()

    console.route("**/api/live*", gone)
    expect(console.get_by_role("alert")).to_contain_text("Sandlådan svarar inte")
    expect(console.get_by_role("heading", name="Klockan")).to_be_visible()
    console.unroute("**/api/live*", gone)
    expect(console.get_by_role("alert")).to_have_count(0)


@pytest.fixture(scope="module")
def portal_url(company: Program) -> str:
    return str(ok(company.post("/v1/billing/portal", {}))["url"])


@BOTH_SIZES
def test_stripes_pages_are_without_barriers(page: Page, company: Program, portal_url: str) -> None:
    checkout_url = ok(company.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 201)["checkout_url"]
    for url in (checkout_url, portal_url):
        page.goto(url)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_the_billing_portals_page_changes_plan_and_card_cancels_and_leads_back(
    page: Page, company: Program, portal_url: str
) -> None:
    page.goto(portal_url)
    page.get_by_role("button", name=re.compile("^Byt till (Start|Växa|Företag),")).first.click()
    expect(page.get_by_role("status")).to_contain_text("Planen är bytt")
    button(page, "Säg upp till periodens slut").click()
    expect(page.get_by_role("status")).to_contain_text("Abonnemanget är uppsagt")
    expect(page.get_by_text("Slutar", exact=True)).to_be_visible()
    button(page, "Ångra uppsägningen").click()
    expect(page.get_by_role("status")).to_contain_text("Uppsägningen är ångrad")
    button(page, "Byt till ett kort som nekas").click()
    expect(page.get_by_text("Ett som nekas vid nästa betalning")).to_be_visible()
    page.get_by_role("link", name="In English").click()
    button(page, "Change to a card that works").click()
    expect(page.get_by_text("One that works")).to_be_visible()
    expect(page.get_by_role("link", name="Back to UpUp")).to_have_attribute("href", f"{company.at.web}/portal")


def test_a_checkout_that_is_cancelled_leads_back(page: Page, company: Program) -> None:
    page.goto(ok(company.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 201)["checkout_url"])
    expect(page.get_by_label("nekas nästa månad")).to_have_count(0)  # there is no next month of a top-up
    page.get_by_role("link", name="Avbryt och gå tillbaka").click()
    page.wait_for_url("**/top-up/cancelled")
