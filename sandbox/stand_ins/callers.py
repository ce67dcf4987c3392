"""Who calls a gRPC stand-in: the first words of the user agent, where the cloud reads a service account's token."""

from typing import Any

_GRPC = "grpc-"
"""gRPC's own words come last."""


def caller_of(details: Any) -> str:
    """Empty where the call does not say."""
    agent: str = dict(details.invocation_metadata).get("user-agent", "")
    return agent.partition(_GRPC)[0].strip()
