"""The API's description and the code say the same: each route, each body, and the file that is served."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.http.answers.description import FILE
from shared.http.openapi import document
from shared.http.openapi.operation import Operation, joined
from shared.http.openapi.routes import ROUTES, Route
from tests.architecture.rules_openapi import bodies_read

MADE: dict[str, Any] = document.document()
WITHOUT_BODY = {"POST /v1/gift/<token>/opt-out", "POST /g/<token>/opt-out"}
"""They share their handler with the requests about one's data, and read nothing."""
TABLE = {route: operation for route, (_, operation) in document.operations().items()}


def test_the_served_file_is_what_the_code_makes_now() -> None:
    assert json.loads(FILE.read_text("utf-8")) == MADE, "run `make openapi`"


def test_every_route_stands_in_it_and_no_other() -> None:
    described = {
        (method.upper(), path.replace("{", "<").replace("}", ">"))
        for path, methods in MADE["paths"].items()
        for method in methods
    }
    assert described == {(route.method, route.path) for route in ROUTES}


def test_a_route_that_stands_in_two_tables_of_an_area_is_refused() -> None:
    one, other = ({route: Operation(route, {200: None})} for route in ("GET /v1/a", "GET /v1/b"))
    assert list(joined(one, other)) == ["GET /v1/a", "GET /v1/b"]
    with pytest.raises(ValueError, match="GET /v1/a"):
        joined(one, other, one)


@pytest.mark.parametrize(
    ("routes", "named"), [([*ROUTES, Route("GET", "/v1/new")], "/v1/new"), (ROUTES[1:], ROUTES[0].path)]
)
def test_a_route_without_an_operation_and_the_other_way_round_are_found(routes: list[Route], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        document.document(routes)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_body_that_is_described_is_the_one_that_the_handler_reads(route: Route) -> None:
    described, read = TABLE[str(route)].body, bodies_read(route)
    if described is None:
        assert read == set() or str(route) in WITHOUT_BODY
    else:
        assert described.__name__ in read


def test_a_body_is_found_in_a_handler_and_in_what_it_calls() -> None:
    by_name = {str(route): route for route in ROUTES}
    assert bodies_read(by_name["POST /v1/login"]) == {"LoginBody"}
    assert bodies_read(by_name["POST /v1/sends"]) == {"SendBody", "SendWithRecipients"}
    assert bodies_read(by_name["GET /v1/sends"]) == set()


@pytest.mark.parametrize("route", [one for one in ROUTES if TABLE[str(one)].example is not None], ids=str)
def test_the_example_of_a_body_is_one_that_is_taken(route: Route) -> None:
    operation = TABLE[str(route)]
    assert operation.body is not None
    operation.body.model_validate_json(json.dumps(operation.example))


def test_every_body_has_an_example() -> None:
    assert [route for route, one in TABLE.items() if one.body is not None and one.example is None] == []


def test_every_operation_can_be_told_from_the_others() -> None:
    ids = [one["operationId"] for methods in MADE["paths"].values() for one in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_amount_of_money_is_a_large_whole_number() -> None:
    found = list(amounts(MADE))
    assert len(found) > 10
    assert [name for name, schema in found if (schema.get("type"), schema.get("format")) != ("integer", "int64")] == []


def amounts(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property that is named as öre, null aside."""
    if isinstance(schema, list):
        for one in schema:
            yield from amounts(one)
    elif isinstance(schema, dict):
        for name, one in schema.items():
            if name.endswith("_ore") and isinstance(one, dict):
                yield name, next((other for other in one.get("anyOf", []) if other.get("type") != "null"), one)
            yield from amounts(one)
