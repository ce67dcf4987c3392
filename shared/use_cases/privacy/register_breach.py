"""The breach register: a breach is written down, added to, and its companies are to be told."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from shared.database.queries import breaches, staff_log
from shared.database.queries.breaches import Breach, Entry
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.breach import MOVES, BreachState
from shared.domain.errors import Conflict, Fault, NotAcceptable, NotFound

CLOCKS_DIFFER = timedelta(minutes=5)


def register_breach(database: Database, breach: Breach, measures: str, company_ids: Sequence[str]) -> str:
    """Write it down with its first entry; its id. `company_ids` count where it does not concern all.

    Raises `NotAcceptable`.
    """
    kept = replace(breach, id=ids.new_id("brc"))
    staff, now = kept.registered_by, kept.registered_at
    with database.transaction() as tx:
        _check(tx, kept, company_ids)
        breaches.add(tx, kept)
        if kept.all_companies:
            breaches.concern_all(tx, kept.id)
        else:
            breaches.concern(tx, kept.id, sorted(set(company_ids)))
        breaches.add_entry(tx, Entry(kept.id, now, staff, BreachState.OPEN, measures))
        staff_log.add(tx, staff, Action.BREACH_REGISTER, [kept.id], now)
    return kept.id


def _check(tx: Transaction, breach: Breach, company_ids: Sequence[str]) -> None:
    faults = []
    if breach.found_at > breach.registered_at + CLOCKS_DIFFER:
        faults.append(Fault("found_at", "in_the_future", "It was found now at the latest."))
    if breach.happened_at > breach.found_at:
        faults.append(Fault("happened_at", "after_found_at", "It happened before it was found."))
    if not breach.all_companies and set(company_ids) - breaches.known_companies(tx, company_ids):
        faults.append(Fault("companies", "unknown", "Some of these are no accounts."))
    if faults:
        raise NotAcceptable("Some fields need to be mended.", faults)


def add_to_breach(database: Database, entry: Entry) -> str:
    """What was done since, or another state; the breach's id.

    Raises `NotFound`, and `Conflict` for a state it cannot go to.
    """
    with database.transaction() as tx:
        _lock(tx, entry.breach_id)
        state = breaches.standings(tx, [entry.breach_id])[entry.breach_id].state
        if entry.state is not None and entry.state not in MOVES[state]:
            raise Conflict(f"This breach is {state} and cannot become {entry.state}.")
        breaches.add_entry(tx, entry)
        staff_log.add(tx, entry.staff, Action.BREACH_CHANGE, [entry.breach_id], entry.at)
    return entry.breach_id


def order_telling(database: Database, entry: Entry) -> str:
    """Let `tell_of_breaches` mail the entry's message to each owner once; the breach's id.

    The same message again is for owners who came since. Raises `NotFound`.
    """
    with database.transaction() as tx:
        _lock(tx, entry.breach_id)
        entry_id = breaches.entry_with_message(tx, entry.breach_id, entry.message or "")
        if entry_id is None:
            entry_id = breaches.add_entry(tx, entry)
        breaches.order_notices(tx, entry.breach_id, entry_id)
        staff_log.add(tx, entry.staff, Action.BREACH_TELL, [entry.breach_id], entry.at)
    return entry.breach_id


def _lock(tx: Transaction, breach_id: str) -> None:
    if breaches.lock(tx, breach_id) is None:
        raise NotFound("There is no such breach.")
