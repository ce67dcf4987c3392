"""Account holders as the suppliers that write to them should know them, and how far each has been told."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns

GOES_ON = "('active', 'past_due', 'closing')"
MAILCHIMP, HUBSPOT = "mailchimp", "hubspot"
SUPPLIERS = (MAILCHIMP, HUBSPOT)


class Holder(Struct, frozen=True):
    """An account holder; `company_ids` and `plans` are of their companies that go on, in the same order."""

    person_id: str
    email: str
    first_name: str
    last_name: str
    company_ids: tuple[str, ...]
    plans: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Holder({self.person_id})"


class Sync(Struct, frozen=True):
    person_id: str
    supplier: str
    changes: int
    nudged_at: datetime | None
    claimed_until: datetime | None
    digest: bytes | None
    told_at: datetime | None
    """When it was last told something, as far as is known; None where it never was."""


class Refusal(Struct, frozen=True):
    """A supplier that will never take a person's e-mail."""

    person_id: str
    supplier: str
    refusal: str
    refused_at: datetime


class Usage(Struct, frozen=True):
    sends: int
    deliveries: int


def members(tx: Transaction, company_id: str) -> list[str]:
    return tx.values("SELECT person_id FROM members WHERE company_id = %s ORDER BY person_id", (company_id,))


def holders(tx: Transaction, person_ids: Sequence[str]) -> dict[str, Holder]:
    """Those of these persons who are here, whether or not in a company that goes on."""
    if not person_ids:
        return {}
    rows = tx.all(
        lambda *row: row,
        "SELECT p.id, p.email, p.first_name, p.last_name, c.id, c.plan FROM persons p"
        " LEFT JOIN (members m JOIN companies c ON c.id = m.company_id AND c.state IN "
        f"{GOES_ON}) ON m.person_id = p.id WHERE p.id IN %s ORDER BY p.id, c.id"
        " /* all companies: a person may be in several */",
        (list(person_ids),),
    )
    found: dict[str, Holder] = {}
    for person_id, email, first_name, last_name, company_id, plan in rows:
        before = found.get(person_id) or Holder(person_id, email, first_name, last_name, (), ())
        more = ((company_id,), (plan,)) if company_id else ((), ())
        found[person_id] = Holder(
            person_id, email, first_name, last_name, before.company_ids + more[0], before.plans + more[1]
        )
    return found


def usage(tx: Transaction, company_id: str, since: datetime) -> Usage:
    """How many sends of the company began since then, and how many of their SMS have arrived."""
    sends = tx.value(
        "SELECT COUNT(*) FROM sends WHERE company_id = %s AND created_at >= %s AND state <> 'cancelled' AND NOT test",
        (company_id, since),
    )
    deliveries = tx.value(
        "SELECT COUNT(*) FROM sends s JOIN deliveries d ON d.send_id = s.id AND d.state = 'delivered'"
        " WHERE s.company_id = %s AND s.created_at >= %s AND s.state <> 'cancelled' AND NOT s.test",
        (company_id, since),
    )
    return Usage(int(sends), int(deliveries))


# What is to be told


def want(tx: Transaction, pairs: Sequence[tuple[str, str]], now: datetime) -> None:
    """Note of each (person, supplier) that something has changed here."""
    tx.insert_many(
        "INSERT INTO contact_syncs (person_id, supplier, changes, nudged_at) VALUES (%s, %s, %s, %s)"
        " ON DUPLICATE KEY UPDATE changes = changes + 1, nudged_at = VALUES(nudged_at)",
        [(person_id, supplier, 1, now) for person_id, supplier in pairs],
    )


def lock(tx: Transaction, person_id: str, supplier: str) -> Sync | None:
    return tx.one(
        Sync,
        f"SELECT {columns(Sync)} FROM contact_syncs WHERE person_id = %s AND supplier = %s FOR UPDATE",
        (person_id, supplier),
    )


