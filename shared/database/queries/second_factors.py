"""Second factors: a sealed secret a person, recovery codes as keyed hashes, and which companies ask for one."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.masked import Masked


class Factor(Masked, frozen=True):
    """`last_step`: the newest half minute whose code was taken. Until it is confirmed it counts for nothing."""

    hidden: ClassVar = ("sealed",)

    sealed: bytes
    last_step: int
    confirmed_at: datetime | None


class Asked(Struct, frozen=True):
    """What a careful call asks of a session."""

    has_factor: bool
    is_required: bool
    confirmed_until: datetime | None


def asked(tx: Transaction, session_hmac: bytes, company_id: str, person_id: str) -> Asked:
    found = tx.one(
        lambda has, required, until: Asked(bool(has), bool(required), until),
        "SELECT f.person_id IS NOT NULL, c.second_factor_required, s.confirmed_until FROM sessions s"
        " JOIN companies c ON c.id = s.company_id"
        " LEFT JOIN second_factors f ON f.person_id = %s AND f.confirmed_at IS NOT NULL"
        " WHERE s.token_hmac = %s AND s.company_id = %s",
        (person_id, session_hmac, company_id),
    )
    return found or Asked(False, True, None)  # the session has ended at this moment


def since(tx: Transaction, person_id: str) -> datetime | None:
    """When the person's began to count; None without one."""
    found: datetime | None = tx.value("SELECT confirmed_at FROM second_factors WHERE person_id = %s", (person_id,))
    return found


def lock(tx: Transaction, person_id: str) -> Factor | None:
    return tx.one(
        Factor,
        "SELECT sealed, last_step, confirmed_at FROM second_factors WHERE person_id = %s FOR UPDATE",
        (person_id,),
    )


def enrol(tx: Transaction, person_id: str, sealed: bytes, now: datetime) -> None:
    """In place of one that was never confirmed."""
    tx.execute("DELETE FROM second_factors WHERE person_id = %s", (person_id,))
    tx.execute(
        "INSERT INTO second_factors (person_id, sealed, last_step, enrolled_at) VALUES (%s, %s, 0, %s)",
        (person_id, sealed, now),
    )


def take_step(tx: Transaction, person_id: str, step: int) -> None:
    tx.execute("UPDATE second_factors SET last_step = %s WHERE person_id = %s", (step, person_id))


def confirm(tx: Transaction, person_id: str, code_hmacs: list[bytes], now: datetime) -> None:
    tx.execute("UPDATE second_factors SET confirmed_at = %s WHERE person_id = %s", (now, person_id))
    tx.insert_many(
        "INSERT INTO recovery_codes (code_hmac, person_id) VALUES (%s, %s)",
        [(code, person_id) for code in code_hmacs],
    )


def spend_recovery_code(tx: Transaction, person_id: str, code_hmac: bytes) -> bool:
    """Whether it was one; it is gone, so that it works once."""
    spent = tx.execute(
        "DELETE FROM recovery_codes WHERE code_hmac = %s AND person_id = %s",
        (code_hmac, person_id),
    )
    return bool(spent)


def recovery_codes_left(tx: Transaction, person_id: str) -> int:
    return int(tx.value("SELECT COUNT(*) FROM recovery_codes WHERE person_id = %s", (person_id,)))


def remove(tx: Transaction, person_id: str) -> bool:
    """Whether there was one."""
    tx.execute("DELETE FROM recovery_codes WHERE person_id = %s", (person_id,))
    return bool(tx.execute("DELETE FROM second_factors WHERE person_id = %s", (person_id,)))


def is_required(tx: Transaction, company_id: str) -> bool:
    return bool(tx.value("SELECT second_factor_required FROM companies WHERE id = %s", (company_id,)))


def require(tx: Transaction, company_id: str, required: bool) -> None:
    tx.execute("UPDATE companies SET second_factor_required = %s WHERE id = %s", (required, company_id))
