"""The site as a visitor meets it: read, asked about cookies, written to, in two languages and without JavaScript."""

import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.chromium import LAPTOP, NARROW, PHONE, Size
from tests.browser.watch import Watch
from tests.functions.program import Program

IDS = {"google_analytics": "G-UPUPTEST1", "meta_pixel": "1234567", "linkedin_partner": "7654321"}
STATISTICS, MARKETING = {"www.googletagmanager.com"}, {"connect.facebook.net", "snap.licdn.com"}
THEIRS = re.compile(r"https://.*")
COOKIES = {"_ga", "_fbp", "li_fat_id"}
# what their scripts do, as far as it concerns us: they store things
SCRIPT = (
    "".join(f"document.cookie = '{name}=1; Path=/';" for name in COOKIES) + "localStorage.setItem('li_adsId', '1');"
)


@pytest.fixture
def asked(context: BrowserContext) -> BrowserContext:
    """A deployment that names all three; nothing that is asked of them leaves the machine."""
    context.route("**/site.json", lambda route: route.fulfill(json=IDS))

    def answer(route: Route) -> None:
        route.fulfill(body=SCRIPT, content_type="text/javascript")

    context.route(THEIRS, answer)
    return context


def others(watch: Watch, upup: Addresses) -> set[str]:
    return watch.hosts() - {upup.web.removeprefix("http://")}


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "the page did not do it"
        page.wait_for_timeout(20)


def cookies(context: BrowserContext) -> set[str]:
    return {cookie.get("name", "") for cookie in context.cookies()}


def test_nobody_else_is_asked_for_anything_before_a_yes_and_only_who_it_was_for_after(
    page: Page, asked: BrowserContext, upup: Addresses, watch: Watch
) -> None:
    page.goto("/")
    question = page.get_by_role("region", name="Får vi använda kakor?")
    expect(page.get_by_role("heading", name="Kaffe och bulle")).to_be_visible()
    buttons = [question.get_by_role("button", name=name).bounding_box() for name in ("Neka alla", "Godkänn alla")]
    assert len({(box["width"], box["height"], box["y"]) for box in buttons if box}) == 1  # as easy as each other
    assert not any(box.is_checked() for box in question.get_by_role("checkbox").all())
    axe(page)
    assert others(watch, upup) == set()

    question.get_by_role("button", name="Neka alla").click()
    expect(question).to_be_hidden()
    page.goto("/privacy")
    expect(page.get_by_text("dataskydd@lekab.example")).to_be_visible()
    expect(question).to_be_hidden()  # it is remembered
    assert (others(watch, upup), cookies(asked)) == (set(), set())

    page.get_by_role("contentinfo").get_by_role("button", name="Ändra val av kakor").click()
    expect(question.get_by_role("heading")).to_be_focused()
    question.get_by_label("Statistik").check()
    question.get_by_role("button", name="Spara mina val").click()
    wait_until(page, lambda: others(watch, upup) == STATISTICS)
    assert page.evaluate("dataLayer.slice(0, 2).map((told) => [told[0], told[1], told[2].analytics_storage])") == [
        ["consent", "default", "denied"],
        ["consent", "update", "granted"],
    ]
    assert page.evaluate("[...new Set(Object.values(dataLayer[0][2]))]") == ["denied"]


def test_a_yes_that_is_taken_back_removes_what_they_stored_and_holds_on_every_page(
    page: Page, asked: BrowserContext, upup: Addresses, watch: Watch
) -> None:
    page.goto("/")
    page.get_by_role("button", name="Godkänn alla").click()
    wait_until(page, lambda: others(watch, upup) == STATISTICS | MARKETING and cookies(asked) == COOKIES)
    kept = page.evaluate("JSON.parse(localStorage.getItem('consent'))")
    assert kept.pop("date") == page.evaluate("new Date().toISOString().slice(0, 10)")
    assert kept == {"version": "2026-11", "statistics": True, "marketing": True}
    watch.allow("TrustedScriptURL")
    with pytest.raises(Exception, match="TrustedScriptURL"):  # their leave is for their scripts
        page.evaluate("document.createElement('script').src = 'https://elsewhere.example/x.js'")

    watch.requests.clear()
    page.goto("/privacy")
    wait_until(page, lambda: others(watch, upup) == STATISTICS | MARKETING)

    change = page.get_by_role("contentinfo").get_by_role("button", name="Ändra val av kakor")
    change.click()
    page.get_by_label("Marknadsföring").uncheck()
    watch.requests.clear()
    page.get_by_role("button", name="Spara mina val").click()
    wait_until(page, lambda: others(watch, upup) == STATISTICS)

    change.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Neka alla").click()
    watch.requests.clear()
    for path in ("/privacy", "/"):
        page.goto(path)
        expect(change).to_be_visible()
    assert (others(watch, upup), cookies(asked)) == (set(), set())
    assert page.evaluate("Object.keys(localStorage)") == ["consent"]


def test_an_answer_to_another_question_or_of_a_year_ago_is_asked_for_again(page: Page, asked: BrowserContext) -> None:
    for old in ({"version": "2025-01", "date": "2999-01-01"}, {"version": "2026-11", "date": "2020-01-01"}):
        page.goto("/404")
        kept = json.dumps(old | {"statistics": True, "marketing": True})
        page.evaluate("(kept) => localStorage.setItem('consent', kept)", kept)
        page.goto("/privacy")
        expect(page.get_by_role("region", name="Får vi använda kakor?")).to_be_visible()


