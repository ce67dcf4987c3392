"""The heart of it: a send in four steps, by hand, and what cannot go wrong on the way."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, Route, expect

from sandbox.demo.company import wait_for
from tests.browser.axe import axe
from tests.browser.chromium import PHONE
from tests.browser.people import log_in
from tests.browser.watch import Watch
from tests.functions.program import Program

SENT = re.compile(r"/portal/sends/snd_\w+$")


@pytest.fixture
def new_send(context: BrowserContext, page: Page, company: Program) -> Page:
    log_in(context, company)
    page.goto("/portal/sends/new")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def paste(page: Page, text: str) -> None:
    page.get_by_label("Nummer, eller rader kopierade från Excel").fill(text)
    button(page, "Läs in").first.click()


def to_review(page: Page, message: str | None = None) -> None:
    """From step 2 on, with the first gift."""
    button(page, "Skriv meddelandet").click()
    if message:
        page.get_by_label("Meddelande", exact=True).fill(message)
    page.get_by_label("Alla mottagare har samtyckt").check()
    button(page, "Granska").click()


def sms(company: Program, to: str) -> list[str]:
    return [one["message"] for one in company.console("/api/sms", to=to)["items"]]


def sends(company: Program) -> int:
    return len(company.sends())


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_a_file_becomes_a_send_in_four_steps_each_without_a_barrier(
    new_send: Page, company: Program, tmp_path: Path
) -> None:
    page, file = new_send, tmp_path / "kunder.csv"
    file.write_text("Förnamn;Mobil\nAnna;070-1740641\nBo;070-1740642\n", "utf-8")
    axe(page)
    page.get_by_label("Släpp en fil här").set_input_files(file)
    expect(page.get_by_text("2 personer får gåvan")).to_be_visible()
    axe(page)
    button(page, "Välj gåva").click()
    expect(page.get_by_role("radio", name="Kaffe och bulle")).to_be_checked()
    axe(page)
    button(page, "Skriv meddelandet").click()
    message = page.get_by_label("Meddelande", exact=True)
    message.fill("Hej ")
    button(page, "+ Förnamn").click()
    button(page, "+ Länk till gåvan").click()
    page.keyboard.type("!")
    expect(message).to_have_value("Hej {{förnamn}}{{link}}!")
    message.fill("Hej {{first_name}}! En gåva till dig: {{link}}")
    expect(page.get_by_label("Så här ser det ut")).to_contain_text("Hej Anna! En gåva till dig: http")
    expect(page.get_by_text("39 kr per mottagare")).to_be_visible()
    axe(page)
    page.get_by_label("Alla mottagare har samtyckt").check()
    button(page, "Granska").click()
    expect(button(page, "Skicka till 2 personer för 78 kr")).to_be_visible()
    axe(page)
    button(page, "Skicka till").click()
    expect(page).to_have_url(SENT)
    expect(page.get_by_text("Klart")).to_be_visible()
    expect(page.get_by_role("cell", name="Levererat")).to_have_count(2)
    axe(page)
    assert sms(company, "070-1740641")[0].startswith("Hej Anna! En gåva till dig: ")


def test_a_bad_row_is_refused_with_its_reason_and_mended_in_place(new_send: Page) -> None:
    page = new_send
    paste(page, "namn;telefon\nAnna;070-1740643\n\nBo;12\nCilla;070-1740643")
    expect(page.get_by_text("1 person får gåvan")).to_be_visible()
    expect(page.get_by_text("1 dubblett")).to_be_visible()
    expect(page.get_by_role("row", name="Det är inget telefonnummer")).to_be_visible()
    expect(button(page, "Hoppa över raden")).to_be_visible()
    axe(page)
    page.get_by_label("Rätta rad 2").fill("Bo;070-1740644")
    button(page, "Läs in igen").click()
    expect(page.get_by_text("2 personer får gåvan")).to_be_visible()
    expect(button(page, "Välj gåva")).to_be_visible()


def test_what_makes_the_text_dearer_or_impossible_is_said_while_it_is_typed(new_send: Page) -> None:
    page = new_send
    paste(page, "0701740645")
    button(page, "Välj gåva").click()
    button(page, "Skriv meddelandet").click()
    message = page.get_by_label("Meddelande", exact=True)
    message.fill("Hej 🎁 {{link}}")
    expect(page.get_by_text("🎁 gör att varje SMS rymmer 70 tecken")).to_be_visible()
    expect(page.get_by_label("Så här ser det ut").locator("mark")).to_have_text("🎁")
    message.fill("Hej {{ort}} {{link}}")
    expect(page.get_by_text("inte finns som kolumn")).to_be_visible()
    message.fill("Hej")
    expect(page.get_by_text("Länken till gåvan saknas")).to_be_visible()


def test_the_back_button_goes_one_step_back_and_nothing_is_lost(new_send: Page) -> None:
    page = new_send
    paste(page, "0701740646")
    button(page, "Välj gåva").click()
    page.get_by_role("radio", name="Glass").check()
    button(page, "Skriv meddelandet").click()
    page.get_by_label("Meddelande", exact=True).fill("Glass till dig {{link}}")
    page.go_back()
    expect(page.get_by_role("radio", name="Glass")).to_be_checked()
    page.go_back()
    expect(page.get_by_text("1 person får gåvan")).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(page.get_by_label("Meddelande", exact=True)).to_have_value("Glass till dig {{link}}")


def test_a_double_click_on_send_makes_one_send(new_send: Page, company: Program) -> None:
    page, before = new_send, sends(company)
    paste(page, "0701740647")
    button(page, "Välj gåva").click()
    to_review(page)
    button(page, "Skicka till 1 person").dblclick()
    expect(page).to_have_url(SENT)
    assert sends(company) == before + 1


def test_a_lost_answer_leaves_all_as_it_was_and_pressing_again_makes_no_second_send(
    new_send: Page, company: Program, watch: Watch
) -> None:
    page, before = new_send, sends(company)
    watch.allow("ERR_FAILED")
    paste(page, "0701740648")
    button(page, "Välj gåva").click()
    to_review(page)

    def lose(route: Route) -> None:  # it arrives, and its answer does not come back
        route.fetch()
        route.abort()

    page.route("**/v1/sends", lose, times=1)
    button(page, "Skicka till 1 person").click()
    expect(page.get_by_text("det blir aldrig två")).to_be_visible()
    wait_for(lambda: sends(company) == before + 1, "the send")
    page.go_back()
    expect(page.get_by_label("Meddelande", exact=True)).to_be_visible()
    page.go_forward()  # also after a look at the step before
    button(page, "Skicka till 1 person").click()
    expect(page).to_have_url(SENT)
    assert sends(company) == before + 1


def test_a_file_that_was_mended_is_chosen_again_and_what_was_read_is_what_is_sent(
    new_send: Page, company: Program, tmp_path: Path
) -> None:
    page, file = new_send, tmp_path / "kunder.csv"

    def choose(text: str) -> None:
        file.write_text(text, "utf-8")
        with page.expect_file_chooser() as chooser:
            page.get_by_label("Släpp en fil här").click()
        chooser.value.set_files(file)

    choose("Mobil\n070-1740690\n12\n")
    expect(page.get_by_text("1 person får gåvan")).to_be_visible()
    choose("Mobil\n070-1740690\n070-1740691\n")
    expect(page.get_by_text("2 personer får gåvan")).to_be_visible()
    file.write_text("another list by now", "utf-8")
    button(page, "Välj gåva").click()
    to_review(page)
    button(page, "Skicka till 2 personer").click()
    expect(page).to_have_url(SENT)
    wait_for(lambda: sms(company, "070-1740691"), "the SMS")


def test_without_a_connection_nothing_is_sent_and_nothing_is_lost(
    new_send: Page, context: BrowserContext, company: Program, watch: Watch
) -> None:
    page, before = new_send, sends(company)
    watch.allow("ERR_INTERNET_DISCONNECTED")
    context.set_offline(True)
    paste(page, "0701740649")
    expect(page.get_by_text("Det gick inte att nå UpUp")).to_be_visible()
    context.set_offline(False)
    button(page, "Läs in").first.click()
    expect(page.get_by_text("1 person får gåvan")).to_be_visible()
    assert sends(company) == before


def test_two_tabs_make_two_sends_that_do_not_mix(new_send: Page, context: BrowserContext, company: Program) -> None:
    one, other = new_send, context.new_page()
    other.goto("/portal/sends/new")
    for page, number in ((one, "0701740650"), (other, "0701740651")):
        paste(page, number)
        button(page, "Välj gåva").click()
        to_review(page)
    for page in (other, one):
        button(page, "Skicka till 1 person").click()
        expect(page).to_have_url(SENT)
    assert one.url != other.url
    numbers = ("0701740650", "0701740651")
    wait_for(lambda: all(sms(company, number) for number in numbers), "their SMS")
    assert [len(sms(company, number)) for number in numbers] == [1, 1]


def test_leaving_a_begun_send_is_asked_about(new_send: Page) -> None:
    page = new_send
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    paste(page, "0701740652")
    expect(page.get_by_text("1 person får gåvan")).to_be_visible()
    page.once("dialog", stay)
    page.get_by_role("link", name="Pengar").click()
    assert asked == ["Utskicket är inte skickat. Vill du lämna sidan och kasta det?"]
    expect(page.get_by_text("1 person får gåvan")).to_be_visible()


def test_a_balance_that_does_not_cover_it_says_what_is_missing(new_send: Page) -> None:
    page = new_send
    paste(page, "\n".join(f"07017406{row:02}" for row in range(5, 100)))  # tickets for them cost 14,155 kr
    button(page, "Välj gåva").click()
    page.get_by_role("radio", name="Biobiljett").check()
    to_review(page)
    expect(page.get_by_text("på saldot. Fyll på i en ny flik")).to_be_visible()
    expect(button(page, "Skicka till")).to_have_count(0)
