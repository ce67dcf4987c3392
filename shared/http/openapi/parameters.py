"""What stands in paths, and the parameters that many calls have."""

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
    "grant_id": id_like("grt"),
    "letter_id": id_like("ded"),
    "opt_out_id": id_like("opt"),
    "request_id": id_like("prq"),
    "send_id": id_like("snd"),
    "sender_id": id_like("snm"),
    "secret": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
    "token": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
}
"""By the name that the path gives them."""

LIMIT = Query("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}, "The most of one page.")
CURSOR = Query("cursor", {"type": "string"}, "The `next_cursor` of the page before, unchanged.")
PAGE = (LIMIT, CURSOR)
"""Of every list."""

DAY: dict[str, object] = {"type": "string", "format": "date"}
FORM: dict[str, dict[str, object]] = {
    "application/x-www-form-urlencoded": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string", "enum": ["export", "erase"]}},
    }
}
"""Of the gift's page."""
