"""`python -m tests.browser.screenshots FOLDER`: pictures of the pages for the README, of a sandbox of its own."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from sandbox.running import running
from tests.browser.chromium import LAPTOP, PHONE, Size, chromium
from tests.browser.people import log_in
from tests.functions.program import PHONES, Program, a_company

COLOURS = 128
PICTURES_DRAWN = "Promise.all([...document.images].map((image) => image.decode()))"


def _as_it_is(_page: Page) -> None:
    """Nothing need be done before the picture."""


def _to_the_message(page: Page) -> None:
    page.get_by_label("Nummer, eller rader kopierade från Excel").fill("namn;mobil\nAnna;070-1740605\nBo;070-1740606")
    page.get_by_role("button", name="Läs in").first.click()
    page.get_by_role("button", name="Välj gåva").click()
    page.get_by_role("button", name="Skriv meddelandet").click()
    page.get_by_label("Meddelande", exact=True).fill("Hej {{first_name}}! Tack för i år. En fika från oss: {{link}}")
    page.get_by_text("Hej Anna!").wait_for()


def _to_an_account(page: Page) -> None:
    page.get_by_role("button", name="staff@upup.example").click()
    page.get_by_role("link", name="Kaffebaren AB").click()
    page.get_by_text("Mottagare per dygn").wait_for()


@dataclass(frozen=True)
class Shot:
    """One picture: `name`.png of a path, taken when `ready` is seen and `act` is done. GIFT in it is a link's token."""

    name: str
    path: str
    ready: str
    """A text of the page that is there once it is drawn."""
    size: Size
    logged_in: bool = False
    of_console: bool = False
    act: Callable[[Page], None] = _as_it_is


SHOTS = (
    Shot("start", "/", "Välj Växa", LAPTOP),
    Shot("signup", "/signup?plan=growth", "Till betalningen", LAPTOP),
    Shot("login", "/login", "Skicka en länk", PHONE),
    Shot("portal", "/portal", "Senaste utskicken", LAPTOP, logged_in=True),
    Shot("new-send", "/portal/sends/new", "Från en fil", LAPTOP, logged_in=True, act=_to_the_message),
    Shot("gift", "/g/GIFT", "Gäller till och med", PHONE),
    Shot("staff", "/staff/accounts", "Vem är du?", LAPTOP, act=_to_an_account),
    Shot("console", "/", "gåva:", LAPTOP, of_console=True),
)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with running() as at, chromium() as browser:
        company = a_company(at, balance_ore=1_000_000)
        company.delivered(company.send(*PHONES[:3]))
        gift = company.link_token(PHONES[0], "Din gåva")
        for shot in SHOTS:
            file = folder / f"{shot.name}.png"
            file.write_bytes(small(taken(browser, company, shot, gift)))
            print(f"{file} {file.stat().st_size // 1024} kB")  # noqa: T201  # a command


def taken(browser: Browser, company: Program, shot: Shot, gift: str) -> bytes:
    base = company.at.console if shot.of_console else company.at.web
    context = browser.new_context(
        base_url=base, locale="sv-SE", timezone_id="Europe/Stockholm", reduced_motion="reduce", **shot.size
    )
    if shot.logged_in:
        log_in(context, company)
    page = context.new_page()
    page.goto(shot.path.replace("GIFT", gift))
    page.get_by_text(shot.ready).first.wait_for()
    shot.act(page)
    page.evaluate(PICTURES_DRAWN)
    picture = page.screenshot()
    context.close()
    return picture


def small(png: bytes) -> bytes:
    """The same picture with a palette: a third of the size, and no difference to see on a page of few colours."""
    with Image.open(io.BytesIO(png)) as picture:
        out = io.BytesIO()
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
