"""What the console's calls share: refusals, and how their bodies are read."""

from __future__ import annotations

import re
from datetime import datetime

from flask import request


class CallError(Exception):
    """The call is answered with this status and message; `code` is the kind of refusal, for the page's own words."""

    def __init__(self, status: int, message: str, code: str = "malformed") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def body() -> dict[str, object]:
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise CallError(400, "the body must be a JSON object")
    return found


def texts(*names: str) -> list[str]:
    """The body's values of these names, all of them texts that are not blank."""
    values = [body().get(name) for name in names]
    found = [value for value in values if isinstance(value, str) and value.strip()]
    if len(found) != len(names):
        raise CallError(400, f"the body must have the texts {', '.join(names)}")
    return found


def amount() -> int | None:
    found = body().get("amount_ore")
    if found is not None and not (isinstance(found, int) and found > 0):
        raise CallError(400, "amount_ore must be a whole number above 0")
    return found


def limit() -> int | None:
    text = request.args.get("limit", "")
    if text and not text.isdecimal():
        raise CallError(400, "limit must be a whole number")
    return int(text) if text else None


def international(number: str) -> str:
    """A number as a person may write it, as +46…; a `+` that a query string made a space comes back."""
    digits = re.sub(r"[^0-9]", "", number)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+46{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
