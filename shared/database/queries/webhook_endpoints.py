"""A company's webhook endpoints and their secrets, and who is calling one just now."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns


class Endpoint(Struct, frozen=True):
    id: str
    company_id: str
    url: str
    events: str
    description: str
    state: str
    created_at: datetime
    test: bool = False
    """Made with a test key, and told of tests alone."""
    failing_since: datetime | None = None

    @property
    def chosen(self) -> tuple[str, ...]:
        """The events that it chose."""
        return tuple(self.events.split(","))


COLUMNS = columns(Endpoint)


def add(tx: Transaction, endpoint: Endpoint) -> None:
    tx.execute(
        f"INSERT INTO webhook_endpoints ({COLUMNS}, tell_owners) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, FALSE)",
        [getattr(endpoint, name) for name in COLUMNS.split(", ")],
    )


def page(
    tx: Transaction, company_id: str, before: tuple[datetime, str] | None, most: int, *, tests_only: bool = False
) -> list[Endpoint]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (created_at, id) < (%s, %s)", before)
    return tx.all(
        Endpoint,
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE company_id = %s AND test >= %s{where}"
        " ORDER BY created_at DESC, id DESC LIMIT %s",
        (company_id, tests_only, *place, most),
    )


def count(tx: Transaction, company_id: str) -> int:
    return int(tx.value("SELECT COUNT(*) FROM webhook_endpoints WHERE company_id = %s", (company_id,)))


def get(
    tx: Transaction, company_id: str, endpoint_id: str, *, tests_only: bool = False, lock: bool = False
) -> Endpoint | None:
    return tx.one(
        Endpoint,
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE id = %s AND company_id = %s AND test >= %s"
        f"{' FOR UPDATE' if lock else ''}",
        (endpoint_id, company_id, tests_only),
    )


def change(tx: Transaction, endpoint: Endpoint) -> None:
    tx.execute(
        "UPDATE webhook_endpoints SET url = %s, events = %s, description = %s, state = %s, failing_since = %s"
        " WHERE id = %s AND company_id = %s",
        (
            endpoint.url,
            endpoint.events,
            endpoint.description,
            endpoint.state,
            endpoint.failing_since,
            endpoint.id,
            endpoint.company_id,
        ),
    )


def remove(tx: Transaction, company_id: str, endpoint_id: str) -> None:
    """Delete it with all that was told to it."""
    for table in ("webhook_attempts", "webhook_messages", "webhook_secrets"):
        tx.execute(f"DELETE FROM {table} WHERE endpoint_id = %s AND company_id = %s", (endpoint_id, company_id))
    tx.execute("DELETE FROM webhook_endpoints WHERE id = %s AND company_id = %s", (endpoint_id, company_id))


def add_secret(tx: Transaction, company_id: str, endpoint_id: str, sealed: bytes, old_until: datetime) -> None:
    """Sign with this one from now on; the one before it goes on signing until that moment, and older ones no more."""
    tx.execute(
        "DELETE FROM webhook_secrets WHERE endpoint_id = %s AND company_id = %s AND until IS NOT NULL",
        (endpoint_id, company_id),
    )
    tx.execute(
        "UPDATE webhook_secrets SET until = %s WHERE endpoint_id = %s AND company_id = %s",
        (old_until, endpoint_id, company_id),
    )
    tx.execute(
        "INSERT INTO webhook_secrets (endpoint_id, company_id, sealed, until) VALUES (%s, %s, %s, NULL)",
        (endpoint_id, company_id, sealed),
    )


def secrets(tx: Transaction, company_id: str, endpoint_id: str, now: datetime) -> list[bytes]:
    """The sealed secrets that sign now, the newest first."""
    return tx.values(
        "SELECT sealed FROM webhook_secrets WHERE endpoint_id = %s AND company_id = %s"
        " AND (until IS NULL OR until > %s) ORDER BY id DESC",
        (endpoint_id, company_id, now),
    )


def claim(tx: Transaction, endpoint_id: str, owner: str, now: datetime, until: datetime) -> Endpoint | None:
    """Take an enabled endpoint that nobody calls just now, or go on holding it; None where it is not to be had."""
    found = tx.one(
        Endpoint,
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE id = %s AND state = 'enabled'"
        " AND (claimed_until IS NULL OR claimed_until < %s OR claimed_by = %s) FOR UPDATE"
        " /* all companies: the message names the endpoint */",
        (endpoint_id, now, owner),
    )
    if found:
        tx.execute(
            "UPDATE webhook_endpoints SET claimed_by = %s, claimed_until = %s WHERE id = %s AND company_id = %s",
            (owner, until, endpoint_id, found.company_id),
        )
    return found


def held(tx: Transaction, endpoint_id: str, owner: str) -> Endpoint | None:
    """The endpoint, held still, where this worker's claim is the last one."""
    return tx.one(
        Endpoint,
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE id = %s AND claimed_by = %s FOR UPDATE"
        " /* all companies: the message names the endpoint */",
        (endpoint_id, owner),
    )