def claim(tx: Transaction, sync: Sync, until: datetime, told_at: datetime | None) -> None:
    """`told_at` is set before the call: if its answer is lost the supplier may know of the person."""
    tx.execute(
        "UPDATE contact_syncs SET claimed_until = %s, told_at = %s WHERE person_id = %s AND supplier = %s",
        (until, told_at, sync.person_id, sync.supplier),
    )


def release(tx: Transaction, person_id: str, supplier: str, until: datetime) -> None:
    """Give a claim back, if it is still ours: by the moment that it runs to."""
    tx.execute(
        "UPDATE contact_syncs SET claimed_until = NULL WHERE person_id = %s AND supplier = %s AND claimed_until = %s",
        (person_id, supplier, until),
    )


def told(tx: Transaction, sync: Sync, digest: bytes, refusal: str | None, now: datetime) -> None:
    """The supplier knows of the changes up to the one that was claimed, or will never take the e-mail."""
    tx.execute(
        "UPDATE contact_syncs SET nudged_at = IF(changes = %s, NULL, nudged_at), digest = %s,"
        " refused_at = IF(%s IS NULL, NULL, COALESCE(refused_at, %s)), refusal = %s"
        " WHERE person_id = %s AND supplier = %s",
        (sync.changes, digest, refusal, now, refusal, sync.person_id, sync.supplier),
    )


def erased(tx: Transaction, sync: Sync) -> None:
    """The supplier has nothing of the person any more, as far as the claimed change goes."""
    tx.execute(
        "DELETE FROM contact_syncs WHERE person_id = %s AND supplier = %s AND changes = %s",
        (sync.person_id, sync.supplier, sync.changes),
    )


def is_known_anywhere(tx: Transaction, person_id: str) -> bool:
    """Whether a supplier may still have something of the person."""
    return bool(tx.value("SELECT 1 FROM contact_syncs WHERE person_id = %s LIMIT 1", (person_id,)))


def is_being_told(tx: Transaction, person_id: str) -> bool:
    """Whether a supplier is being told of the person at this moment: an erasure now could be undone by it."""
    return bool(
        tx.value("SELECT 1 FROM contact_syncs WHERE person_id = %s AND claimed_until IS NOT NULL LIMIT 1", (person_id,))
    )


def any_being_told(tx: Transaction, company_id: str) -> bool:
    """The same of a company's members."""
    return bool(
        tx.value(
            "SELECT 1 FROM members m JOIN contact_syncs s ON s.person_id = m.person_id"
            " WHERE m.company_id = %s AND s.claimed_until IS NOT NULL LIMIT 1",
            (company_id,),
        )
    )


# What was missed


def page(tx: Transaction, after: str, most: int) -> list[str]:
    """Persons who should be known to the suppliers, or who may be and should not, in the order of their ids."""
    return tx.values(
        "SELECT p.id FROM persons p WHERE p.id > %s AND (EXISTS (SELECT 1 FROM members m JOIN companies c"
        f" ON c.id = m.company_id WHERE m.person_id = p.id AND c.state IN {GOES_ON})"
        " OR EXISTS (SELECT 1 FROM contact_syncs s WHERE s.person_id = p.id)) ORDER BY p.id LIMIT %s"
        " /* all companies: one job for all */",
        (after, most),
    )


def syncs(tx: Transaction, person_ids: Sequence[str]) -> dict[tuple[str, str], Sync]:
    if not person_ids:
        return {}
    found = tx.all(
        Sync,
        f"SELECT {columns(Sync)} FROM contact_syncs WHERE person_id IN %s",
        (list(person_ids),),
    )
    return {(one.person_id, one.supplier): one for one in found}


