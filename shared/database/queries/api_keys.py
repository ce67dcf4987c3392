"""A company's API keys."""

from datetime import datetime

from msgspec import Struct

from shared.database.queries.stops import WHY_STOPPED
from shared.database.transactions import Transaction, columns
from shared.domain.api_key import Mode, State


class ApiKey(Struct, frozen=True):
    """`scopes` are separated by spaces, `created_by` is a member's id, `last_used_at` the hour."""

    id: str
    company_id: str
    name: str
    mode: str
    scopes: str
    last_four: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, now: datetime) -> State:
        return _state(self, now)


class KeyShown(Struct, frozen=True):
    """What decides on the request of a program with a key. `stop_reason`: why its company is stopped, if it is."""

    id: str
    company_id: str
    mode: str
    scopes: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    stop_reason: str | None

    def state(self, now: datetime) -> State:
        return _state(self, now)

    @property
    def is_test(self) -> bool:
        return self.mode == Mode.TEST


def _state(key: ApiKey | KeyShown, now: datetime) -> State:
    if key.revoked_at is not None:
        return State.REVOKED
    return State.EXPIRED if key.expires_at is not None and key.expires_at <= now else State.ACTIVE


def add(tx: Transaction, one: ApiKey, key_hmac: bytes) -> None:
    tx.execute(
        "INSERT INTO api_keys (id, company_id, key_hmac, name, mode, scopes, last_four, created_by, created_at,"
        " expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(one.id, one.company_id, key_hmac, one.name, one.mode, one.scopes, one.last_four, one.created_by),
            *(one.created_at, one.expires_at),
        ),
    )


def by_key(tx: Transaction, key_hmac: bytes) -> KeyShown | None:
    """Whoever's it is, also when it is good no more."""
    return tx.one(
        KeyShown,
        "SELECT k.id, k.company_id, k.mode, k.scopes, k.expires_at, k.revoked_at, k.last_used_at,"
        f" {WHY_STOPPED} FROM api_keys k JOIN companies c ON c.id = k.company_id"
        " WHERE k.key_hmac = %s /* all companies: a key says whose it is */",
        (key_hmac,),
    )


def used(tx: Transaction, one: KeyShown, now: datetime) -> None:
    """Note the hour, once an hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if one.last_used_at is None or one.last_used_at < hour:
        tx.execute(
            "UPDATE api_keys SET last_used_at = %s WHERE id = %s AND company_id = %s", (hour, one.id, one.company_id)
        )


def get(tx: Transaction, company_id: str, key_id: str) -> ApiKey | None:
    """Held still until the transaction ends."""
    return tx.one(
        ApiKey,
        f"SELECT {columns(ApiKey)} FROM api_keys WHERE id = %s AND company_id = %s FOR UPDATE",
        (key_id, company_id),
    )


def count_good(tx: Transaction, company_id: str, now: datetime) -> int:
    return int(
        tx.value(
            "SELECT COUNT(*) FROM api_keys WHERE company_id = %s AND (expires_at IS NULL OR expires_at > %s)",
            (company_id, now),
        )
    )


def page(tx: Transaction, company_id: str, before: tuple[datetime, str] | None, most: int) -> list[ApiKey]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (created_at, id) < (%s, %s)", before)
    return tx.all(
        ApiKey,
        f"SELECT {columns(ApiKey)} FROM api_keys WHERE company_id = %s{where}"
        " ORDER BY created_at DESC, id DESC LIMIT %s",
        (company_id, *place, most),
    )


def change(tx: Transaction, one: ApiKey) -> None:
    tx.execute(
        "UPDATE api_keys SET name = %s, scopes = %s WHERE id = %s AND company_id = %s",
        (one.name, one.scopes, one.id, one.company_id),
    )


def revoke(tx: Transaction, one: ApiKey, now: datetime) -> None:
    """At once; one that is good no more stays as it was."""
    tx.execute(
        "UPDATE api_keys SET revoked_at = %s, expires_at = %s WHERE id = %s AND company_id = %s"
        " AND (expires_at IS NULL OR expires_at > %s)",
        (now, now, one.id, one.company_id, now),
    )
