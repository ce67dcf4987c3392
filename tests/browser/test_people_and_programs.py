"""Colleagues, keys, webhooks, opt-outs, requests and senders: what an owner does by hand, and what others see."""

import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.chromium import LAPTOP, PHONE, Size
from tests.browser.conftest import NewContext
from tests.browser.people import log_in
from tests.browser.watch import Watch
from tests.functions.program import Json, Program, a_company, a_member, a_send, a_session, ok

ASKED, OPTED_OUT, ERASED, WISHED = "070-1740665", "070-1740666", "070-1740667", "070-1740668"
NOBODY_LISTENS = "http://127.0.0.1:9/upup"


@pytest.fixture(scope="module")
def known(company: Program) -> Json:
    """Of everything one, so that no view is empty: the paths of one request and of one endpoint."""
    company.delivered(company.send(ASKED, ERASED, WISHED))
    wanted = {"url": NOBODY_LISTENS, "events": ["delivery.*"], "description": "Kassan"}
    endpoint = ok(company.post("/v1/webhook-endpoints", wanted), 201)["id"]
    ok(company.post(f"/v1/webhook-endpoints/{endpoint}/test", {}), 202)
    ok(company.post("/v1/api-keys", {"name": "Webbutiken", "mode": "live"}), 201)
    ok(company.post("/v1/members", {"email": "kajsa@kaffebaren.example", "role": "viewer"}), 202)
    request = ok(company.post("/v1/privacy/requests", {"kind": "find", "phone": ASKED}), 201)["id"]
    return {"webhook": f"/developers/webhooks/{endpoint}", "request": f"/recipients/requests/{request}"}


@pytest.fixture
def portal(context: BrowserContext, page: Page, company: Program, known: Json) -> Page:
    log_in(context, company)
    return page


def button(place: Page | Locator, name: str, *, exact: bool = True) -> Locator:
    return place.get_by_role("button", name=name, exact=exact)


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def opened(page: Page, path: str) -> Page:
    page.goto(f"/portal{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Hämtar …")).to_have_count(0)
    return page


VIEWS = ["/team", "/developers", "webhook", "/recipients", "/recipients?part=requests", "request", "/senders"]


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_no_view_has_a_barrier_or_scrolls_sideways(portal: Page, known: Json, size: Size) -> None:
    for view in VIEWS:
        opened(portal, known.get(view, view))
        axe(portal)
        if size is PHONE:
            portal.set_viewport_size({"width": 320, "height": 640})
        wide, room = portal.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= room, view


def test_an_invitation_is_sent_and_taken_back(portal: Page) -> None:
    page = opened(portal, "/team")
    expect(page.get_by_text("Enda ägaren")).to_be_visible()
    page.get_by_label("E-post").fill("bo.ek@kaffebaren.example")
    page.get_by_role("radio", name="Läsare").check()
    button(page, "Skicka inbjudan").click()
    invited = row(page, "bo.ek@kaffebaren.example")
    expect(invited).to_contain_text("Skickat")
    button(invited, "Skicka igen till bo.ek@kaffebaren.example").click()
    button(invited, "Ta tillbaka inbjudan till bo.ek@kaffebaren.example").click()
    expect(page.get_by_role("dialog")).to_contain_text("bo.ek@kaffebaren.example")
    axe(page)
    button(page.get_by_role("dialog"), "Ta tillbaka").click()
    expect(invited).to_have_count(0)


def test_a_colleague_gets_another_role_and_is_removed_once_that_is_agreed_to(portal: Page, company: Program) -> None:
    colleague = a_member(company, "viewer")
    page = opened(portal, "/team")
    shown = row(page, colleague.email)
    button(shown, "Byt roll för Bo Ek").click()
    page.get_by_role("dialog").get_by_role("radio", name="Avsändare").check()
    button(page, "Spara").click()
    expect(shown).to_contain_text("Avsändare")
    button(shown, "Ta bort Bo Ek").click()
    button(page.get_by_role("dialog"), "Avbryt").click()
    expect(button(shown, "Ta bort Bo Ek")).to_be_focused()
    assert ok(colleague.get("/v1/session"))["role"] == "sender"
    button(shown, "Ta bort Bo Ek").click()
    button(page.get_by_role("dialog"), "Ta bort").click()
    expect(shown).to_have_count(0)
    assert colleague.get("/v1/session").status_code == 401


def test_a_key_is_shown_once_does_what_was_ticked_and_ends_when_it_is_revoked(portal: Page, company: Program) -> None:
    page = opened(portal, "/developers")
    button(page, "Ny nyckel").click()
    page.get_by_label("Namn").fill("Kassan i Nyköping")
    expect(page.get_by_role("checkbox", name="Öppna betalsidan")).to_be_disabled()
    page.get_by_role("checkbox", name="Se statistiken").uncheck()
    axe(page)
    button(page, "Gör nyckeln").click()
    key = page.get_by_label("Hemligheten").inner_text()
    assert key.startswith("upup_test_")
    axe(page)
    with a_session() as program:
        program.headers["Authorization"] = f"Bearer {key}"
        assert program.get(f"{company.at.web}/v1/sends", timeout=10).status_code == 200
        assert program.get(f"{company.at.web}/v1/statistics", timeout=10).status_code == 403
        button(page, "Jag har sparat den").click()
        assert key not in page.content()
        button(page, "Återkalla Kassan i Nyköping").click()
        button(page.get_by_role("dialog"), "Återkalla").click()
        expect(row(page, "Kassan i Nyköping")).to_contain_text("Återkallad")
        assert program.get(f"{company.at.web}/v1/sends", timeout=10).status_code == 401


