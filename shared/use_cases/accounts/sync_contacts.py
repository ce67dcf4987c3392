"""What no message brought to a supplier: every minute what stands still, every night whatever is out of step."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.database.queries import contacts
from shared.database.queries.contacts import Holder
from shared.database.transactions import Database, Transaction
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts.ask_for_sync import ask_for_sync
from shared.use_cases.accounts.sync_contact import contact_of, digest_of

STANDS_STILL = timedelta(minutes=3)
AT_ONCE = 100


def sweep_contacts(database: Database, now: datetime) -> int:
    """Ask again for what was asked for a while ago, some at a time, and not while the supplier is left in peace."""
    with database.transaction() as tx:
        waiting = contacts.standing_still(tx, now - STANDS_STILL, now, AT_ONCE)
        contacts.nudge(tx, waiting, now)
        ask_for_sync(tx, waiting, now)
    return len(waiting)


def sync_contacts(database: Database, tokens: TokenHasher, now: datetime) -> dict[str, int]:
    """Compare everybody with what the suppliers were told last, and ask for those who differ."""
    asked, after = 0, ""
    while True:
        with database.transaction() as tx:
            page = contacts.page(tx, after, AT_ONCE)
            out_of_step = _out_of_step(tx, tokens, page, now)
            contacts.want(tx, out_of_step, now)
            ask_for_sync(tx, out_of_step, now)
        asked += len(out_of_step)
        if len(page) < AT_ONCE:
            break
        after = page[-1]
    with database.transaction() as tx:
        forgotten = contacts.forget_nobodys(tx)
    return {"asked": asked, "forgotten": forgotten}


def _out_of_step(
    tx: Transaction, tokens: TokenHasher, person_ids: Sequence[str], now: datetime
) -> list[tuple[str, str]]:
    """What waits already is the sweep's."""
    known = contacts.syncs(tx, person_ids)
    found = []
    for person_id, holder in contacts.holders(tx, person_ids).items():
        for supplier in contacts.SUPPLIERS:
            sync = known.get((person_id, supplier))
            if sync is not None and sync.nudged_at is not None:
                continue
            if (sync.digest if sync else None) != _wanted(tx, tokens, supplier, holder, now, is_known=sync is not None):
                found.append((person_id, supplier))
    return found


def _wanted(
    tx: Transaction, tokens: TokenHasher, supplier: str, holder: Holder, now: datetime, *, is_known: bool
) -> bytes | None:
    """The digest that the supplier's should be; one that none is where the supplier should have nothing and has."""
    contact = contact_of(tx, holder, supplier, now)
    if contact is None:
        return b"" if is_known else None
    return digest_of(tokens, supplier, contact)
