"""What a Pub/Sub message becomes: its ids, and an answer that Pub/Sub understands.

Returning acknowledges; raising makes it come again with backoff.
"""

import base64
import json
import logging
from collections.abc import Callable
from typing import Any, Protocol

from shared.ports import ClaimedElsewhere, OutcomeUnknown, SupplierPaused, SupplierUnavailable
from shared.privacy.redaction import describe
from shared.privacy.sealing import Unreadable
from shared.privacy.transit import TransitKeyGone

log = logging.getLogger(__name__)


class CloudEvent(Protocol):
    @property
    def data(self) -> Any: ...


class TryAgain(Exception):
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
        log.error("a message was dropped: %s", error)
        return
    try:
        work(**found)
    except (SupplierUnavailable, OutcomeUnknown, ClaimedElsewhere) as error:
        log.warning("%s comes again: %s %s", work.__name__, type(error).__name__, error)
        raise TryAgain(work.__name__) from None
    except SupplierPaused as error:
        # acknowledged: an outage must not make dead letters, and the sweep asks again
        log.info("%s is left to the sweep: %s", work.__name__, error)
    except (TransitKeyGone, Unreadable) as error:
        log.error("%s can never work: %s", work.__name__, type(error).__name__)
    except Exception as error:
        log.error("%s comes again: %s", work.__name__, describe(error))
        raise TryAgain(work.__name__) from None


def _read(event: CloudEvent, fields: dict[str, type]) -> dict[str, Any]:
    try:
        body = json.loads(base64.b64decode(event.data["message"]["data"], validate=True))
        found = {name: body[name] for name in fields}
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UselessMessage("not a message of ours") from None
    if not all(isinstance(found[name], kind) for name, kind in fields.items()):
        raise UselessMessage("a field of another type")
    return found
