"""All of it as a new user does it, by hand and without documentation: from the first page to a redeemed gift."""

import re
import time
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import BrowserContext, Page, expect

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.browser.barcode import codes
from tests.browser.chromium import PHONE
from tests.browser.conftest import NewContext
from tests.functions.program import Program

MINUTES = 3
"""What the journey may take a person; the machine that drives it reads nothing, and must be far within."""


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


def pay(page: Page) -> None:
    page.wait_for_url("**/c/pay/**")
    press(page, "^Betala")


def customers(folder: Path) -> Path:
    """As Excel has it."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ("Förnamn", "Mobilnummer", "Ort"),
        ("Anna", "070-174 06 71", "Nyköping"),
        ("Bo", "0701740672", "Oxelösund"),
    ):
        sheet.append(row)
    book.save(folder / "kunder.xlsx")
    return folder / "kunder.xlsx"


def sign_up(page: Page, who: Program) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("^Välj")).first.click()
    for label, value in (
        ("Företagets namn", "Kaffebaren AB"),
        ("Organisationsnummer", "556821-9819"),
        ("Förnamn", "Anna"),
        ("Efternamn", "Ek"),
        ("Din e-postadress", who.email),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_label("Vi godkänner personuppgiftsbiträdesavtalet").check()
    press(page, "Till betalningen")
    pay(page)


def log_in_by_mail(page: Page, who: Program) -> None:
    page.wait_for_url("**/signup/done")
    page.get_by_label("Din e-postadress").fill(who.email)
    press(page, "Skicka en länk")
    mails = wait_for(lambda: [m for m in who.mails() if "/login#token=" in m["message"]], "the mail")
    page.goto("about:blank")
    page.goto(next(word for word in str(mails[0]["message"]).split() if "/login#token=" in word))
    press(page, "Logga in")


def top_up(page: Page) -> None:
    page.get_by_role("link", name="Fyll på saldot").click()
    press(page, "1.000 kr")
    press(page, "Till betalningen")
    pay(page)
    page.wait_for_url("**/top-up/done")
    wait_for(lambda: _has_balance(page), "the deposit")  # "in a moment", says the page: Stripe's webhook must come


def _has_balance(page: Page) -> bool:
    page.goto("/portal")
    ready, poor = (page.get_by_role("link", name=name) for name in ("Gör ett utskick", "Fyll på saldot"))
    ready.or_(poor).first.wait_for()
    return ready.is_visible()


def send(page: Page, file: Path) -> None:
    page.get_by_role("link", name="Gör ett utskick").click()
    page.get_by_label("Släpp en fil här").set_input_files(file)
    press(page, "Välj gåva")
    press(page, "Skriv meddelandet")
    page.get_by_label("Meddelande", exact=True).fill("Hej {{first_name}} i {{ort}}! En fika från oss: {{link}}")
    page.get_by_label("Alla mottagare har samtyckt").check()
    press(page, "Granska")
    press(page, "Skicka till 2 personer")
    expect(page.get_by_role("cell", name="Levererat")).to_have_count(2)


def test_a_newcomer_gets_from_the_first_page_to_a_redeemed_gift_in_three_minutes(
    page: Page, context: BrowserContext, upup: Addresses, new_context: NewContext, tmp_path: Path
) -> None:
    began, who = time.monotonic(), Program(upup)
    sign_up(page, who)
    log_in_by_mail(page, who)
    top_up(page)
    send(page, customers(tmp_path))

    sms = who.console("/api/sms", to="0701740671")["items"][0]
    assert sms["message"].startswith("Hej Anna i Nyköping! En fika från oss: http")
    phone = new_context(PHONE).new_page()
    phone.goto(sms["message"].split()[-1])  # one tap
    expect(phone.get_by_role("heading", name="Kaffe och bulle")).to_be_visible()
    (scanned,) = codes(phone.screenshot())
    assert who.console("/api/till/redeem", {"code": scanned})

    page.bring_to_front()
    page.reload()
    expect(page.get_by_role("cell", name="Inlöst")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Gåvan är inlöst")).to_be_visible()
    assert time.monotonic() - began < MINUTES * 60
