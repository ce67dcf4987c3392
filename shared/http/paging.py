"""Lists by keyset: a cursor names the last row that was shown, and is URL-safe as it is."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from flask import Request
from msgspec import Struct
from typing_extensions import TypedDict

from shared.domain.errors import Fault, NotAcceptable

DEFAULT = 50
MOST = 200
MOST_POSITIONS = 2**32 - 1

Item = TypeVar("Item")


class Listed(TypedDict, Generic[Item]):
    """A page of a list, newest first; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None


class Whole(TypedDict, Generic[Item]):
    """A list that is short enough to be shown at once."""

    items: list[Item]


class Page(Struct, frozen=True):
    limit: int
    after: list[str] | None
    """What the cursor was made of."""

    @property
    def before(self) -> tuple[datetime, str] | None:
        """The place of the last row shown, in a list by moment and id; None on the first page."""
        return (datetime.fromisoformat(self.after[0]), self.after[1]) if self.after else None


def read_page(request: Request, *places: Callable[[str], object]) -> Page:
    """`?limit=` and `?cursor=`, whose places these can read or raise ValueError. Raises `NotAcceptable`."""
    limit = request.args.get("limit", str(DEFAULT))
    faults = []
    if not (limit.isascii() and limit.isdecimal() and len(limit) <= 9 and 1 <= int(limit) <= MOST):
        faults.append(Fault("limit", "out_of_range", f"limit is a whole number from 1 to {MOST}."))
    after = None
    cursor = request.args.get("cursor")
    if cursor:
        after = _decode(cursor)
        if after is None or not _fits(after, places):
            faults.append(Fault("cursor", "invalid", "Use the next_cursor of an earlier page, unchanged."))
    if faults:
        raise NotAcceptable("The list cannot be shown like this.", faults)
    return Page(int(limit), after)


def read_state(request: Request, states: tuple[str, ...]) -> str | None:
    """`?state=` of a list, None for all. Raises `NotAcceptable`."""
    state = request.args.get("state")
    if state is None or state in states:
        return state
    fault = Fault("state", "unknown_state", f"state is one of {', '.join(states)}.")
    raise NotAcceptable("The list cannot be shown like this.", [fault])


def read_position(text: str) -> int:
    """A delivery's place in its send, as one of a cursor's places. Raises ValueError."""
    if not 0 <= (position := int(text)) <= MOST_POSITIONS:
        raise ValueError("no position")
    return position


def list_body(items: list[Item], limit: int, *last: str) -> Listed[Item]:
    """The page, with a cursor where there may be more; `last` is the place of its last item."""
    more = len(items) == limit
    return {"items": items, "next_cursor": _encode(list(last)) if more else None}


def _encode(places: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(places).encode()).decode("ascii").rstrip("=")


def _fits(after: list[str], places: Sequence[Callable[[str], object]]) -> bool:
    try:
        return all(one.isascii() and read(one) is not None for read, one in zip(places, after, strict=True))
    except ValueError:
        return False


def _decode(cursor: str) -> list[str] | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(place, str) for place in found) else None