def standing_still(tx: Transaction, before: datetime, now: datetime, most: int) -> list[tuple[str, str]]:
    """(person, supplier) of what was to be told before that moment, where the supplier may be called; locked."""
    return tx.all(
        lambda person_id, supplier: (person_id, supplier),
        "SELECT s.person_id, s.supplier FROM contact_syncs s WHERE s.nudged_at < %s AND NOT EXISTS"
        " (SELECT 1 FROM suppliers u WHERE u.name = s.supplier AND u.blocked_until > %s)"
        " ORDER BY s.nudged_at LIMIT %s FOR UPDATE SKIP LOCKED",
        (before, now, most),
    )


def nudge(tx: Transaction, pairs: Sequence[tuple[str, str]], now: datetime) -> None:
    """Note that they were asked for once more."""
    if pairs:
        tx.execute(
            "UPDATE contact_syncs SET nudged_at = %s WHERE (person_id, supplier) IN %s AND nudged_at IS NOT NULL",
            (now, list(pairs)),
        )


def doubt_all(tx: Transaction) -> None:
    """What the suppliers were told last is not known: it may have been later than what stands here."""
    tx.execute("UPDATE contact_syncs SET digest = NULL WHERE digest IS NOT NULL")


def forget_nobodys(tx: Transaction) -> int:
    """Delete what is noted of persons who are gone; how many rows."""
    return tx.execute("DELETE s FROM contact_syncs s LEFT JOIN persons p ON p.id = s.person_id WHERE p.id IS NULL")


# What the suppliers say


def unsubscribed(tx: Transaction, emails: Sequence[str], now: datetime) -> int:
    """Note who wants no news; how many it is new of."""
    if not emails:
        return 0
    return tx.execute(
        "UPDATE contact_syncs s JOIN persons p ON p.id = s.person_id SET s.unsubscribed_at = %s"
        " WHERE p.email IN %s AND s.supplier = 'mailchimp' AND s.unsubscribed_at IS NULL",
        (now, list(emails)),
    )


def subscribed(tx: Transaction, emails: Sequence[str]) -> int:
    """Note who has come back by themselves; of how many something is new by it."""
    if not emails:
        return 0
    return tx.execute(
        "UPDATE contact_syncs s JOIN persons p ON p.id = s.person_id SET s.unsubscribed_at = NULL"
        " WHERE p.email IN %s AND s.supplier = 'mailchimp' AND s.unsubscribed_at IS NOT NULL",
        (list(emails),),
    )


def refused(tx: Transaction, emails: Sequence[str]) -> list[str]:
    """Persons with these e-mails whom Mailchimp would not take."""
    if not emails:
        return []
    return tx.values(
        "SELECT s.person_id FROM contact_syncs s JOIN persons p ON p.id = s.person_id"
        " WHERE p.email IN %s AND s.supplier = 'mailchimp' AND s.refusal IS NOT NULL",
        (list(emails),),
    )


def refusals(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[Refusal]:
    """The newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (refused_at, person_id) < (%s, %s)", before)
    return tx.all(
        Refusal,
        f"SELECT person_id, supplier, refusal, refused_at FROM contact_syncs WHERE refused_at IS NOT NULL{where}"
        " ORDER BY refused_at DESC, person_id DESC LIMIT %s",
        (*place, most),
    )


def refusals_of_company(tx: Transaction, company_id: str) -> list[tuple[str, str]]:
    """(member, supplier) of a company's people whose e-mail a supplier will never take."""
    return tx.all(
        lambda member_id, supplier: (member_id, supplier),
        "SELECT m.id, s.supplier FROM members m JOIN contact_syncs s ON s.person_id = m.person_id"
        " WHERE m.company_id = %s AND s.refusal IS NOT NULL ORDER BY m.id, s.supplier",
        (company_id,),
    )


def unsubscribed_at(tx: Transaction, person_id: str) -> datetime | None:
    found: datetime | None = tx.value(
        "SELECT unsubscribed_at FROM contact_syncs WHERE person_id = %s AND supplier = 'mailchimp'", (person_id,)
    )
    return found
