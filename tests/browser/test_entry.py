"""How a company and its people come in: signup, Checkout, the mail's link, invitations, the account's own view."""

import re
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.barcode import qr_codes
from tests.browser.chromium import LAPTOP, NARROW, PHONE, Size
from tests.browser.conftest import NewContext
from tests.browser.people import log_in
from tests.browser.watch import Watch
from tests.functions.program import TERMS, Program, a_company, a_member, invited, ok

PORTAL = re.compile(r"/portal$")


@pytest.fixture(scope="module")
def newcomer(upup: Addresses) -> Program:
    """A company of its own for what changes its state."""
    return a_company(upup)


@pytest.fixture
def someone(upup: Addresses) -> Program:
    """Somebody whom UpUp does not know."""
    return Program(upup)


def without_a_barrier(page: Page, *sizes: Size) -> None:
    """On a phone, which has all that a laptop shows, or on these screens."""
    for size in sizes or (PHONE,):
        page.set_viewport_size(size["viewport"])
        axe(page)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def login_link(who: Program, known: int = 0) -> str:
    """Of the newest mail, once there is one more than before."""
    mails = wait_for(lambda: found if len(found := who.mails()) > known else None, "the mail")
    return next(word for word in str(mails[0]["message"]).split() if "/login#token=" in word)


def ask_for_link(page: Page, who: Program) -> str:
    known = len(who.mails())
    page.get_by_label("Din e-postadress").fill(who.email)
    button(page, "Skicka en länk").click()
    expect(page.get_by_text("Titta i din inkorg")).to_be_visible()
    return login_link(who, known)


def open_mail(page: Page, link: str) -> None:
    """A mail program opens the link in a new page."""
    page.goto("about:blank")
    page.goto(link)


def fill_signup(page: Page, who: Program) -> None:
    page.get_by_label("Företagets namn").fill("Kaffebaren AB")
    page.get_by_label("Organisationsnummer").fill("556821-9819")
    page.get_by_label("Förnamn").fill("Anna")
    page.get_by_label("Efternamn").fill("Åkesson")
    page.get_by_label("Din e-postadress").fill(who.email)


def test_a_company_signs_up_pays_follows_the_link_in_the_mail_and_is_in_the_portal(
    page: Page, someone: Program, watch: Watch
) -> None:
    page.goto("/signup?plan=growth")
    expect(page.get_by_role("radio", name="Växa")).to_be_checked()
    fill_signup(page, someone)
    without_a_barrier(page, LAPTOP, PHONE)
    button(page, "Till betalningen").click()
    assert page.url.endswith("/signup?plan=growth"), "nobody pays who has not accepted the agreement"
    page.get_by_label("Vi godkänner personuppgiftsbiträdesavtalet").check()
    button(page, "Till betalningen").click()
    page.wait_for_url("**/c/pay/**")
    stripe = urlsplit(page.url).netloc
    page.get_by_role("button", name=re.compile("^Betala")).first.click()
    page.wait_for_url("**/signup/done")
    without_a_barrier(page)

    link = ask_for_link(page, someone)
    without_a_barrier(page)
    open_mail(page, link)
    expect(page).to_have_url(f"{someone.at.web}/login")  # the token is out of the address and of the history
    without_a_barrier(page)
    button(page, "Logga in").click()
    expect(page).to_have_url(PORTAL)
    expect(page.get_by_text("Kaffebaren AB")).to_be_visible()
    expect(page.get_by_role("link", name="Fyll på saldot")).to_be_visible()
    page.goto("/portal/account")
    expect(page.get_by_text("Växa")).to_be_visible()
    assert watch.hosts() == {someone.at.web.removeprefix("http://"), stripe}
    assert not any("token" in made.url for made in watch.requests)