def test_a_lost_connection_is_told_of_and_nothing_that_was_written_is_lost(
    page: Page, context: BrowserContext, watch: Watch
) -> None:
    watch.allow("ERR_FAILED|ERR_INTERNET_DISCONNECTED")
    page.route("**/v1/gifts", lambda route: route.abort(), times=1)
    page.goto("/")
    page.get_by_role("region", name="Gåvor att ge").get_by_role("button", name="Försök igen").click()
    expect(page.get_by_role("heading", name="Kaffe och bulle")).to_be_visible()
    form = page.get_by_role("region", name="Nyheter från UpUp")
    for label, value in {"Förnamn": "Åsa", "Efternamn": "Berg", "Företag": "Bageriet", "E-post": "a@x.example"}.items():
        form.get_by_label(label).fill(value)
    context.set_offline(True)
    form.get_by_role("button", name="Skicka nyheter till mig").click()
    expect(form.get_by_role("alert")).to_contain_text("Det gick inte att nå UpUp")
    assert form.get_by_label("Företag").input_value() == "Bageriet"


@pytest.mark.parametrize("size", [LAPTOP, PHONE, NARROW], ids=["laptop", "phone", "320px"])
def test_everything_can_be_read_on_every_screen_and_where_nobody_is_named_nothing_is_asked(
    page: Page, size: Size, upup: Addresses, watch: Watch
) -> None:
    watch.allow("/missing.*404")
    ready = {"/": "Välj Växa", "/privacy": "Om mottagare", "/missing": "Till startsidan", "/prov#token=x": "Inga fler"}
    for path, text in (ready | {"/test-send#token=x": "Skicka SMS:et"}).items():
        page.goto(path)
        expect(page.get_by_text(text).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.get_by_role("button", name=re.compile("kakor|Neka")).count() == 0
        if size is not NARROW:
            axe(page)
    assert others(watch, upup) == set()


def test_what_a_form_lacks_is_said_at_its_field_and_a_test_sms_comes_after_the_mail(
    page: Page, upup: Addresses, watch: Watch
) -> None:
    visitor = Program(upup, f"{secrets.token_hex(6)}@besokare.example")
    phone = "070-174 06 68"
    page.goto("/")
    form = page.get_by_role("region", name="Få ett prov-SMS")
    for label, value in {"Förnamn": "Åsa", "Efternamn": "Berg", "Företag": "Bageriet", "E-post": visitor.email}.items():
        form.get_by_label(label).fill(value)
    form.get_by_label("Mobilnummer").fill("112")
    form.get_by_role("button", name="Skicka mejlet").click()
    expect(form.get_by_text("Det är inget nummer som vi kan använda.")).to_be_visible()
    assert form.get_by_label("Förnamn").input_value() == "Åsa"
    form.get_by_label("Mobilnummer").fill(phone)
    form.get_by_role("button", name="Skicka mejlet").click()
    expect(form.get_by_text("Öppna mejlet från oss")).to_be_focused()

    link = wait_for(lambda: _link(visitor.mails()), "the mail")
    page.goto(link)
    page.get_by_role("button", name="Skicka SMS:et").click()
    expect(page.get_by_text("SMS:et är på väg")).to_be_focused()

    sms = wait_for(lambda: _link(visitor.console("/api/sms", to=phone)["items"]), "the SMS")
    page.goto(sms)
    page.get_by_role("button", name="Inga fler SMS").click()
    expect(page.get_by_text("Du får inga fler SMS från UpUp.")).to_be_focused()
    assert not any("token=" in made.url for made in watch.requests)


def _link(messages: list[dict[str, Any]]) -> str | None:
    words = str(messages[0]["message"]).split() if messages else []
    return next((word for word in words if "#token=" in word), None)


def test_a_question_and_a_wish_for_news_are_thanked_and_a_link_that_is_no_longer_good_is_told_of(
    page: Page, upup: Addresses
) -> None:
    page.goto("/")
    who = {"Förnamn": "Åsa", "Efternamn": "Berg", "Företag": "Bageriet", "E-post": f"{secrets.token_hex(6)}@x.example"}
    for place, button, also in (
        ("Fråga oss", "Skicka frågan", {"Vad undrar du?": "Vad kostar det?"}),
        ("Nyheter från UpUp", "Skicka nyheter till mig", {}),
    ):
        form = page.get_by_role("region", name=place)
        for label, value in (who | also).items():
            form.get_by_label(label).fill(value)
        form.get_by_role("button", name=button).click()
        expect(form.get_by_role("status")).to_contain_text("Tack")
    page.goto("/test-send#token=x")
    page.get_by_role("button", name="Skicka SMS:et").click()
    expect(page.get_by_role("alert")).to_contain_text("Länken är för gammal eller inte hel")


def test_the_switch_puts_every_page_into_english_and_is_remembered(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send a gift that gets noticed")
    expect(page.get_by_role("heading", name="Coffee and a bun")).to_be_visible()
    assert (page.title(), page.locator("html").get_attribute("lang")) == ("Send a gift that gets noticed – UpUp", "en")
    page.goto("/privacy")
    expect(page.get_by_text("About recipient").first).to_be_visible()
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_text("Om mottagare").first).to_be_visible()


def test_without_javascript_the_site_can_be_read(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    for text in ("Skicka en gåva som märks", "1. Välj mottagare", "Kontakt"):
        expect(page.get_by_text(text).first).to_be_visible()
    assert page.get_by_role("button").count() == 0  # none that would do nothing
    page.goto("/privacy")
    expect(page.get_by_text("Integritetsskyddsmyndigheten")).to_be_visible()
