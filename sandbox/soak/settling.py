"""The second half of a soak: no more faults, time passes, and everything that can still move does."""

from __future__ import annotations

import time
from contextlib import suppress

import requests

from sandbox.demo.company import DemoError, wait_for
from sandbox.inside import Inside, Row
from sandbox.soak.customer import Customer

MINUTES_A_ROUND = 3
ROUNDS_AT_LEAST = 4
"""So that claims (2 minutes), standing still (2) and scheduled starts (4) are all behind us."""

QUIET_ROUNDS = 2
SECONDS_A_ROUND = 5
STILL_SECONDS = 15
"""What has not moved for so long stands still: on a busy machine a round may not be enough."""

SECONDS_AT_MOST = 300
JOBS = ("relay_outbox", "start_due_sends", "sweep_stuck", "poll_receipts", "poll_redemptions", "expire_gifts")


def settle(customer: Customer, inside: Inside, seconds: float) -> int:
    """Lets minutes pass until all has ended, or for so many seconds and until nothing moves any more.

    Returns how many dead letters were replayed.

    Nothing raises for what still stands still then: the checks tell.
    """
    wait_for(lambda: _answers(customer), "the product, after the faults")
    began = time.monotonic()
    ends, last = began + max(seconds, STILL_SECONDS), began + max(seconds, SECONDS_AT_MOST)
    quiet, rounds, replayed, seen = 0, 0, 0, _movement(inside)
    while rounds < ROUNDS_AT_LEAST or (quiet < QUIET_ROUNDS and time.monotonic() < min(ends, last)):
        customer.console("/api/clock/advance", {"hours": MINUTES_A_ROUND / 60})
        for job in JOBS:
            _run(customer, job)
        if customer.staff("/v1/staff/dead-letters")["items"]:
            replayed += int(customer.staff("/v1/staff/dead-letters/replay", {}).get("replayed", 0))
        before, (seen, quiet) = seen, _round(inside, seen, quiet)
        if seen != before:
            ends = max(ends, time.monotonic() + STILL_SECONDS)
        rounds += 1
    return replayed


def _round(inside: Inside, seen: list[Row], quiet: int) -> tuple[list[Row], int]:
    """Waits while things move; a round in which nothing did, and nothing is on its way, is a quiet one."""
    began, found = time.monotonic(), seen
    changed = False
    while time.monotonic() < began + SECONDS_A_ROUND:
        time.sleep(0.5)
        now = _movement(inside)
        moves, found = now != found, now
        changed |= moves
        if not moves and not _on_their_way(inside):
            break
    return found, 0 if changed or _on_their_way(inside) else quiet + 1


def _on_their_way(inside: Inside) -> int:
    return inside.value(
        "SELECT (SELECT COUNT(*) FROM deliveries WHERE state IN ('accepted', 'issuing', 'issued', 'sending', 'sent'))"
        " + (SELECT COUNT(*) FROM outbox)"
    )


def _movement(inside: Inside) -> list[Row]:
    """Something that is another whenever anything has moved."""
    return [
        *inside.rows("SELECT state, COUNT(*) FROM deliveries GROUP BY state ORDER BY state"),
        *inside.rows("SELECT state, COUNT(*) FROM coupons GROUP BY state ORDER BY state"),
        *inside.rows("SELECT COUNT(*), MAX(id) FROM ledger_entries"),
        *inside.rows("SELECT COUNT(*), MAX(id) FROM outbox"),
    ]


def _answers(customer: Customer) -> bool | None:
    try:
        customer.get("/v1/plans")
        customer.get("/v1/account")
    except (DemoError, requests.RequestException):
        return None
    return True


def _run(customer: Customer, job: str) -> None:
    with suppress(DemoError):  # it comes again in the next round, and a lasting failure leaves something undone
        customer.console("/api/schedule/run", {"function": job})