def let_go(tx: Transaction, endpoint_id: str, owner: str) -> bool:
    """Whether this worker held it."""
    return bool(
        tx.execute(
            "UPDATE webhook_endpoints SET claimed_by = NULL, claimed_until = NULL WHERE id = %s AND claimed_by = %s"
            " /* all companies: the message names the endpoint */",
            (endpoint_id, owner),
        )
    )


def fared(tx: Transaction, company_id: str, endpoint_id: str, failing_since: datetime | None) -> None:
    """Note since when no call has worked, or that one has."""
    tx.execute(
        "UPDATE webhook_endpoints SET failing_since = %s WHERE id = %s AND company_id = %s",
        (failing_since, endpoint_id, company_id),
    )


def disable(tx: Transaction, company_id: str, endpoint_id: str, state: str) -> None:
    """UpUp gives it up; its owners are to be told."""
    tx.execute(
        "UPDATE webhook_endpoints SET state = %s, tell_owners = TRUE"
        " WHERE id = %s AND company_id = %s AND state = 'enabled'",
        (state, endpoint_id, company_id),
    )


def with_due(tx: Transaction, now: datetime, after: str, most: int) -> list[str]:
    """Endpoints that somebody should call now, and nobody does, in the order of their ids from just after one."""
    return tx.values(
        "SELECT e.id FROM webhook_endpoints e WHERE e.state = 'enabled'"
        " AND (e.claimed_until IS NULL OR e.claimed_until < %s) AND EXISTS (SELECT 1 FROM webhook_messages m"
        " WHERE m.endpoint_id = e.id AND m.state = 'due' AND m.next_at <= %s) AND e.id > %s ORDER BY e.id LIMIT %s"
        " /* all companies: one sweep for all */",
        (now, now, after, most),
    )


def to_tell(tx: Transaction, most: int) -> list[Endpoint]:
    """Disabled ones whose owners do not know yet."""
    return tx.all(
        Endpoint,
        f"SELECT {COLUMNS} FROM webhook_endpoints WHERE tell_owners AND state IN ('failing', 'gone')"
        " ORDER BY id LIMIT %s /* all companies: one job for all */",
        (most,),
    )


def owners(tx: Transaction, company_id: str) -> list[str]:
    """Their e-mails."""
    return tx.values(
        "SELECT p.email FROM members m JOIN persons p ON p.id = m.person_id"
        " WHERE m.company_id = %s AND m.role = 'owner' ORDER BY m.id",
        (company_id,),
    )


def owners_told(tx: Transaction, company_id: str, endpoint_ids: Sequence[str]) -> None:
    if endpoint_ids:
        tx.execute(
            "UPDATE webhook_endpoints SET tell_owners = FALSE WHERE company_id = %s AND id IN %s",
            (company_id, list(endpoint_ids)),
        )
