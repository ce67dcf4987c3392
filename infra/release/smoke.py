"""`python -m infra.release.smoke URL`: whether a deployed UpUp answers, and sends. The test key is
in SMOKE_KEY, a sender that its company may use in SMOKE_SENDER.

The send is a test: it costs nothing and reaches no phone, and goes by itself as every send does.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import requests

RESERVED_NUMBER = "070-174 06 05"
"""Of those that are kept for fiction: it is nobody's."""
TEST_KEYS = "upup_test_"
PAGES = ("/", "/privacy", "/login", "/portal")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "",
}
OVER_TLS = {"Strict-Transport-Security": "max-age="}
SECONDS = 120
CALL_SECONDS = 30


class SmokeFailed(Exception):
    """What did not answer as it should."""


def smoke(url: str, key: str, sender: str, say: Callable[[str], None], seconds: float = SECONDS) -> None:
    """Raises `SmokeFailed`, which never names the key."""
    _insist(key.startswith(TEST_KEYS), "SMOKE_KEY is no test key: another would send in earnest")
    with requests.Session() as session:
        session.trust_env = False
        for path in PAGES:
            _page(session, url, path)
        plans = _json(session, "GET", f"{url}/v1/plans")
        _insist(bool(plans["items"]), "/v1/plans lists no plan")
        processing = _json(session, "GET", f"{url}/v1/privacy/processing")
        _insist(bool(processing), "/v1/privacy/processing says nothing")
        session.headers["Authorization"] = f"Bearer {key}"
        send = _send(session, url, sender)
        shown = _done(session, url, send, seconds)
    say(f"smoke: pages, plans, processing and a test send {shown['id']} are well")


def _page(session: requests.Session, url: str, path: str) -> None:
    got = _call(session, "GET", f"{url}{path}")
    _insist(got.status_code == 200, f"{path} answers {got.status_code}")
    _insist(got.headers.get("Content-Type", "").startswith("text/html"), f"{path} is no page")
    wanted = HEADERS | (OVER_TLS if url.startswith("https://") else {})
    for name, part in wanted.items():
        _insist(part in got.headers.get(name, "(none)"), f"{path} lacks {name}: {part}")


def _send(session: requests.Session, url: str, sender: str) -> dict[str, Any]:
    """A number that is opted out, or a text that somebody must approve, would be an answer of another kind."""
    gifts = _json(session, "GET", f"{url}/v1/gifts")["items"]
    account = _json(session, "GET", f"{url}/v1/account")
    body = {
        "gift": gifts[0]["code"],
        "sender": sender,
        "message": "Hej {{first_name}}! {{link}}",
        "recipients": [{"phone": RESERVED_NUMBER, "first_name": "Prov"}],
        "consent": {"legal_basis": "consent", "text_version": account["dpa_version"]},
        "quiet_hours": False,
    }
    send = _json(session, "POST", f"{url}/v1/sends", body)
    _insist(send["recipients"]["accepted"] == 1, "the send took no recipient")
    return send


def _done(session: requests.Session, url: str, send: dict[str, Any], seconds: float) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while True:
        shown = _json(session, "GET", f"{url}/v1/sends/{send['id']}")
        if shown["state"] == "done":
            return shown
        _insist(time.monotonic() < until, f"the send is still {shown['state']} after {seconds:.0f} s")
        time.sleep(1)


def _json(session: requests.Session, method: str, address: str, body: object = None) -> dict[str, Any]:
    got = _call(session, method, address, body)
    _insist(got.ok, f"{method} {address} answers {got.status_code}: {got.text[:300]}")
    answer: dict[str, Any] = got.json()
    return answer


def _call(session: requests.Session, method: str, address: str, body: object = None) -> requests.Response:
    try:
        return session.request(method, address, json=body, timeout=CALL_SECONDS)
    except requests.RequestException as error:
        raise SmokeFailed(f"{method} {address}: {type(error).__name__}") from None


def _insist(holds: bool, fault: str) -> None:
    if not holds:
        raise SmokeFailed(fault)


if __name__ == "__main__":
    try:
        smoke(sys.argv[1].rstrip("/"), os.environ["SMOKE_KEY"], os.environ.get("SMOKE_SENDER", "UpUp"), print)
    except SmokeFailed as fault:
        sys.exit(f"smoke: {fault}")
