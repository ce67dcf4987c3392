"""The breach register: breaches, the entries that say what was done, whom they concern, and who was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.database.transactions import Transaction, columns
from shared.domain.breach import BreachState


class Breach(Struct, frozen=True):
    """A row of `breaches`: what was known when it was found."""

    id: str
    happened_at: datetime
    found_at: datetime
    what: str
    consequences: str
    all_companies: bool
    registered_by: str
    registered_at: datetime

    def __repr__(self) -> str:
        return f"Breach({self.id})"


class Entry(Struct, frozen=True):
    """A row of `breach_entries`; at least one of the last three is there."""

    breach_id: str
    at: datetime
    staff: str
    state: BreachState | None = None
    measures: str | None = None
    message: str | None = None

    def __repr__(self) -> str:
        return f"Entry({self.breach_id}, {self.state})"


class Standing(Struct, frozen=True):
    """How far a breach has come. Who is told of several messages is one to tell."""

    breach_id: str
    state: BreachState
    reported_at: datetime | None
    companies: int
    told: int
    to_tell: int


class Told(Struct, frozen=True):
    company_id: str
    member_id: str
    told_at: datetime


class Notice(Struct, frozen=True):
    """A mail that an owner is to get."""

    entry_id: int
    member_id: str
    company_id: str
    breach_id: str
    email: str
    message: str

    def __repr__(self) -> str:
        return f"Notice({self.entry_id}, {self.member_id})"


ENTRY = columns(Entry)


def _breach(*row: Any) -> Breach:
    found = Breach(*row)
    return replace(found, all_companies=bool(found.all_companies))


def add(tx: Transaction, one: Breach) -> None:
    names = columns(Breach).split(", ")
    tx.execute(
        f"INSERT INTO breaches ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        [getattr(one, name) for name in names],
    )


def concern(tx: Transaction, breach_id: str, company_ids: Sequence[str]) -> None:
    tx.insert_many(
        "INSERT INTO breach_companies (breach_id, company_id) VALUES (%s, %s)",
        [(breach_id, company_id) for company_id in company_ids],
    )


def concern_all(tx: Transaction, breach_id: str) -> None:
    """All whose agreement has not ended; what was theirs is erased."""
    tx.execute(
        "INSERT INTO breach_companies (breach_id, company_id) SELECT %s, id FROM companies WHERE state <> 'closed'"
        " /* all companies: it concerns all */",
        (breach_id,),
    )


def known_companies(tx: Transaction, company_ids: Sequence[str]) -> set[str]:
    return set(tx.values("SELECT id FROM companies WHERE id IN %s", (list(company_ids),)))


def add_entry(tx: Transaction, one: Entry) -> int:
    """Its id."""
    names = ENTRY.split(", ")
    return tx.insert(
        f"INSERT INTO breach_entries ({ENTRY}) VALUES ({', '.join(['%s'] * len(names))})",
        [getattr(one, name) for name in names],
    )


def lock(tx: Transaction, breach_id: str) -> Breach | None:
    """The breach, held still until the transaction ends."""
    return tx.one(_breach, f"SELECT {columns(Breach)} FROM breaches WHERE id = %s FOR UPDATE", (breach_id,))


def get(tx: Transaction, breach_id: str) -> Breach | None:
    return tx.one(_breach, f"SELECT {columns(Breach)} FROM breaches WHERE id = %s", (breach_id,))


def page(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[Breach]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" WHERE (registered_at, id) < (%s, %s)", before)
    return tx.all(
        _breach,
        f"SELECT {columns(Breach)} FROM breaches{where} ORDER BY registered_at DESC, id DESC LIMIT %s",
        (*place, most),
    )


def standings(tx: Transaction, breach_ids: Sequence[str]) -> dict[str, Standing]:
    """How far each has come. Owners that are there no more are not to be told."""
    if not breach_ids:
        return {}
    found = tx.all(
        lambda breach_id, state, *rest: Standing(breach_id, BreachState(state), *rest),
        "SELECT b.id, (SELECT e.state FROM breach_entries e WHERE e.breach_id = b.id AND e.state IS NOT NULL"
        "  ORDER BY e.id DESC LIMIT 1),"
        " (SELECT MIN(e.at) FROM breach_entries e WHERE e.breach_id = b.id AND e.state = 'reported'),"
        " (SELECT COUNT(*) FROM breach_companies c WHERE c.breach_id = b.id),"
        " (SELECT COUNT(DISTINCT n.member_id) FROM breach_notices n"
        "  WHERE n.breach_id = b.id AND n.told_at IS NOT NULL),"
        " (SELECT COUNT(DISTINCT n.member_id) FROM breach_notices n JOIN members m ON m.id = n.member_id"
        "  WHERE n.breach_id = b.id AND n.told_at IS NULL)"
        " FROM breaches b WHERE b.id IN %s /* all companies: staff's own register */",
        (list(breach_ids),),
    )
    return {one.breach_id: one for one in found}


def entries(tx: Transaction, breach_ids: Sequence[str]) -> list[Entry]:
    """In the order in which they were made."""
    if not breach_ids:
        return []
    return tx.all(
        lambda breach_id, at, staff, state, *texts: Entry(
            breach_id, at, staff, BreachState(state) if state else None, *texts
        ),
        f"SELECT {ENTRY} FROM breach_entries WHERE breach_id IN %s ORDER BY id",
        (list(breach_ids),),
    )


def companies(tx: Transaction, breach_id: str) -> list[str]:
    return tx.values(
        "SELECT company_id FROM breach_companies WHERE breach_id = %s ORDER BY company_id"
        " /* all companies: staff's own register */",
        (breach_id,),
    )


def told(tx: Transaction, breach_id: str) -> list[Told]:
    return tx.all(
        Told,
        "SELECT company_id, member_id, told_at FROM breach_notices WHERE breach_id = %s AND told_at IS NOT NULL"
        " ORDER BY told_at, member_id /* all companies: staff's own register */",
        (breach_id,),
    )


# Telling the companies


def entry_with_message(tx: Transaction, breach_id: str, message: str) -> int | None:
    found = tx.value("SELECT id FROM breach_entries WHERE breach_id = %s AND message = %s", (breach_id, message))
    return None if found is None else int(found)


def order_notices(tx: Transaction, breach_id: str, entry_id: int) -> int:
    """Let each owner of the companies concerned be told, who has not been ordered to be; how many are new."""
    return tx.execute(
        "INSERT IGNORE INTO breach_notices (entry_id, member_id, breach_id, company_id)"
        " SELECT %s, m.id, c.breach_id, c.company_id FROM breach_companies c"
        " JOIN members m ON m.company_id = c.company_id AND m.role = 'owner' WHERE c.breach_id = %s",
        (entry_id, breach_id),
    )


def to_tell(tx: Transaction, now: datetime, after: tuple[int, str], most: int) -> list[Notice]:
    """Notices that nobody is sending at this moment, in order from just after (entry, member)."""
    return tx.all(
        Notice,
        "SELECT n.entry_id, n.member_id, n.company_id, n.breach_id, p.email, e.message FROM breach_notices n"
        " JOIN breach_entries e ON e.id = n.entry_id JOIN members m ON m.id = n.member_id"
        " JOIN persons p ON p.id = m.person_id"
        " WHERE n.told_at IS NULL AND (n.claimed_until IS NULL OR n.claimed_until <= %s)"
        " AND (n.entry_id, n.member_id) > (%s, %s) ORDER BY n.entry_id, n.member_id LIMIT %s"
        " /* all companies: one job for all */",
        (now, *after, most),
    )


def claim_notice(tx: Transaction, one: Notice, now: datetime, until: datetime) -> bool:
    """Whether it is this worker's to send."""
    return bool(
        tx.execute(
            "UPDATE breach_notices SET claimed_until = %s WHERE entry_id = %s AND member_id = %s AND company_id = %s"
            " AND told_at IS NULL AND (claimed_until IS NULL OR claimed_until <= %s)",
            (until, one.entry_id, one.member_id, one.company_id, now),
        )
    )


