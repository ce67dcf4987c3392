"""What UpUp tells a company's endpoints: the description's `webhooks`, one an event."""

from typing import Any

from shared.domain.webhook import DONE, EVENTS, REDEEMED, TEST
from shared.http.openapi.parameters import PLACES

Schema = dict[str, Any]

_SEND, _DELIVERY = PLACES["send_id"], PLACES["delivery_id"]
_TEST = {"type": "boolean", "description": "Of a test key's send, or of no send at all."}
_DATA: dict[str, Schema] = {
    TEST: {},
    DONE: {"send_id": _SEND},
    REDEEMED: {
        "send_id": {
            "anyOf": [_SEND, {"type": "null"}],
            "description": "Null once the send's numbers are encrypted, and in one that was taken before.",
        }
    },
}
_OF_A_DELIVERY: Schema = {
    "send_id": _SEND,
    "delivery_id": _DELIVERY,
    "reason": {"type": ["string", "null"], "description": "Why, where it is known."},
}
_HEADERS = {
    "webhook-id": "The message's id, the same at each try: what was seen before needs no work.",
    "webhook-timestamp": "Seconds since 1970 at this try. Refuse what is older than some minutes.",
    "webhook-signature": "`v1,` and Base64, one of each secret that counts, separated by spaces.",
}
_ANSWERS = {
    "2XX": {"description": "Taken. It is told no more."},
    "410": {"description": "The endpoint is called no more."},
    "default": {"description": "It is told again later, for three days."},
}


def webhooks() -> dict[str, Schema]:
    """By event."""
    return {event: {"post": _call(event)} for event in (*EVENTS, TEST)}


def _call(event: str) -> Schema:
    return {
        "operationId": "told_" + event.replace(".", "_"),
        "tags": ["webhooks"],
        "summary": f"An endpoint is told of {event}",
        "description": "Signed after Standard Webhooks. It names things by their ids, and no person.",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": says, "schema": {"type": "string"}}
            for name, says in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(event)}}},
        "responses": _ANSWERS,
    }


def _body(event: str) -> Schema:
    state = {} if event == TEST else {"state": {"const": event.partition(".")[2]}}
    data = {**_DATA.get(event, _OF_A_DELIVERY), **state, "test": _TEST}
    return _object(
        {"type": {"const": event}, "timestamp": {"type": "string", "format": "date-time"}, "data": _object(data)}
    )


def _object(properties: Schema) -> Schema:
    return {"type": "object", "required": [*properties], "properties": properties}
