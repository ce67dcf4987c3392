"""What a recipient sees and does: one tap on the link, the code at the till, and the ways out; script or no script."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from sandbox.demo.company import wait_for
from tests.browser.axe import axe
from tests.browser.barcode import codes
from tests.browser.chromium import LAPTOP, NARROW, PHONE, Size
from tests.browser.conftest import NewContext
from tests.browser.people import log_in
from tests.browser.watch import Watch
from tests.functions.program import Json, Program, a_send, ok

NUMBERS = ("070-1740671", "070-1740672", "070-1740673")
ALL_OF_IT = 30_000
"""Bytes of the page with all that it loads."""


@pytest.fixture(scope="module")
def gifts(company: Program) -> list[str]:
    """The links' tokens of one send."""
    company.delivered(company.send(*NUMBERS, message="Gåvosidan {{link}}"))
    return [company.link_token(phone, "Gåvosidan") for phone in NUMBERS]


def shown(company: Program, token: str) -> Json:
    return ok(company.get(f"/v1/gift/{token}"))


@pytest.mark.parametrize(("size", "colours"), [(PHONE, "light"), (NARROW, "dark")], ids=["phone", "320px"])
def test_a_scanner_reads_the_code_from_the_screen_without_script_or_scrolling(
    new_context: NewContext, company: Program, gifts: list[str], size: Size, colours: str
) -> None:
    page = new_context(size, java_script_enabled=False, color_scheme=colours).new_page()
    page.goto(f"/g/{gifts[0]}")
    gift = shown(company, gifts[0])
    assert codes(page.screenshot()) == [gift["ean"]]
    box = page.get_by_role("img", name="Streckkod").bounding_box()
    assert box is not None
    assert box["width"] > 0.8 * size["viewport"]["width"], "50 mm of a phone's 64, where a scanner needs 37"
    expect(page.get_by_text(gift["code"], exact=True)).to_be_visible()


def test_the_page_with_all_it_loads_weighs_less_than_30_kb_and_comes_from_us_alone(
    page: Page, company: Program, gifts: list[str], watch: Watch
) -> None:
    came: list[Response] = []

    def keep(response: Response) -> None:
        came.append(response)

    page.on("response", keep)
    page.goto(f"/g/{gifts[0]}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kaffe och bulle")
    assert {made.kind for made in watch.requests} >= {"document", "stylesheet", "image"}
    assert watch.hosts() == {company.at.web.removeprefix("http://")}
    assert sum(len(response.body()) for response in came) < ALL_OF_IT
    assert all(made.kind == "document" or gifts[0] not in made.url for made in watch.requests)


@pytest.mark.parametrize(("size", "colours"), [(LAPTOP, "light"), (PHONE, "dark")], ids=["laptop", "phone"])
def test_axe_finds_nothing_on_the_gift_or_in_the_place_of_one(
    new_context: NewContext, gifts: list[str], watch: Watch, size: Size, colours: str
) -> None:
    watch.allow("404")
    page = new_context(size, color_scheme=colours).new_page()
    page.goto(f"/g/{gifts[0]}")
    for summary in page.locator("summary").all():
        summary.click()
    axe(page)
    page.goto("/g/unknown?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such gift")
    expect(page.get_by_text("Gåvan finns inte")).to_be_visible()
    axe(page)


def test_every_way_out_is_a_button_that_works_without_script_and_in_english(
    new_context: NewContext, company: Program, gifts: list[str]
) -> None:
    page = new_context(PHONE, java_script_enabled=False).new_page()
    page.goto(f"/g/{gifts[1]}")
    page.get_by_text("Dina uppgifter").click()
    page.get_by_role("button", name="Begär att få se uppgifterna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Din begäran är framme")
    page.get_by_role("link", name="Tillbaka till gåvan").click()
    page.get_by_role("link", name="In English").click()
    page.get_by_text("Is something wrong?").click()
    page.get_by_role("button", name="I have not agreed to SMS").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
    page.get_by_role("link", name="Back to the gift").click()
    page.get_by_role("button", name=re.compile("^No more SMS from ")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get no more SMS")
    assert ok(company.post("/v1/sends/quote", a_send(NUMBERS[1])))["recipients"]["opted_out"] == 1
    requests = ok(company.get("/v1/privacy/requests", limit=200))["items"]
    assert [(one["kind"], one["from"]) for one in requests] == [("export", "recipient")]


def test_a_member_of_the_company_can_press_the_buttons_too(page: Page, company: Program, gifts: list[str]) -> None:
    log_in(page.context, company)
    page.goto(f"/g/{gifts[2]}")
    page.get_by_text("Dina uppgifter").click()
    page.get_by_role("button", name="Begär radering").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Din begäran är framme")


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_after_the_till_the_page_thanks_and_shows_no_code(page: Page, company: Program, gifts: list[str]) -> None:
    page.goto(f"/g/{gifts[2]}")
    code = shown(company, gifts[2])["code"]
    company.console("/api/till/redeem", {"code": code})
    wait_for(lambda: shown(company, gifts[2])["state"] == "redeemed", "the redemption")
    page.reload()
    expect(page.get_by_text("Gåvan är inlöst")).to_be_visible()
    expect(page.get_by_text(code)).to_have_count(0)
    expect(page.get_by_role("img", name="Streckkod")).to_have_count(0)
    axe(page)


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_an_experience_without_a_barcode_shows_its_code_alone(page: Page, company: Program) -> None:
    company.delivered(company.send("070-1740674", gift="cinema", message="Biokväll {{link}}"))
    token = company.link_token("070-1740674", "Biokväll")
    page.goto(f"/g/{token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Biobiljett")
    expect(page.get_by_text(shown(company, token)["code"], exact=True)).to_be_visible()
    expect(page.get_by_text("Din kod")).to_be_visible()
    assert codes(page.screenshot()) == []
    axe(page)