def notice_told(tx: Transaction, one: Notice, now: datetime) -> None:
    tx.execute(
        "UPDATE breach_notices SET told_at = %s, claimed_until = NULL"
        " WHERE entry_id = %s AND member_id = %s AND company_id = %s AND told_at IS NULL",
        (now, one.entry_id, one.member_id, one.company_id),
    )


def release_notice(tx: Transaction, one: Notice) -> None:
    """The mail did not go: the next run sends it."""
    tx.execute(
        "UPDATE breach_notices SET claimed_until = NULL"
        " WHERE entry_id = %s AND member_id = %s AND company_id = %s AND told_at IS NULL",
        (one.entry_id, one.member_id, one.company_id),
    )


# The end


def erase(tx: Transaction, until: datetime, most: int) -> int:
    """Delete closed breaches whose last entry is that old, with all that belongs to them; how many."""
    found = tx.values(
        "SELECT b.id FROM breaches b WHERE b.registered_at <= %s"
        " AND EXISTS (SELECT 1 FROM breach_entries e WHERE e.breach_id = b.id AND e.state = 'closed')"
        " AND NOT EXISTS (SELECT 1 FROM breach_entries e WHERE e.breach_id = b.id AND e.at > %s) LIMIT %s",
        (until, until, most),
    )
    if found:
        tx.execute("SET @erase_until = %s", (until,))
        tx.execute("DELETE FROM breach_notices WHERE breach_id IN %s /* all companies: one register */", (found,))
        tx.execute("DELETE FROM breach_companies WHERE breach_id IN %s /* all companies: one register */", (found,))
        tx.execute("DELETE FROM breach_entries WHERE breach_id IN %s", (found,))
        tx.execute("DELETE FROM breaches WHERE id IN %s", (found,))
        tx.execute("SET @erase_until = NULL")
    return len(found)
