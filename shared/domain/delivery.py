"""The states of a delivery: one recipient of one send. Every move goes through `move`."""

from enum import StrEnum


class DeliveryState(StrEnum):
    ACCEPTED = "accepted"
    ISSUING = "issuing"
    ISSUED = "issued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    OPTED_OUT = "opted_out"
    CANCELLED = "cancelled"


S = DeliveryState

MOVES: dict[DeliveryState, frozenset[DeliveryState]] = {
    S.ACCEPTED: frozenset({S.ISSUING, S.OPTED_OUT, S.CANCELLED, S.FAILED}),
    # back to accepted: ClearOn is away and has done nothing
    S.ISSUING: frozenset({S.ISSUED, S.ACCEPTED, S.FAILED, S.OPTED_OUT, S.CANCELLED}),
    S.ISSUED: frozenset({S.SENDING, S.OPTED_OUT, S.CANCELLED, S.FAILED}),
    # back to issued: Lekab is away and has done nothing
    S.SENDING: frozenset({S.SENT, S.ISSUED, S.FAILED, S.UNKNOWN}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    S.UNKNOWN: frozenset({S.SENT, S.DELIVERED, S.FAILED, S.ISSUED}),
    # a late receipt that says it arrived outweighs one that said it did not
    S.FAILED: frozenset({S.DELIVERED}),
    S.DELIVERED: frozenset(),
    S.OPTED_OUT: frozenset(),
    S.CANCELLED: frozenset(),
}

UNDER_WAY = (S.ACCEPTED, S.ISSUING, S.ISSUED, S.SENDING)
"""A send with a delivery in one of these is not done."""


class IllegalMove(Exception):
    """The state does not lead there; nothing was changed."""


def may_move(present: DeliveryState, wanted: DeliveryState) -> bool:
    return wanted in MOVES[present]


def move(present: DeliveryState, wanted: DeliveryState) -> DeliveryState:
    """The wanted state. Raises `IllegalMove`."""
    if not may_move(present, wanted):
        raise IllegalMove(f"{present} does not lead to {wanted}")
    return wanted


def sources(wanted: DeliveryState) -> tuple[DeliveryState, ...]:
    """The states that lead to the wanted one: what a set-based UPDATE may touch."""
    return tuple(state for state, targets in MOVES.items() if wanted in targets)
