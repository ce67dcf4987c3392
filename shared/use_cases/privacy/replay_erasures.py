"""After a restore: everything that was erased is erased again. Doing it twice, or without need, changes nothing."""

from datetime import datetime

from msgspec import Struct

from shared.database.queries import agreements, contacts, invitations, people, persons_data
from shared.database.transactions import Database, Transaction, insist
from shared.ports import Erasure, ErasureLog
from shared.privacy.fingerprint import NumberHashes
from shared.privacy.tokens import TokenHasher
from shared.use_cases.privacy.carry_out_request import close_open
from shared.use_cases.privacy.erase_person import erase_recipient


class Replayed(Struct):
    """`waiting`: deliveries whose SMS is in a call just now, so that the replay must come once more."""

    entries: int = 0
    deliveries: int = 0
    memberships: int = 0
    companies: int = 0
    waiting: int = 0


def replay_erasures(
    database: Database, tokens: TokenHasher, number_hashes: NumberHashes, erasure_log: ErasureLog, now: datetime
) -> Replayed:
    """Only what is older than its erasure goes: who has come back since then stays. Raises `SupplierUnavailable`.

    Suppliers are not asked to erase again, as nothing was restored there. What they were told since the backup is not
    known any more, so the next night tells them of everybody.
    """
    replayed = Replayed()
    insist(database, contacts.doubt_all)
    for entry in erasure_log.entries():
        replayed.entries += 1
        if entry.fingerprint:
            erased = erase_recipient(
                database,
                tokens,
                number_hashes,
                entry.company_id,
                entry.fingerprint,
                entry.at,
                now,
                opt_out_too=entry.opt_out_too,
            )
            _close_open(database, entry, now)
            replayed.deliveries += erased.erased
            replayed.waiting += erased.waiting
        elif entry.person_id:
            _account_holder(database, entry, entry.person_id, now, replayed)
        else:
            replayed.companies += _company(database, entry.company_id, now)
    return replayed


def _close_open(database: Database, entry: Erasure, now: datetime) -> None:
    insist(database, lambda tx: close_open(tx, entry.company_id, entry.fingerprint, None, entry.at, now))


def _account_holder(database: Database, entry: Erasure, person_id: str, now: datetime, replayed: Replayed) -> None:
    def erase(tx: Transaction) -> int:
        removed = persons_data.remove_member(tx, entry.company_id, person_id, entry.at)
        close_open(tx, entry.company_id, None, person_id, entry.at, now)
        person = people.get(tx, person_id)
        if person and not persons_data.goes_on_elsewhere(tx, person_id):
            invitations.remove_to(tx, person.email, entry.at)
        persons_data.remove_person(tx, person_id)
        return removed

    replayed.memberships += insist(database, erase)


def _company(database: Database, company_id: str, now: datetime) -> bool:
    """`end_agreements` goes on with it from the beginning."""
    return insist(database, lambda tx: agreements.end_again(tx, company_id, now))
