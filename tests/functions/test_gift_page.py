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


def test_the_page_loads_nothing_but_its_own_style_sheet(nobody: Program, gift: str) -> None:
    page = nobody.get(f"/g/{gift}")
    assert re.findall(r'(?:src|href)="([^"]*)"', page.text) == ["/gift.css"]
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "style-src 'self'" in policy and "form-action 'self'" in policy
    sheet = nobody.get("/gift.css")
    assert (sheet.status_code, sheet.headers["Content-Type"].partition(";")[0]) == (200, "text/css")


def test_who_opts_out_by_the_pages_form_is_told_so_and_gets_no_more(
    company: Program, nobody: Program, gift: str
) -> None:
    form = re.search(r'<form method="post" action="([^"]*)">', nobody.get(f"/g/{gift}").text)
    assert form is not None
    for _ in range(2):
        answer = nobody.call("POST", form[1], data={})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "inga fler SMS" in answer.text
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
