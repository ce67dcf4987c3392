"""Cursors: URL-safe as they are, and refused by name when they are not one of ours."""

import base64
import string
from urllib.parse import quote

import pytest
from flask import Flask, Request, request
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import NotAcceptable
from shared.http.paging import DEFAULT, MOST, Page, list_body, read_page

APP = Flask(__name__)
URL_SAFE = set(string.ascii_letters + string.digits + "-_")


def read(query: str, places: int = 2) -> Page:
    with APP.test_request_context(f"/v1/sends?{query}"):
        asked: Request = request
        return read_page(asked, *[str] * places)


def faults(query: str, places: int = 2) -> list[tuple[str, str]]:
    with pytest.raises(NotAcceptable) as refused:
        read(query, places)
    return [(fault.field, fault.code) for fault in refused.value.faults]


@given(st.lists(st.text(alphabet=string.printable, max_size=40), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_cursor_needs_no_quoting_in_a_url_and_comes_back_as_it_was_made(places: list[str]) -> None:
    cursor = list_body([{}] * 5, 5, *places)["next_cursor"]
    assert isinstance(cursor, str)
    assert set(cursor) <= URL_SAFE
    assert quote(cursor, safe="") == cursor
    assert read(f"cursor={cursor}", len(places)) == Page(DEFAULT, places)


def test_a_page_that_is_not_full_is_the_last_one() -> None:
    assert list_body([{}] * 4, 5, "a") == {"items": [{}] * 4, "next_cursor": None}
    assert list_body([], 5) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("query", ["", "cursor="])
def test_without_a_cursor_a_list_begins_at_its_beginning(query: str) -> None:
    assert read(query) == Page(DEFAULT, None)


@pytest.mark.parametrize("limit", [1, 50, MOST])
def test_a_limit_within_bounds_is_taken(limit: int) -> None:
    assert read(f"limit={limit}").limit == limit


@pytest.mark.parametrize(
    "limit", ["0", "-1", str(MOST + 1), "", "ten", "1.5", "1e2", "٣", "²", " 5", "9" * 4_000, "9" * 5_000]
)
def test_any_other_limit_is_refused_by_name(limit: str) -> None:
    assert faults(f"limit={quote(limit)}") == [("limit", "out_of_range")]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


GARBAGE = [
    "x",
    "nonsens",
    "å",
    "!!!",
    "====",
    encoded("null"),
    encoded("{}"),
    encoded("[]"),
    encoded('["one"]'),
    encoded('["one", "two", "three"]'),
    encoded('["one", 2]'),
    encoded('["one", null]'),
    encoded('["one", "\\ud800"]'),
    encoded("[" * 2_000),
    encoded('["one", "two"'),
]


@pytest.mark.parametrize("cursor", GARBAGE)
def test_a_cursor_that_is_none_of_ours_is_refused_by_name(cursor: str) -> None:
    assert faults(f"cursor={quote(cursor)}") == [("cursor", "invalid")]


def test_both_faults_are_named_at_once() -> None:
    assert faults("limit=0&cursor=nonsens") == [("limit", "out_of_range"), ("cursor", "invalid")]


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_text_as_a_cursor_is_read_or_refused(cursor: str) -> None:
    try:
        page = read(f"cursor={quote(cursor, errors='replace')}")
    except NotAcceptable:
        return
    assert page.after is None or len(page.after) == 2
