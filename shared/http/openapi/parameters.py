"""What stands in paths, and the parameters that many calls have."""

from shared.domain.misuse import State
from shared.http.csv_file import FORMATS, LANGUAGES
from shared.http.openapi.operation import Query
from shared.http.paging import DEFAULT, MOST


def id_like(prefix: str) -> dict[str, object]:
    return {"type": "string", "pattern": f"^{prefix}_[a-z0-9]{{1,40}}$"}


PLACES: dict[str, dict[str, object]] = {
    "account_id": id_like("acc"),
    "breach_id": id_like("brc"),
    "delivery_id": id_like("dlv"),
    "disclosure_id": id_like("dis"),
    "domain_id": id_like("lnd"),
    "endpoint_id": id_like("whe"),
    "gift_code": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"},
    "grant_id": id_like("grt"),
    "key_id": id_like("key"),
    "invitation_id": id_like("inv"),
    "letter_id": id_like("ded"),
    "member_id": id_like("mbr"),
    "message_id": id_like("evt"),
    "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "opt_out_id": id_like("opt"),
    "product": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,31}$"},
    "request_id": id_like("prq"),
    "send_id": id_like("snd"),
    "sender_id": id_like("snm"),
    "session_id": id_like("ses"),
    "secret": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
    "token": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
}
"""By the name that the path gives them."""

LIMIT = Query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}, "The most of one page.")
CURSOR = Query("cursor", {"type": "string"}, "The `next_cursor` of the page before, unchanged.")
PAGE = (LIMIT, CURSOR)
"""Of every list."""

STATE = Query("state", {"type": "string", "enum": [str(one) for one in State]})
"""Of a sender or a link domain."""

TESTS = Query("test", {"type": "boolean", "default": False}, "What test keys made; a test key sees nothing else.")

DAY: dict[str, object] = {"type": "string", "format": "date"}
MONTH: dict[str, object] = PLACES["month"]
OF_FILES = (
    Query("format", {"type": "string", "enum": list(FORMATS), "default": "csv"}, "`excel` opens by a double click."),
    Query("language", {"type": "string", "enum": list(LANGUAGES), "default": "en"}, "Of the columns' names."),
)
PAGE_LANGUAGE = Query("lang", {"type": "string"}, "`en` shows the page in English; it is Swedish otherwise.")
FORM: dict[str, dict[str, object]] = {
    "application/x-www-form-urlencoded": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "enum": ["export", "erase"]}},
    }
}
"""Of the gift's page."""

WHY = {"reason": "The list of recipients was bought."}
"""An example of what staff decide."""