def test_a_webhook_is_made_tried_told_again_and_deleted(portal: Page) -> None:
    page = opened(portal, "/developers")
    button(page, "Ny webhook").click()
    form = page.locator("form").filter(has=page.get_by_role("checkbox", name="Gåva inlöst"))
    form.get_by_label("Adress").fill("ftp://kaffebaren.example/upup")
    button(form, "Gör webhooken").click()
    expect(form.get_by_text("Bara https går")).to_be_visible()
    expect(form.get_by_label("Adress")).to_have_value("ftp://kaffebaren.example/upup")
    form.get_by_label("Adress").fill(f"{NOBODY_LISTENS}/2")
    button(form, "Gör webhooken").click()
    expect(page.get_by_label("Hemligheten")).to_contain_text("whsec_")
    button(page, "Jag har sparat den").click()
    page.get_by_role("link", name=f"{NOBODY_LISTENS}/2").click()
    button(page, "Skicka ett prov").click()
    expect(page.get_by_text("Servern gick inte att nå").first).to_be_visible()
    button(page, "Skicka igen det från", exact=False).first.click()
    button(page, "Ny hemlighet").click()
    button(page.get_by_role("dialog"), "Ny hemlighet").click()
    expect(page.get_by_label("Hemligheten")).to_contain_text("whsec_")
    axe(page)
    button(page, "Stäng av").click()
    expect(page.get_by_text("Den är avstängd")).to_be_visible()
    button(page, "Ta bort").click()
    button(page.get_by_role("dialog"), "Ta bort").click()
    expect(page).to_have_url(re.compile("/portal/developers$"))
    expect(page.get_by_role("link", name=f"{NOBODY_LISTENS}/2")).to_have_count(0)


def opted_out(company: Program, phone: str) -> bool:
    return bool(ok(company.post("/v1/sends/quote", a_send(phone)))["recipients"]["opted_out"])


def test_an_opt_out_is_noted_and_taken_back_only_where_the_person_wishes_it(portal: Page, company: Program) -> None:
    page = opened(portal, "/recipients")
    number = page.locator("#opt-out")
    number.fill("12")
    button(page, "Anteckna").click()
    expect(page.get_by_text("Det är inget telefonnummer")).to_be_visible()
    number.fill(OPTED_OUT)
    button(page, "Anteckna").click()
    expect(page.get_by_text("Antecknat. Numret får inga fler SMS")).to_be_visible()
    assert opted_out(company, OPTED_OUT)
    assert OPTED_OUT not in page.content()
    page.get_by_text("Någon har ångrat sitt nej").click()
    page.locator("#take-back").fill(OPTED_OUT)
    button(page, "Ta tillbaka").click()
    expect(page.get_by_text("Numret kan få SMS från er igen")).to_be_hidden()
    page.get_by_label("Personen har själv bett").check()
    button(page, "Ta tillbaka").click()
    expect(page.get_by_text("Numret kan få SMS från er igen")).to_be_visible()
    assert not opted_out(company, OPTED_OUT)


