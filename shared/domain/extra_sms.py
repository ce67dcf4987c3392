"""An SMS about a gift that was sent already: its company asks for it again, or UpUp reminds of it."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal

Language = Literal["sv", "en"]

MOST_RESENDS = 3

LIFE = timedelta(hours=72)
"""One that has not left by then is too late; the price of one in doubt is released so long after its call."""


class ExtraKind(StrEnum):
    RESEND = "resend"
    REMINDER = "reminder"


class ExtraState(StrEnum):
    """As a delivery's, from where its SMS waits to leave."""

    ACCEPTED = "accepted"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


S = ExtraState

MOVES: dict[ExtraState, frozenset[ExtraState]] = {
    S.ACCEPTED: frozenset({S.SENDING, S.FAILED}),
    # back to accepted: Lekab is away and has done nothing
    S.SENDING: frozenset({S.SENT, S.ACCEPTED, S.FAILED, S.UNKNOWN}),
    # only a worker that was slow, and not dead, still says what became of it
    S.UNKNOWN: frozenset({S.SENT, S.FAILED, S.ACCEPTED}),
    S.SENT: frozenset({S.DELIVERED, S.FAILED}),
    # a late receipt that says it arrived outweighs one that said it did not
    S.FAILED: frozenset({S.DELIVERED}),
    S.DELIVERED: frozenset(),
}


def sources(wanted: ExtraState) -> tuple[ExtraState, ...]:
    """The states that lead to the wanted one: what a set-based UPDATE may touch."""
    return tuple(state for state, targets in MOVES.items() if wanted in targets)


TEXTS: dict[ExtraKind, dict[Language, str]] = {
    ExtraKind.RESEND: {
        "sv": "Här är din gåva igen: {link} Vill du inte ha fler sms? Säg nej på sidan.",
        "en": "Here is your gift again: {link} No more texts? Say so on the page.",
    },
    ExtraKind.REMINDER: {
        "sv": "Du har en gåva som väntar: {link} Vill du inte ha fler sms? Säg nej på sidan.",
        "en": "You have a gift waiting: {link} No more texts? Say so on the page.",
    },
}


def text_of(kind: ExtraKind, language: Language, link: str) -> str:
    """Always one part of GSM-7: the company's own text is gone by now, and its name is the sender."""
    return TEXTS[kind][language].format(link=link)
