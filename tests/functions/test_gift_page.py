"""GET /g/{token} and its way out: what a recipient does with a phone that runs no script."""

import re

import pytest

from tests.functions.program import Program, a_send, ok

PHONE = "070-1740688"


@pytest.fixture(scope="module")
def gift(company: Program) -> str:
    company.send(PHONE, message="På gåvosidan {{link}}")
    return company.link_token(PHONE, "På gåvosidan")


def test_the_page_shows_both_codes_and_stays_small(nobody: Program, gift: str) -> None:
    shown = ok(nobody.get(f"/v1/gift/{gift}"))
    page = nobody.get(f"/g/{gift}")
    assert shown["ean"] in page.text and shown["code"] in page.text
    assert len(page.content) < 30_000


def test_the_page_loads_its_style_sheet_and_pictures_and_leads_to_nobody_else(nobody: Program, gift: str) -> None:
    page = nobody.get(f"/g/{gift}")
    loaded = ["/favicon.svg", "/gift.css", "/gifts/coffee.svg"]
    named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert sorted(named) == sorted([*loaded, f"/g/{gift}?lang=en", "/privacy"])
    kinds = [nobody.get(path).headers["Content-Type"].partition(";")[0] for path in loaded]
    assert kinds == ["image/svg+xml", "text/css", "image/svg+xml"]
    policy = page.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'", "base-uri 'none'"):
        assert rule in policy
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_it_speaks_english_by_its_own_link_also_after_a_button(nobody: Program, gift: str) -> None:
    page = nobody.get(f"/g/{gift}", lang="en")
    assert '<html lang="en">' in page.text and "Coffee and a bun" in page.text
    assert f'action="/g/{gift}/opt-out?lang=en"' in page.text
    asked = nobody.call("POST", f"/g/{gift}/privacy-request?lang=en", data={"kind": "export"})
    assert "must answer within a month" in asked.text and f'href="/g/{gift}?lang=en"' in asked.text


def test_a_member_who_looks_at_a_gift_can_press_its_buttons(company: Program, gift: str) -> None:
    """The page tells nobody where it was, so that its forms have no origin; the browser still says it is our own."""
    for site, status in (("same-origin", 200), ("cross-site", 403)):
        headers = {"Origin": "null", "Sec-Fetch-Site": site}
        data = {"kind": "erase"}
        assert company.call("POST", f"/g/{gift}/privacy-request", data=data, headers=headers).status_code == status


def test_who_opts_out_by_the_pages_form_is_told_so_and_gets_no_more(
    company: Program, nobody: Program, gift: str
) -> None:
    form = re.search(r'<form method="post" action="([^"]*)">', nobody.get(f"/g/{gift}").text)
    assert form is not None
    for _ in range(2):
        answer = nobody.call("POST", form[1], data={})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Du får inga fler SMS" in answer.text
    assert ok(company.post("/v1/sends/quote", a_send(PHONE)))["recipients"]["opted_out"] == 1
    assert nobody.get(f"/g/{gift}").status_code == 200, "the gift itself stays"


def test_the_form_of_an_unknown_gift_is_404(nobody: Program) -> None:
    assert nobody.call("POST", "/g/unknown/opt-out", data={}).status_code == 404


@pytest.mark.parametrize("token", ["unknown", "å", "%3Cscript%3E"])
def test_who_follows_a_link_to_no_gift_is_told_so_on_a_page_in_both_languages(nobody: Program, token: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for page in (
        nobody.call("GET", f"/g/{token}", headers=browser),
        nobody.call("POST", f"/g/{token}/opt-out", data={}, headers=browser),
    ):
        assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "Gåvan finns inte" in page.text and "There is no such gift" in page.text
        assert "script" not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert nobody.get(f"/g/{token}").headers["Content-Type"] == "application/problem+json"
