"""The frame finds what it is there to find: each fault is put into a page of our own with the pages' real headers."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route

from shared.http.pages.hosting import Hosting
from tests.architecture.rules_source import ROOT
from tests.browser.axe import violations
from tests.browser.barcode import codes
from tests.browser.watch import Watch

HEADERS = dict(Hosting.read((ROOT / "web/hosting.json").read_bytes()).headers_of("/", https=False))
Planted = Callable[..., Page]


@pytest.fixture
def planted(page: Page) -> Planted:
    """Opens a page with this body; `files` are the scripts that it may load, by name."""

    def opened(body: str, **files: str) -> Page:
        def answer(route: Route) -> None:
            name = route.request.url.rpartition("/")[2].partition(".")[0]
            html = f'<!doctype html><html lang="sv"><title>Prov</title><main>{body}</main></html>'
            text, kind = (files[name], "text/javascript") if name in files else (html, "text/html")
            route.fulfill(body=text, content_type=kind, headers=HEADERS)

        page.unroute("**/planted/**")
        page.route("**/planted/**", answer)
        page.goto("/planted/page")
        return page

    return opened


WRONG = [
    ("<script>1</script>", "", "Content Security Policy"),
    ('<p style="color: red">', "", "Content Security Policy"),
    ('<p id="p"><script src="a.js"></script>', "p.innerHTML = '<b>x</b>'", "TrustedHTML"),
    ('<script src="a.js"></script>', "eval('1')", "Content Security Policy"),
    ('<script src="a.js"></script>', "fetch('http://elsewhere.example/').catch(() => 0)", "Content Security Policy"),
    ('<script src="a.js"></script>', "console.error('oh no')", "oh no"),
    ('<script src="a.js"></script>', "throw new Error('oh dear')", "oh dear"),
    ('<script src="a.js"></script>', "Promise.reject(new Error('nobody listens'))", "nobody listens"),
    ('<img alt="" src="/nothing.png">', "", "404"),
]
"""A body, its script, and what the watch says of it."""


def test_what_a_page_does_wrong_is_found(planted: Planted, watch: Watch) -> None:
    for body, script, found in WRONG:
        watch.trouble.clear()
        is_told(planted(body, a=script), watch, found)
        assert watch.unexpected() == watch.trouble
    watch.trouble.clear()


def is_told(page: Page, watch: Watch, text: str) -> None:
    deadline = time.monotonic() + 10
    while not any(text in told for told in watch.trouble):
        assert time.monotonic() < deadline, f"{text} is not in {watch.trouble}"
        page.wait_for_timeout(10)


def test_a_refusal_of_the_api_is_no_error(page: Page, watch: Watch) -> None:
    page.goto("/login")
    assert page.evaluate("fetch('/v1/account').then((answer) => answer.status)") == 401
    assert watch.trouble == []


def test_a_request_to_another_host_is_seen_and_does_not_leave(page: Page, watch: Watch) -> None:
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://www.googletagmanager.example/gtag.js")
    assert "www.googletagmanager.example" in watch.hosts()


def test_axe_finds_a_field_without_a_name(planted: Planted) -> None:
    page = planted("<input>")
    assert [found.partition(" ")[0] for found in violations(page)] == ["label"]
    assert violations(page, "label") == []


def test_a_changed_vendored_module_does_not_run(planted: Planted, watch: Watch) -> None:
    integrity = json.dumps("sha384-" + "A" * 64)
    page = planted(
        f'<link rel="modulepreload" href="v.js" integrity={integrity}><script type="module" src="a.js"></script>',
        v="export const x = 1;",
        a='import "./v.js"; document.title = "ran"',
    )
    watch.allow("integrity")
    is_told(page, watch, "integrity")
    assert page.title() == "Prov"


@pytest.mark.parametrize("ean", ["7350012345679", "0000000000000", "9999999999994"])
def test_a_barcode_is_read_back_from_its_picture(ean: str, tmp_path: Path) -> None:
    drawn = zxingcpp.create_barcode(ean, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    file = tmp_path / "barcode.png"
    Image.fromarray(drawn).save(file)
    assert codes(file.read_bytes()) == [ean]
    Image.new("L", (300, 100), 255).save(file)
    assert codes(file.read_bytes()) == []
