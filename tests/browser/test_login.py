"""Logging in by the link in the mail, as a person does it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.browser.axe import axe
from tests.browser.chromium import LAPTOP, NARROW, PHONE
from tests.browser.people import log_in
from tests.browser.watch import Watch
from tests.functions.program import Program


def link_in_mail(company: Program, known: int) -> str:
    """Of the newest mail, once there is one more than before."""
    mails = wait_for(lambda: found if len(found := company.mails()) > known else None, "the mail")
    return next(word for word in str(mails[0]["message"]).split() if "/login#token=" in word)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_link_in_the_mail_logs_in_and_no_other_host_is_asked(
    page: Page, company: Program, upup: Addresses, watch: Watch
) -> None:
    known = len(company.mails())
    page.goto("/login")
    axe(page)
    page.get_by_label("Din e-postadress").fill(company.email)
    page.get_by_role("button", name="Skicka en länk").click()
    expect(page.get_by_role("status")).to_contain_text("en länk på väg")

    page.goto("about:blank")  # a mail program opens the link in a new page
    page.goto(link_in_mail(company, known))
    assert page.url == f"{upup.web}/login"  # the token is out of the address and of the history
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_text("Kaffebaren AB")).to_be_visible()
    axe(page)
    assert watch.hosts() == {upup.web.removeprefix("http://")}
    assert not any("token" in made.url for made in watch.requests)


@pytest.mark.parametrize("size", [NARROW], ids=["320px"])
def test_who_is_logged_in_sees_the_company_on_the_narrowest_screen(
    page: Page, context: BrowserContext, company: Program
) -> None:
    log_in(context, company)
    page.goto("/login")
    expect(page.get_by_text("Kaffebaren AB")).to_be_visible()
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
