"""What a Pub/Sub message becomes: its ids, and an answer that Pub/Sub understands.

Returning acknowledges; raising makes it come again with backoff.
"""

import base64
import json
from collections.abc import Callable
from typing import Any, Protocol

from shared.observability.context import about
from shared.observability.handler import ToldAlready
from shared.observability.logs import fault, tell
from shared.ports import ClaimedElsewhere, OutcomeUnknown, SupplierPaused, SupplierUnavailable
from shared.privacy.redaction import describe
from shared.privacy.sealing import Unreadable
from shared.privacy.transit import TransitKeyGone


class CloudEvent(Protocol):
    @property
    def data(self) -> Any: ...


class TryAgain(ToldAlready):
    """The message comes again. It says nothing of what went wrong: the framework logs it."""


class UselessMessage(Exception):
    """It is not one of ours and never will be."""


def consume(event: CloudEvent, work: Callable[..., None], **fields: type) -> None:
    """Call `work` with the message's fields, which must be of the types given.

    A message that can never work is acknowledged and logged. Raises `TryAgain` for one that may work later.
    """
    consume_as(event, lambda one: _read(one, fields), work)


def consume_as(event: CloudEvent, read: Callable[[CloudEvent], dict[str, Any]], work: Callable[..., None]) -> None:
    """`consume`, where `read` makes the work's arguments of a message or raises `UselessMessage`."""
    try:
        found = read(event)
    except UselessMessage as error:
        fault(f"a message was dropped: {error}", work=work.__name__)
        return
    about(**{name: one for name, one in found.items() if name.endswith("_id")})
    try:
        work(**found)
    except (SupplierUnavailable, OutcomeUnknown, ClaimedElsewhere) as error:
        fault(f"comes again: {type(error).__name__} {error}", "WARNING", work=work.__name__)
        raise TryAgain(work.__name__) from None
    except SupplierPaused as error:
        # acknowledged: an outage must not make dead letters, and the sweep asks again
        fault(f"left to the sweep: {error}", "INFO", work=work.__name__)
    except (TransitKeyGone, Unreadable) as error:
        fault(f"can never work: {type(error).__name__}", work=work.__name__)
    except Exception as error:
        fault(f"comes again: {describe(error)}", work=work.__name__)
        raise TryAgain(work.__name__) from None
    else:
        tell({"work": work.__name__, "message": "done"})


def _read(event: CloudEvent, fields: dict[str, type]) -> dict[str, Any]:
    try:
        body = json.loads(base64.b64decode(event.data["message"]["data"], validate=True))
        found = {name: body[name] for name in fields}
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UselessMessage("not a message of ours") from None
    if not all(isinstance(found[name], kind) for name, kind in fields.items()):
        raise UselessMessage("a field of another type")
    return found
