"""What the code of a route does not say by itself: a row of an area's table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from shared.domain.errors import Refusal

Content = type | str | None | tuple[type | str, ...]
"""A TypedDict or pydantic model in JSON, a media type, one of several of these, or no body."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter of the query; `schema` as in JSON Schema."""

    name: str
    schema: Mapping[str, object]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    summary: str
    answers: Mapping[int, Content]
    body: type[BaseModel] | None = None
    example: Mapping[str, Any] | None = None
    """A body that works in the sandbox."""
    other_bodies: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Schemas by media type, where more than JSON is taken."""
    query: Sequence[Query] = ()
    problems: Sequence[type[Refusal]] = ()
    """Beyond those that role, place, query and body bring with them."""
    idempotent: bool = False
    notes: str = ""
    problem_with: type | None = None
    """A TypedDict of what a 422 has beyond the problem document."""


def joined(*tables: Mapping[str, Operation]) -> dict[str, Operation]:
    """Several resources' tables as one area's. Raises ValueError where two name the same route."""
    found: dict[str, Operation] = {}
    for table in tables:
        if twice := sorted(found.keys() & table.keys()):
            raise ValueError(f"in two tables: {', '.join(twice)}")
        found |= table
    return found
