"""Staff's pages behind Identity-Aware Proxy: two people read an encrypted send, and what waits is answered."""

import re

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.chromium import NARROW
from tests.browser.watch import Watch
from tests.functions.insider import Insider, give_up
from tests.functions.program import SECONDS, Json, Program, dead_letters, ok, staff_member

FIRST, SECOND = "staff@upup.example", "second@upup.example"
NUMBER = "070-1740688"
VIEWS = (
    "dead-letters",
    "deliveries",
    "accounts",
    "senders",
    "link-domains",
    "abuse-reports",
    "disclosures",
    "code-pools",
    "gifts",
    "gifts/coffee",
    "breaches",
    "access",
    "agreements",
    "reconciliation",
    "key-versions",
    "visitors",
)
GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"
"""To another view as a link does it, without loading the page anew."""


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def sign_in(page: Page, email: str, path: str = "/staff") -> None:
    page.goto(path)
    button(page, email).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


@pytest.fixture(scope="module")
def insider(upup: Addresses) -> Insider:
    return Insider(upup)


@pytest.fixture(scope="module")
def encrypted(company: Program, insider: Insider) -> Json:
    """A send whose days in clear are over."""
    send = company.delivered(company.send(NUMBER))
    insider.change("UPDATE sends SET encrypt_at = created_at WHERE id = %s", send["id"])
    company.console("/api/schedule/run", {"function": "encrypt_expired"})
    assert [one["phone_state"] for one in company.deliveries(send["id"])] == ["encrypted"]
    return send


@pytest.fixture(scope="module")
def staff(upup: Addresses) -> Program:
    return staff_member(upup, FIRST)


def test_one_asks_another_approves_and_both_read_an_encrypted_send(
    page: Page, company: Program, encrypted: Json
) -> None:
    in_clear = company.send("070-1740689")
    page.goto("/staff/disclosures")
    axe(page)
    button(page, FIRST).click()
    page.get_by_label("Utskickets id").fill(in_clear["id"])
    page.get_by_label("Skäl").fill("Ärende 17: kom gåvan till rätt nummer?")
    button(page, "Begär").click()
    expect(page.get_by_role("alert")).to_contain_text("Utskicket är inte krypterat än.")
    page.get_by_label("Utskickets id").fill(encrypted["id"])
    page.get_by_label("Skäl").fill("Ring 070-1740688 om ärende 17")
    button(page, "Begär").click()
    expect(page.get_by_text("Skriv utan nummer, adresser och länkar.")).to_be_visible()
    page.get_by_label("Skäl").fill("Ärende 17: kom gåvan till rätt nummer?")
    button(page, "Begär").click()
    expect(row(page, encrypted["id"])).to_contain_text("Någon annan behöver godkänna")

    page.get_by_role("link", name="Byt person").click()
    button(page, SECOND).click()
    page.get_by_role("link", name="utlämnande").filter(has_text="väntar på ditt godkännande").click()
    row(page, encrypted["id"]).get_by_role("button", name="Godkänn").click()
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Godkänn").click()
    row(page, encrypted["id"]).get_by_role("link", name="Läs").click()
    expect(page.get_by_text("Läsningen loggas")).to_be_visible()
    expect(page.get_by_text("+46701740688")).to_have_count(0)
    button(page, "Läs nu").click()
    expect(page.get_by_text("+46701740688")).to_be_visible()
    axe(page)


def test_what_waits_is_counted_answered_and_counted_no_more(
    page: Page, company: Program, staff: Program, insider: Insider
) -> None:
    send_id = "snd_abcdefghijklmnop"
    body = {"send_id": send_id, "first": 1, "last": 2}
    assert give_up(insider, "sms-wanted", body).status_code == 200
    ok(company.post("/v1/link-domains", {"domain": "swedbank-se.com"}), 201)
    sign_in(page, FIRST)
    page.get_by_role("link", name=re.compile("länkdomän")).click()
    expect(row(page, "swedbank-se.com")).to_contain_text("Liknar Swedbank")
    row(page, "swedbank-se.com").get_by_role("button", name="Neka").click()
    page.get_by_label("Skäl").fill("Den liknar en bank.")
    page.get_by_role("dialog").get_by_role("button", name="Neka").click()
    expect(row(page, "swedbank-se.com")).to_have_count(0)
    (domain,) = ok(company.get("/v1/link-domains"))["items"]
    assert (domain["state"], domain["reason"]) == ("refused", "Den liknar en bank.")

    page.get_by_role("link", name="Drift").click()
    row(page, send_id).get_by_role("button", name="Gör om").click()
    expect(row(page, send_id)).to_contain_text("Gjort om")
    (letter,) = (one for one in dead_letters(staff) if one["message"] == body)
    assert letter["replayed_at"] is not None


