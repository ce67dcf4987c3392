"""No request log keeps an address that holds a token, a secret, or words about a person."""

import json
from collections.abc import Iterable

from shared.http.answers.description import FILE
from shared.http.openapi.routes import ROUTES, Route
from tests.architecture.rules_functions import read_table

SECRET_PLACES = {"token", "secret"}
HARMLESS_QUERIES = {"cursor", "format", "from", "lang", "language", "limit", "month", "state", "test", "to"}
"""Dates, choices and places in a list. (`from` and `to` are days; Lekab's are numbers, in an address with a secret.)"""


def queries() -> dict[str, set[str]]:
    """What may stand in the query, by `METHOD /path`, from openapi.json."""
    paths = json.loads(FILE.read_text("utf-8"))["paths"]
    return {
        f"{method.upper()} {path.replace('{', '<').replace('}', '>')}": {
            one["name"] for one in operation.get("parameters", []) if one.get("in") == "query"
        }
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def telling(routes: Iterable[Route], asked: dict[str, set[str]]) -> set[str]:
    """Functions with an address that says more than ids, words of ours and harmless choices."""
    return {
        route.file.stem
        for route in routes
        if SECRET_PLACES & set(route.places) or asked.get(str(route), set()) - HARMLESS_QUERIES
    }


def test_exactly_the_functions_whose_addresses_tell_something_are_unlogged() -> None:
    unlogged = {name for name, row in read_table().items() if row.get("unlogged")}
    assert unlogged == telling(ROUTES, queries())
    assert {"lekab_callback", "gift_page", "staff_accounts"} <= unlogged


def test_a_new_place_or_query_that_tells_something_is_found() -> None:
    route = Route("GET", "/v1/sends")
    assert telling([route], {"GET /v1/sends": {"limit"}}) == set()
    assert telling([route], {"GET /v1/sends": {"number"}}) == {route.file.stem}
    assert telling([Route("GET", "/v1/sends/<token>")], {}) == {route.file.stem}