def test_a_list_that_does_not_come_says_so_and_is_read_when_it_is_tried_again(portal: Page, watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    portal.route("**/v1/opt-outs?*", lambda route: route.abort(), times=1)
    page = opened(portal, "/recipients")
    expect(page.get_by_text("Det gick inte att nå UpUp")).to_be_visible()
    button(page, "Försök igen").click()
    expect(page.get_by_text("Ingen har tackat nej")).to_be_visible()
    expect(page.get_by_text("Det gick inte att nå UpUp")).to_have_count(0)


def test_a_list_of_opt_outs_is_read_and_each_bad_row_named(portal: Page, company: Program, tmp_path: Path) -> None:
    file = tmp_path / "nej.csv"
    file.write_text("Mobil\n0701740669\n12\n0701740669\n", "utf-8")
    page = opened(portal, "/recipients")
    page.get_by_label("Fil").set_input_files(file)
    button(page, "Läs in").click()
    for told in ("1 nummer är antecknat", "1 dubblett", "1 rad är inget mobilnummer", "Det är inget telefonnummer"):
        expect(page.get_by_text(told)).to_be_visible()
    assert opted_out(company, "0701740669")


def test_a_person_is_found_and_erased_once_that_is_agreed_to(portal: Page, company: Program) -> None:
    page = opened(portal, "/recipients?part=requests")
    page.get_by_label("Mobilnummer", exact=True).fill(ERASED)
    page.get_by_role("button", name="Sök", exact=True).click()
    answer = page.get_by_label("Svar", exact=True)
    expect(answer).to_contain_text("Numret finns i 1 utskick")
    expect(answer).to_be_focused()
    expect(answer.get_by_role("link", name="Hämta som CSV")).to_be_visible()
    axe(page)
    page.get_by_role("radio", name="Radera").check()
    page.get_by_label("Mobilnummer", exact=True).fill(ERASED)
    button(page, "Radera").click()
    button(page.get_by_role("dialog"), "Avbryt").click()
    expect(page.get_by_label("Mobilnummer", exact=True)).to_have_value(ERASED)
    button(page, "Radera").click()
    button(page.get_by_role("dialog"), "Radera").click()
    expect(answer).to_contain_text("1 mottagarrad är raderad")
    page.get_by_role("link", name="Visa begäran").click()
    expect(page.get_by_text("Vad den gällde sparas inte")).to_be_visible()
    found = ok(company.post("/v1/privacy/requests", {"kind": "find", "phone": ERASED}), 201)["result"]
    assert found["deliveries"] == []


def test_what_a_recipient_asks_for_waits_for_the_owner_and_is_carried_out(portal: Page, company: Program) -> None:
    nobody = Program(company.at)
    ok(nobody.post(f"/v1/gift/{company.link_token(WISHED, 'Din gåva')}/privacy-request", {"kind": "erase"}), 202)
    page = opened(portal, "/recipients?part=requests")
    waiting = row(page, "Mottagaren själv").filter(has_text="Att göra")
    waiting.get_by_role("link").click()
    button(page, "Radera").click()
    button(page.get_by_role("dialog"), "Radera").click()
    expect(page.get_by_text("1 mottagarrad är raderad")).to_be_visible()


def test_a_domain_is_asked_for_and_a_refusal_says_why(portal: Page, company: Program) -> None:
    page = opened(portal, "/senders")
    page.get_by_label("Domän").fill("https://kaffebaren.example/")
    button(page, "Be om domänen").click()
    expect(page.get_by_text("Skriv bara domänen")).to_be_visible()
    page.get_by_label("Domän").fill("kaffebaren.example")
    button(page, "Be om domänen").click()
    expect(page.get_by_text("Vi granskar kaffebaren.example")).to_be_visible()
    (asked,) = ok(company.get("/v1/link-domains"))["items"]
    token = company.console("/api/staff/token", {"email": "staff@upup.example"})
    refusal = {"reason": "Domänen tillhör någon annan."}
    staff = {token["header"]: token["value"]}
    ok(company.call("POST", f"/v1/staff/link-domains/{asked['id']}/refuse", json=refusal, headers=staff))
    opened(page, "/senders")
    expect(row(page, "kaffebaren.example")).to_contain_text("Nekad")
    expect(row(page, "kaffebaren.example")).to_contain_text("Skäl: Domänen tillhör någon annan.")
    button(page, "Be igen om kaffebaren.example").click()
    expect(row(page, "kaffebaren.example")).to_contain_text("Granskas")


def test_a_viewer_is_offered_nothing_that_they_may_not_do(
    context: BrowserContext, page: Page, company: Program
) -> None:
    viewer = a_member(company, "viewer")
    log_in(context, viewer)
    told = {
        "/team": "Den som äger kontot bjuder in kollegor",
        "/developers": "Den som äger kontot gör nycklar",
        "/recipients": "Du kan se listan men inte ändra den",
        "/recipients?part=requests": "Den som äger kontot sköter personers begäranden",
        "/senders": "Du kan se avsändare men inte be om nya",
    }
    for path, text in told.items():
        expect(opened(page, path).get_by_text(text)).to_be_visible()
        expect(page.get_by_role("main").get_by_role("button")).to_have_text(["Lämna företaget"] * (path == "/team"))


def test_who_has_a_second_factor_is_asked_for_it_and_what_they_did_goes_on(
    upup: Addresses, new_context: NewContext
) -> None:
    careful = a_company(upup)
    secret = ok(careful.post("/v1/second-factor", {}), 201)["secret"]
    recovery = ok(careful.post("/v1/second-factor/confirm", {"code": pyotp.TOTP(secret).now()}))["recovery_codes"]
    colleague = a_member(careful, "viewer")
    careful.log_in()  # a session that has shown nothing
    context = new_context()
    log_in(context, careful)
    page = opened(context.new_page(), "/team")
    button(row(page, colleague.email), "Ta bort Bo Ek").click()
    button(page.get_by_role("dialog"), "Ta bort").click()
    asked = page.get_by_role("dialog", name="Visa att det är du")
    asked.get_by_label("Kod").fill("000000")
    button(asked, "Bekräfta").click()
    expect(asked.get_by_text("Det är inte koden just nu")).to_be_visible()
    asked.get_by_label("Kod").fill(recovery[0])
    button(asked, "Bekräfta").click()
    expect(row(page, colleague.email)).to_have_count(0)
    wait_for(lambda: colleague.get("/v1/session").status_code == 401, "the end of the session")
