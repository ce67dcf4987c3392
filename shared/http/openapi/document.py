"""The OpenAPI 3.1 document, put together from the routes, the tables of the areas, and the types that they name."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter

from shared.http.idempotency import LONGEST_KEY
from shared.http.openapi import (
    accounts,
    api_keys,
    billing,
    callbacks,
    catalogue,
    contacts,
    gifts,
    itself,
    ledger,
    members,
    misuse,
    privacy,
    problems,
    registers,
    sends,
    sessions,
    staff,
    webhook_events,
    webhooks,
)
from shared.http.openapi.operation import Content, Operation
from shared.http.openapi.parameters import PLACES
from shared.http.openapi.routes import ROUTES, Route
from shared.http.staff import HEADER

AREAS = (
    api_keys,
    accounts,
    members,
    billing,
    ledger,
    sends,
    gifts,
    catalogue,
    privacy,
    callbacks,
    contacts,
    staff,
    registers,
    sessions,
    itself,
    misuse,
    webhooks,
)
Schema = dict[str, Any]

HOW = """UpUp sends an SMS and a surprise gift from a company to its customers.

Money is in whole öre, times are RFC 3339 in UTC, ids are opaque strings with a prefix. Every refusal is a problem
document (RFC 9457) that names all faults at once. Lists go newest first: `next_cursor` of one page is `cursor` of the
next. A write that costs money takes an `Idempotency-Key`: the same key and body give the first answer again for 24 h.
"""
SECURITY: dict[str, Schema] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, `upup_live_…` or `upup_test_…`, with the scope that the operation names.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "What logging in sets; over plain HTTP on loopback it is called `session`.",
    },
    "staff": {
        "type": "apiKey",
        "in": "header",
        "name": HEADER,
        "description": "Identity-Aware Proxy's own word, which it adds for UpUp's staff.",
    },
}
KEY_PARAMETER: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body give the first answer again for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
}
DEFINITION = "#/components/schemas/{model}"
_LIST_OF = re.compile("(?:Listed|Whole)_([A-Za-z]+)_")


def operations() -> dict[str, tuple[str, Operation]]:
    """Every area's rows, each with the area's name. Raises ValueError where two areas have the same."""
    found: dict[str, tuple[str, Operation]] = {}
    for area in AREAS:
        for route, operation in area.OPERATIONS.items():
            if route in found:
                raise ValueError(f"{route} stands in two areas")
            found[route] = area.__name__.rpartition(".")[2], operation
    return found


def document(routes: Sequence[Route] = ROUTES) -> Schema:
    """Raises ValueError where the tables and the routes do not name the same."""
    table = operations()
    if missing := sorted({str(route) for route in routes} ^ table.keys()):
        raise ValueError(f"in the routes or in the tables alone: {', '.join(missing)}")
    schemas, definitions = _schemas(operation for _, operation in table.values())
    paths: dict[str, Schema] = {}
    for route in routes:
        area, operation = table[str(route)]
        one = _operation(route, operation, area, schemas)
        paths.setdefault(_template(route.path), {})[route.method.lower()] = one
    return {
        "openapi": "3.1.0",
        "info": {"title": "UpUp", "version": "1", "description": HOW},
        "servers": [{"url": "/"}],
        "tags": [{"name": area.__name__.rpartition(".")[2], "description": area.__doc__} for area in AREAS],
        "paths": dict(sorted(paths.items())),
        "webhooks": webhook_events.webhooks(),
        "components": {
            "schemas": {"Problem": problems.PROBLEM, "Fault": problems.FAULT, **definitions},
            "responses": problems.components(),
            "headers": problems.HEADERS,
            "securitySchemes": SECURITY,
        },
    }


def text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _operation(route: Route, operation: Operation, area: str, schemas: dict[Any, Schema]) -> Schema:
    found: Schema = {
        "operationId": _operation_id(route),
        "tags": [area],
        "summary": operation.summary,
        "description": _description(route, operation),
        "security": _security(route),
        "parameters": [*_parameters(route, operation)],
        "responses": _responses(route, operation, schemas),
    }
    if operation.body is not None or operation.other_bodies:
        found["requestBody"] = _request_body(operation, schemas)
    return {name: value for name, value in found.items() if value or name == "security"}


def _description(route: Route, operation: Operation) -> str:
    lines = [operation.notes]
    if route.role:
        lines.append(f"Role: {route.role}. " + (f"Scope: {route.scope}." if route.scope else "Not for API keys."))
    if route.careful:
        lines.append("A person with a second factor must have shown it lately.")
    return "\n\n".join(line for line in lines if line)


def _security(route: Route) -> list[Schema]:
    if route.staff:
        return [{"staff": []}]
    if not route.role:
        return []
    return [{"session": []}, *([{"key": [route.scope]}] if route.scope else [])]


def _parameters(route: Route, operation: Operation) -> Iterator[Schema]:
    for place in route.places:
        yield {"name": place, "in": "path", "required": True, "schema": PLACES[place]}
    for query in operation.query:
        described = {"description": query.says} if query.says else {}
        yield {"name": query.name, "in": "query", **described, "schema": dict(query.schema)}
    if operation.idempotent:
        yield KEY_PARAMETER


def _request_body(operation: Operation, schemas: dict[Any, Schema]) -> Schema:
    content: Schema = {}
    if operation.body is not None:
        content["application/json"] = {"schema": schemas[operation.body]}
        if operation.example is not None:
            content["application/json"]["example"] = operation.example
    for media, schema in operation.other_bodies.items():
        content[media] = {"schema": schema}
    return {"required": True, "content": content}


def _responses(route: Route, operation: Operation, schemas: dict[Any, Schema]) -> Schema:
    found: Schema = {}
    for status, content in operation.answers.items():
        answer: Schema = {"description": "Done." if status < 300 else "Not changed."}
        if content is not None:
            answer["content"] = dict(_media(one, schemas) for one in _each(content))
        found[str(status)] = answer
    more = schemas[operation.problem_with] if operation.problem_with else {}
    return found | problems.of(route, operation, more)


def _schemas(rows: Iterator[Operation]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """The schema of each type that the rows name, and the definitions that these refer to."""
    bodies: dict[Any, None] = {}
    answers: dict[Any, None] = {}
    for row in rows:
        if row.body is not None:
            bodies[row.body] = None
        answers |= dict.fromkeys(_types(row))
    inputs: list[Any] = [(body, "validation", TypeAdapter(body)) for body in bodies]
    outputs: list[Any] = [(answer, "serialization", TypeAdapter(answer)) for answer in answers]
    found, definitions = TypeAdapter.json_schemas([*inputs, *outputs], ref_template=DEFINITION)
    named = _plainly_named({"of": {key: schema for (key, _), schema in found.items()}, **definitions})
    return named["of"], named.get("$defs", {})


def _plainly_named(schema: Any) -> Any:
    """Lists called after what is in them, and no titles that say a field's name again."""
    if isinstance(schema, list):
        return [_plainly_named(one) for one in schema]
    if isinstance(schema, str):
        return _LIST_OF.sub(r"\1List", schema)
    if not isinstance(schema, dict):
        return schema
    return {
        _plainly_named(key): _plainly_named(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }


def _types(row: Operation) -> Iterator[Any]:
    for content in (*row.answers.values(), row.problem_with):
        yield from (one for one in _each(content) if not isinstance(one, str))


def _each(content: Content) -> tuple[type | str, ...]:
    if content is None:
        return ()
    return content if isinstance(content, tuple) else (content,)


def _media(content: type | str, schemas: dict[Any, Schema]) -> tuple[str, Schema]:
    if isinstance(content, str):
        return content, {"schema": {"type": "object" if content.endswith("json") else "string"}}
    return "application/json", {"schema": schemas[content]}


def _template(path: str) -> str:
    return re.sub("<([^>]*)>", r"{\1}", path)


def _operation_id(route: Route) -> str:
    words = re.sub(r"[^a-z]+", "_", re.sub("<[^>]*>", "one", route.path.removeprefix("/v1"))).strip("_")
    page = "page_" if not route.path.startswith("/v1") else ""
    return f"{route.method.lower()}_{page}{words}"
