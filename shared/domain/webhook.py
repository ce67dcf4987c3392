"""Outgoing webhooks: which events there are, when a call is tried again, and which addresses are never called."""

import ipaddress
from collections.abc import Collection
from datetime import timedelta

EVENTS = (
    "delivery.sent",
    "delivery.delivered",
    "delivery.failed",
    "delivery.unknown",
    "delivery.opted_out",
    "delivery.cancelled",
    "gift.redeemed",
    "send.done",
)
REDEEMED = "gift.redeemed"
DONE = "send.done"
TEST = "test.ping"
"""Told to one endpoint when its owner asks for it."""

GROUPS = ("delivery.*",)
SUBSCRIBABLE = (*GROUPS, *EVENTS)

MOST_ENDPOINTS = 10
"""Of one company."""

SECRET_BYTES = 24
OLD_SECRET_LIFE = timedelta(hours=24)
"""How long a replaced secret goes on signing."""

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20, minutes=25),
)
"""After each failed try: three days together, as Standard Webhooks advises."""

PATIENCE = timedelta(days=3)
"""An endpoint that has answered no call for so long is disabled, and its owners are told. No longer than the waits
together: so one that is told of a single event is disabled too when that is given up."""

GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
EMBEDDING_V6 = tuple(map(ipaddress.IPv6Network, ("2002::/16", "2001::/32")))
"""6to4 and Teredo, which lead to an IPv4 address within them, as mapped ones and NAT64 outside the global ones do: who
has a public one can be called at that."""


def subscribes(chosen: Collection[str], event: str) -> bool:
    """Whether an endpoint that chose these is told of the event."""
    return event in chosen or f"{event.partition('.')[0]}.*" in chosen


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after that many tries; None where it is given up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: no loopback, private, link-local, metadata or embedded one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (
        found not in GLOBAL_V6 or any(found in net for net in EMBEDDING_V6)
    ):
        return False
    return found.is_global and not found.is_multicast
