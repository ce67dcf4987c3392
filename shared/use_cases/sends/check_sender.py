"""Whether a company may use a sender, and whether its text must be seen by a person first."""

from collections.abc import Collection
from datetime import datetime

from shared.database.queries import companies, sender_names
from shared.database.queries.sender_names import SenderName
from shared.database.queries.wanted_sends import KnownSender
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.errors import Fault
from shared.domain.misuse import MOST_SENDERS, ByItself, State, kind_of

NOT_APPROVED = "sender_not_approved"
HELD = "held_for_review"

UNKNOWN = "This sender is not approved for your company. Use one of GET /v1/senders, or ask with POST /v1/senders."
NOT_OURS = "This number is not one that UpUp gave your company. Use a name, or one of GET /v1/senders."
WAITS = "UpUp has not approved this sender yet. You see its state in GET /v1/senders; send again when it is approved."
REFUSED = "UpUp has refused this sender: GET /v1/senders says why. Use another."
LOOKS_LIKE = (
    "This sender looks like a bank's, an authority's or another known name, so a person at UpUp looks at it first. "
    "You see its state in GET /v1/senders; send again when it is approved."
)
TEXT_HELD = (
    "The text speaks of banks, codes or accounts as fraud does, so a person at UpUp looks at it first. They may ask "
    "you for it, as it is not kept. GET /v1/senders says when such texts are approved; send again then."
)
TEXT_REFUSED = "UpUp does not let this sender write of banks, codes or accounts. Write otherwise."


def sender_faults(
    sender: str, known: KnownSender | None, suspicious: bool, by_itself: Collection[ByItself]
) -> list[Fault]:
    """Why it may not be sent like this now; empty where it may. `by_itself`: what no person need approve."""
    faults = []
    if known is None and kind_of(sender) not in by_itself:
        faults.append(_not_known(sender))
    if known is not None and known.state != State.APPROVED:
        faults.append(_not_yet(sender, known.state))
    if suspicious and ByItself.TEXTS not in by_itself and not (known and known.texts == State.APPROVED):
        refused = known is not None and known.texts == State.REFUSED
        faults.append(Fault("message", HELD, TEXT_REFUSED if refused else TEXT_HELD))
    return faults


def note_sender(
    database: Database, company_id: str, sender: str, suspicious: bool, by_itself: Collection[ByItself], now: datetime
) -> None:
    """Write down what a send asks for: a sender that needs no person as approved, and for staff what is held.

    Before the send's own transaction: what is refused there must stay written. Of the text nothing is.
    """
    with database.transaction() as tx:
        known = sender_names.find(tx, company_id, sender)
        if known is not None and not suspicious:
            return
        company = companies.get(tx, company_id)
        if company is None or company.state != "active":
            return
        if known is None:
            _add(tx, company_id, sender, by_itself, now)
    if suspicious and ByItself.TEXTS not in by_itself:
        with database.transaction() as tx:  # of its own: who waited for the row above shares its lock
            sender_names.ask_for_texts(tx, company_id, sender, now)


def _add(tx: Transaction, company_id: str, sender: str, by_itself: Collection[ByItself], now: datetime) -> None:
    kind = kind_of(sender)
    approved = kind in by_itself
    if (approved or kind is ByItself.LOOK_ALIKES) and sender_names.count(tx, company_id) < MOST_SENDERS:
        sender_names.add(tx, new_sender(company_id, sender, approved, now))


def new_sender(company_id: str, sender: str, approved: bool, now: datetime) -> SenderName:
    state, decided_at = (State.APPROVED, now) if approved else (State.ASKED, None)
    return SenderName(ids.new_id("snm"), company_id, sender, state, None, None, now, decided_at)


def _not_known(sender: str) -> Fault:
    if kind_of(sender) is ByItself.NUMBERS:
        return Fault("sender", NOT_APPROVED, NOT_OURS)
    if kind_of(sender) is ByItself.LOOK_ALIKES:
        return Fault("sender", HELD, LOOKS_LIKE)
    return Fault("sender", NOT_APPROVED, UNKNOWN)


def _not_yet(sender: str, state: str) -> Fault:
    if state == State.REFUSED:
        return Fault("sender", NOT_APPROVED, REFUSED)
    if kind_of(sender) is ByItself.LOOK_ALIKES:
        return Fault("sender", HELD, LOOKS_LIKE)
    return Fault("sender", NOT_APPROVED, WAITS)
