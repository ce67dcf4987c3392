"""What a company may still do while it is stopped: read, leave, lessen, and all that it owes to people."""

from shared.database.queries.people import Session
from shared.domain.errors import Forbidden
from shared.http.authentication import SAFE_METHODS

ALLOWED = (
    "POST /v1/account/",
    "PATCH /v1/account",
    "POST /v1/billing/portal",
    "POST /v1/sends/quote",
    "POST /v1/sms/preview",
    "POST /v1/privacy/",
    "POST /v1/session/company",
    "PATCH /v1/session/person",
    "PATCH /v1/members/",
    "POST /v1/opt-outs",
    "POST /v1/session/",
    "PATCH /v1/session/",
    "POST /v1/second-factor",
    "DELETE /v1/",
)
"""How such requests begin. Recipients' wishes are carried out, whatever the company has done."""

NEVER = "DELETE /v1/opt-outs"
"""Nobody is opened again to a company that is stopped for what it sends."""


def check_not_stopped(session: Session, method: str, path: str) -> None:
    """Raises `Forbidden` for what a stopped company may not do. The session is as the request found it."""
    if session.stop_reason is None or method in SAFE_METHODS or _is_allowed(f"{method} {path.rstrip('/')}"):
        return
    raise Forbidden(f"UpUp has stopped this account: {session.stop_reason} It can be read only. Write to us.")


def _is_allowed(call: str) -> bool:
    if call.startswith("POST /v1/sends/") and call.endswith(("/cancel", "/cancel-gift")):
        return True
    return call.startswith(ALLOWED) and not call.startswith(NEVER)
