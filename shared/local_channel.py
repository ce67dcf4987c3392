"""The way to a stand-in for one of Google's services on this machine; it takes us for whom we say we are."""

from typing import Any

RECONNECTING = ("grpc.max_reconnect_backoff_ms", 2_000)
"""To one that was away: gRPC's own patience grows to two minutes."""
CALLER = "grpc.primary_user_agent"
"""Elsewhere the service account's token says who calls."""


def open_channel(address: str, caller: str) -> Any:
    import grpc

    return grpc.insecure_channel(address, options=[RECONNECTING, *([(CALLER, caller)] if caller else [])])