def test_what_is_wrong_in_a_signup_is_said_at_its_field_and_nothing_is_lost(page: Page, someone: Program) -> None:
    page.goto("/signup")
    fill_signup(page, someone)
    number = page.get_by_label("Organisationsnummer")
    for typed, told in (
        ("556821-9818", "Siffrorna går inte ihop"),
        ("16556821-9819", "utan sekel"),
        ("556821 9819", "Numret stämmer"),
    ):
        number.fill(typed)
        expect(page.get_by_text(told)).to_be_visible()
    number.fill("5568")
    number.blur()  # while it is typed, what is missing is no fault
    expect(page.get_by_text("Det saknas några")).to_be_visible()

    number.fill("556821-9819")
    page.get_by_label("Förnamn").fill("www.exempel.se")  # what only the API judges
    page.get_by_label("Vi godkänner").check()
    button(page, "Till betalningen").click()
    expect(page.get_by_label("Förnamn")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Förnamn")).to_have_value("www.exempel.se")
    expect(page.get_by_label("Företagets namn")).to_have_value("Kaffebaren AB")
    without_a_barrier(page)


def test_who_left_the_checkout_finds_it_again_and_the_portal_opens_by_itself_once_it_is_paid(
    page: Page, context: BrowserContext, someone: Program
) -> None:
    someone.sign_up()
    someone.log_in()
    page.goto("/signup/cancelled")
    expect(button(page, "Skicka en länk")).to_be_visible()
    without_a_barrier(page)
    log_in(context, someone)
    page.reload()
    page.get_by_role("link", name="Till portalen").click()
    expect(page.get_by_text("Planen är inte betald än")).to_be_visible()
    without_a_barrier(page)
    button(page, "Betala planen").click()
    page.wait_for_url("**/c/pay/**")
    someone.pay(page.url)
    page.goto("/portal")
    expect(page.get_by_text("Planen är inte betald än")).to_be_hidden()


def test_the_agreement_and_the_pages_after_a_deposit_are_without_a_barrier(page: Page) -> None:
    for path, title in (
        ("/dpa", "Biträdesavtal om personuppgifter"),
        ("/top-up/done", "Tack, insättningen är betald"),
        ("/top-up/cancelled", "Insättningen avbröts"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        axe(page)


def test_a_link_that_is_spent_says_so_and_another_is_asked_for_in_the_same_place(page: Page, company: Program) -> None:
    spent = f"/login#token={company.login_token()}"
    ok(company.post("/v1/login/complete", {"token": spent.partition("=")[2]}))
    open_mail(page, spent)
    button(page, "Logga in").click()
    expect(page.get_by_text("Länken är använd, eller äldre än tio minuter")).to_be_visible()
    without_a_barrier(page)
    page.goto(ask_for_link(page, company))  # put into the same page's address
    button(page, "Logga in").click()
    expect(page).to_have_url(PORTAL)


def test_who_was_logged_out_goes_on_where_they_were_and_nowhere_else(
    page: Page, context: BrowserContext, company: Program
) -> None:
    page.goto("/portal/money?from=here")
    expect(page.get_by_label("Din e-postadress")).to_be_visible()
    log_in(context, company)  # by the link, in a page of its own
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_url(re.compile(r"/portal/money\?from=here$"))
    for elsewhere in ("//example.com", "/portal.example.com"):
        page.goto("about:blank")
        page.goto(f"/login#back={elsewhere}")
        expect(page).to_have_url(PORTAL)


def test_who_is_in_several_companies_chooses_one_and_changes_it_in_the_portal(page: Page, someone: Program) -> None:
    for name in ("Glasshuset AB", "Kaffebaren AB"):
        someone.sign_up(company_name=name)
    page.goto("/login")
    open_mail(page, ask_for_link(page, someone))
    button(page, "Logga in").click()
    expect(page.get_by_role("heading", name="Vilket företag vill du till?")).to_be_visible()
    without_a_barrier(page)
    button(page, "Kaffebaren AB").click()
    companies = page.get_by_label("Företag", exact=True)
    expect(companies.locator("option:checked")).to_have_text("Kaffebaren AB")
    companies.select_option(label="Glasshuset AB")
    expect(companies.locator("option:checked")).to_have_text("Glasshuset AB")


@pytest.mark.parametrize("size", [NARROW], ids=["320px"])
def test_an_invitation_asks_for_a_name_only_of_who_is_new_and_what_a_viewer_may_not_do_is_not_offered(
    page: Page, company: Program, someone: Program
) -> None:
    link = f"/invitation#token={invited(company, someone.email, 'viewer')}"
    open_mail(page, link)
    axe(page)
    button(page, "Tacka ja").click()
    expect(page.get_by_text("Du är ny här")).to_be_visible()
    page.get_by_label("Förnamn").fill("Bo")
    page.get_by_label("Efternamn").fill("Ek")
    axe(page)
    button(page, "Tacka ja").click()
    expect(page).to_have_url(PORTAL)
    page.goto("/portal/account")
    expect(page.get_by_text("Numren krypteras efter 30 dagar")).to_be_visible()
    expect(page.get_by_text("Den som äger kontot kan byta plan")).to_be_visible()
    expect(page.get_by_role("heading", name="Avsluta avtalet")).to_have_count(0)
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    open_mail(page, link)
    button(page, "Tacka ja").click()
    expect(page.get_by_text("Inbjudan är använd")).to_be_visible()


def test_the_account_is_without_a_barrier_and_a_name_is_changed_in_it(
    page: Page, context: BrowserContext, company: Program
) -> None:
    log_in(context, company)
    page.goto("/portal/account")
    expect(page.get_by_text("556821-9819")).to_be_visible()
    expect(page.get_by_text(company.email)).to_be_visible()
    page.get_by_label("Förnamn").fill("Anna-Lisa")
    button(page, "Spara namnet").click()
    expect(page.get_by_text("Sparat.")).to_be_visible()
    assert ok(company.get("/v1/session"))["first_name"] == "Anna-Lisa"
    without_a_barrier(page)


def test_whom_news_do_not_reach_is_named_and_told_why(page: Page, context: BrowserContext, company: Program) -> None:
    anna = next(one for one in ok(company.get("/v1/members"))["items"] if one["you"])
    refused = {"member_id": anna["id"], "supplier": "mailchimp", "hint": "…"}
    mailing = {"no_news_since": "2026-10-05T08:00:00Z", "refused": [refused]}
    page.route("**/v1/account/mailing", lambda route: route.fulfill(json=mailing))
    log_in(context, company)
    page.goto("/portal/account")
    expect(page.get_by_text(f"{anna['first_name']} {anna['last_name']} (Mailchimp)")).to_be_visible()
    expect(page.get_by_text("Du tackade nej till nyheter från UpUp 5 okt. 2026")).to_be_visible()


def test_a_second_factor_is_required_set_up_by_its_picture_asked_for_when_needed_and_taken_away(
    page: Page, context: BrowserContext, company: Program
) -> None:
    log_in(context, company)
    page.goto("/portal/account")
    button(page, "Kräv det av alla").click()
    expect(page.get_by_text("Ditt företag kräver det av alla")).to_be_visible()
    page.get_by_role("link", name="Pengar").click()
    button(page, "Plan, kort och kvitton").click()
    page.get_by_role("dialog").get_by_role("link", name="Skaffa tvåstegsverifiering").click()
    expect(button(page, "Skaffa tvåstegsverifiering")).to_be_in_viewport()
    button(page, "Skaffa tvåstegsverifiering").click()
    picture = page.get_by_role("img", name="QR-kod för autentiseringsappen")
    (uri,) = qr_codes(picture.screenshot())
    without_a_barrier(page)
    app = pyotp.parse_uri(uri)
    assert isinstance(app, pyotp.TOTP)
    assert (app.issuer, app.name) == ("UpUp", company.email)
    page.get_by_label("Kod", exact=True).fill(app.now())
    button(page, "Slå på").click()
    shown = page.get_by_label("Återställningskoder").get_by_role("listitem")
    expect(shown).to_have_count(10)
    codes = shown.all_text_contents()
    without_a_barrier(page)
    with page.expect_download() as download:
        button(page, "Hämta som fil").click()
    assert all(code in download.value.path().read_text("utf-8") for code in codes)
    button(page, "Jag har sparat dem").click()
    expect(page.get_by_text("Du har 10 återställningskoder kvar")).to_be_visible()

    company.log_in()  # a session that has not shown it
    log_in(context, company)
    page.reload()
    page.get_by_label("Läsbara, i dagar").fill("10")
    button(page, "Spara tiderna").click()
    expect(page.get_by_text("går inte att få tillbaka")).to_be_visible()
    button(page, "Korta tiderna").click()
    expect(page.get_by_role("heading", name="Visa att det är du")).to_be_visible()
    without_a_barrier(page)
    page.get_by_label("Kod", exact=True).fill(codes[0])
    button(page, "Bekräfta").click()
    expect(page.get_by_text("Sparat.")).to_be_visible()
    assert company.account()["retention"] == {"encrypt_after_days": 10, "erase_after_days": 365}

    page.reload()
    expect(page.get_by_text("Du har 9 återställningskoder kvar")).to_be_visible()
    button(page, "Sluta kräva det").click()
    expect(button(page, "Kräv det av alla")).to_be_visible()
    button(page, "Ta bort tvåstegsverifieringen").click()
    button(page, "Ta bort").click()
    expect(button(page, "Skaffa tvåstegsverifiering")).to_be_visible()


def test_a_new_agreement_and_a_stop_are_told_above_every_view(
    page: Page, context: BrowserContext, company: Program
) -> None:
    shown = company.account() | {
        "dpa": {"accepted_version": "2026-10", "current_version": TERMS, "accept_by": "2026-12-01"},
        "stopped": {"since": "2026-11-23T09:00:00Z", "reason": "Mottagare har klagat."},
    }
    page.route("**/v1/account", lambda route: route.fulfill(json=shown), times=1)
    log_in(context, company)
    page.goto("/portal/sends")
    expect(page.get_by_text("Skälet: Mottagare har klagat.")).to_be_visible()
    expect(page.get_by_text("Godkänn den senast 1 dec. 2026")).to_be_visible()
    without_a_barrier(page)
    button(page, "Godkänn avtalet").click()
    expect(page.get_by_text("Godkänn den senast")).to_be_hidden()


def test_a_login_elsewhere_is_seen_and_ended(page: Page, context: BrowserContext, newcomer: Program) -> None:
    elsewhere = Program(newcomer.at, email=newcomer.email)
    elsewhere.log_in()
    log_in(context, newcomer)
    page.goto("/portal/account")
    expect(page.get_by_text("Den här", exact=True)).to_be_visible()
    button(page, "Logga ut alla andra").click()
    expect(button(page, "Logga ut alla andra")).to_be_hidden()
    assert elsewhere.get("/v1/session").status_code == 401
    assert newcomer.get("/v1/session").ok


def test_the_agreement_is_ended_by_the_companys_name_and_taken_back(
    page: Page, context: BrowserContext, newcomer: Program, new_context: NewContext
) -> None:
    viewer = a_member(newcomer, "viewer")
    log_in(context, newcomer)
    page.goto("/portal/account")
    button(page, "Avsluta avtalet …").click()
    name = page.get_by_label("Skriv företagets namn")
    name.fill("Kaffe")
    button(page, "Avsluta avtalet").click()
    expect(page.get_by_text("precis som det står på kontot")).to_be_visible()
    without_a_barrier(page)
    name.fill("Kaffebaren AB")
    button(page, "Avsluta avtalet").click()
    expect(page.get_by_text("Avtalet avslutas")).to_be_visible()
    without_a_barrier(page)
    assert newcomer.account()["state"] == "closing"

    others = new_context()
    log_in(others, viewer)
    seen = others.new_page()
    seen.goto("/portal")
    expect(seen.get_by_text("Den som äger kontot kan ångra det")).to_be_visible()
    button(page, "Ångra och fortsätt").click()
    expect(page.get_by_text("Avtalet avslutas")).to_be_hidden()
    assert newcomer.account()["state"] == "active"


def test_a_plan_that_could_not_be_paid_says_so_and_leads_to_the_card(
    page: Page, context: BrowserContext, upup: Addresses
) -> None:
    late = a_company(upup)
    portal = {"url": ok(late.post("/v1/billing/portal", {}))["url"]}
    for action in ("bad_card", "end_period"):
        late.console("/api/stripe/portal", {**portal, "action": action})
    wait_for(lambda: late.account()["state"] == "past_due", "the failed payment")
    log_in(context, late)
    page.goto("/portal")
    expect(page.get_by_text("Planen kunde inte betalas")).to_be_visible()
    without_a_barrier(page)
    button(page, "Uppdatera kortet").click()
    page.wait_for_url("**/p/session/**")