def test_an_sms_in_doubt_is_settled_once_somebody_knows_that_it_left(page: Page, company: Program) -> None:
    fault = {"provider": "lekab", "kind": "timeout_before_accept", "count": 1}  # is over with the one SMS
    requests.post(f"{company.at.console}/api/faults", json=fault, timeout=SECONDS).raise_for_status()
    send = company.handed_over(company.send("070-1740687"))
    sign_in(page, FIRST, "/staff/deliveries")
    doubt = row(page, send["id"])
    expect(doubt).to_contain_text("+46 70 *** ** 87")
    doubt.get_by_role("button", name="Det gick iväg").click()
    page.get_by_role("dialog").get_by_role("button", name="Det gick iväg").click()
    expect(doubt).to_have_count(0)
    assert [one["state"] for one in company.deliveries(send["id"])] == ["sent"]


def test_an_account_is_found_stopped_for_a_reason_and_goes_on(page: Page, company: Program) -> None:
    sign_in(page, FIRST, "/staff/accounts")
    page.get_by_label("Sök ett företag").fill(company.account_id)
    page.get_by_role("button", name="Sök", exact=True).click()
    page.get_by_role("link", name="Kaffebaren AB").click()
    for does, reason in (("Stoppa kontot", "Vi utreder en anmälan."), ("Låt kontot fortsätta", "Utrett.")):
        button(page, does).click()
        page.get_by_label("Skäl").fill(reason)
        page.get_by_role("dialog").get_by_role("button", name=does).click()
        expect(row(page, reason)).to_contain_text(FIRST)
    assert company.account()["stopped"] is None


def test_codes_go_into_stock_from_a_file_with_a_report_of_the_rest(page: Page) -> None:
    sign_in(page, FIRST, "/staff/code-pools")
    pool = row(page, "cinema")
    pool.get_by_role("button", name="Lägg in koder").click()
    file = {"name": "koder.csv", "mimeType": "text/csv", "buffer": b"kod\nBIO-1-AB\nBIO-1-AB\n!\n"}
    page.get_by_label("Fil med koder").set_input_files(file)  # type: ignore[arg-type]  # a file that is not on a disk
    page.get_by_role("dialog").get_by_role("button", name="Lägg in koder").click()
    expect(page.get_by_text("1 kod är i lager")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("Koden står längre upp i filen.")
    axe(page)


def test_who_is_not_of_the_staff_is_told_so_and_may_be_somebody_else(page: Page, watch: Watch) -> None:
    watch.allow("/staff: .*403")
    page.goto("/staff")
    page.get_by_label("Någon annan").fill("anna@kaffebaren.example")
    button(page, "Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Här kommer bara UpUps personal in")
    axe(page)
    page.get_by_role("link", name="Byt person").click()
    expect(button(page, SECOND)).to_be_visible()


def test_who_is_signed_out_meanwhile_signs_in_again_and_comes_back_to_the_same_list(page: Page) -> None:
    sign_in(page, FIRST, "/staff/accounts")
    page.context.clear_cookies()
    page.get_by_label("Sök ett företag").fill("Kaffe")
    page.get_by_role("button", name="Sök", exact=True).click()
    expect(page.get_by_text("Din inloggning har gått ut.")).to_be_visible()
    button(page, "Logga in igen").click()
    button(page, FIRST).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Konton")
    expect(page.get_by_text("Din inloggning har gått ut.")).to_have_count(0)


def test_every_view_is_without_a_barrier_on_the_narrowest_screen(page: Page, company: Program) -> None:
    sign_in(page, FIRST)
    axe(page)
    page.set_viewport_size(NARROW["viewport"])
    for path in (*VIEWS, f"accounts/{company.account_id}"):
        before = page.title()
        page.evaluate(GO, f"/staff/{path}")
        expect(page).not_to_have_title(before)
        expect(page.get_by_text("Hämtar …")).to_have_count(0)
        axe(page)
        wide: int = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["viewport"]["width"], path
