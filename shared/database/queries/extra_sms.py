"""Resends and reminders: each an SMS of its own beside its delivery, with its own price.

`due_at` is set while the price is held, and only then.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.queries.claims import Chunk
from shared.database.transactions import Transaction, columns
from shared.domain.chunks import STANDS_STILL
from shared.domain.extra_sms import ExtraState, sources


class ExtraSms(Struct, frozen=True):
    """`number`: which of its kind to this delivery, from 1. Of a test the price is 0, and there is no hold."""

    id: str
    company_id: str
    send_id: str
    position: int
    kind: str
    number: int
    language: str
    state: str
    hold_id: str
    price_ore: int


class Target(Struct, frozen=True):
    """The delivery and its gift, as an SMS more about them needs them."""

    position: int
    state: str
    has_left: bool
    phone: str | None
    fingerprint: bytes | None
    coupon_id: str | None
    coupon_state: str | None
    cancelled: bool
    valid_until: date | None

    def __repr__(self) -> str:
        return f"Target({self.position}, {self.state})"


class Outcome(Struct, frozen=True):
    """What one came to. `due_at` is None where its price is held no more."""

    id: str
    state: ExtraState
    reason: str | None
    sms_ref: str | None
    sms_ref_hmac: bytes | None
    due_at: datetime | None


EXTRA = columns(ExtraSms)


def add_many(tx: Transaction, sms: Sequence[ExtraSms], now: datetime, due_at: datetime | None = None) -> None:
    """With their deliveries locked and their price reserved. `due_at`: when the sweep asks for them, which is soon
    after now where a message does so at once."""
    tx.insert_many(
        f"INSERT INTO extra_sms ({EXTRA}, created_at, due_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                *(one.id, one.company_id, one.send_id, one.position, one.kind, one.number, one.language, one.state),
                *(one.hold_id, one.price_ore, now, due_at or now + STANDS_STILL),
            )
            for one in sms
        ],
    )


def targets(
    tx: Transaction, company_id: str, send_id: str, positions: Sequence[int], *, lock: bool = True
) -> list[Target]:
    """The deliveries and their coupons, held still until the transaction ends unless it is only looked."""
    return tx.all(
        lambda position, state, left, phone, fingerprint, coupon, coupon_state, cancelled, valid_until: Target(
            position, state, bool(left), phone, fingerprint, coupon, coupon_state, bool(cancelled), valid_until
        ),
        "SELECT d.position, d.state, d.sent_at IS NOT NULL, d.phone, d.fingerprint, c.id, c.state, c.cancelled,"
        " c.valid_until"
        " FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.position IN %s ORDER BY d.position"
        f"{' FOR UPDATE' if lock else ''}",
        (send_id, company_id, list(positions)),
    )


def count(tx: Transaction, company_id: str, send_id: str, position: int, kind: str) -> int:
    """With the delivery locked."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM extra_sms WHERE send_id = %s AND company_id = %s AND position = %s AND kind = %s"
            " FOR UPDATE",
            (send_id, company_id, position, kind),
        )
    )


def may_arrive(tx: Transaction, company_id: str, send_id: str, position: int) -> bool:
    """Whether one to this delivery has arrived, or still may. With the delivery locked."""
    return bool(
        tx.value(
            "SELECT 1 FROM extra_sms WHERE send_id = %s AND company_id = %s AND position = %s AND state <> 'failed'"
            " LIMIT 1",
            (send_id, company_id, position),
        )
    )


def waiting(tx: Transaction, chunk: Chunk, now: datetime) -> list[ExtraSms]:
    """Those that may leave now. One that waits for the morning does not, though a message about others comes."""
    return tx.all(
        ExtraSms,
        f"SELECT {EXTRA} FROM extra_sms WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
        " AND state = 'accepted' AND due_at <= %s ORDER BY position, id",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, now + STANDS_STILL),
    )


def put_off(tx: Transaction, company_id: str, sms_ids: Sequence[str], until: datetime) -> None:
    """Let those that still wait do so until then, when the sweep asks for them."""
    if sms_ids:
        tx.execute(
            "UPDATE extra_sms SET due_at = %s WHERE id IN %s AND company_id = %s AND state = 'accepted'",
            (until, list(sms_ids), company_id),
        )


def can_begin(tx: Transaction, company_id: str, sms_ids: Sequence[str], owner: str) -> set[str]:
    """Those that wait, locked, and those that this owner has begun in a commit whose answer was lost."""
    return set(
        tx.values(
            "SELECT id FROM extra_sms WHERE id IN %s AND company_id = %s"
            " AND (state = 'accepted' OR (state = 'sending' AND claimed_by = %s)) FOR UPDATE",
            (list(sms_ids), company_id, owner),
        )
    )


def begin(tx: Transaction, company_id: str, sms_ids: Sequence[str], owner: str, until: datetime) -> None:
    """Mark that the call may begin for those that still wait."""
    if sms_ids:
        tx.execute(
            "UPDATE extra_sms SET state = 'sending', claimed_by = %s, due_at = %s"
            " WHERE id IN %s AND company_id = %s AND state IN %s",
            (owner, until, list(sms_ids), company_id, sources(ExtraState.SENDING)),
        )


def being_sent(tx: Transaction, company_id: str, sms_ids: Sequence[str], owner: str) -> dict[str, bool]:
    """Those whose call this owner has begun and whose outcome is not written, locked: whether the price is held."""
    found = tx.all(
        lambda sms_id, held: (sms_id, bool(held)),
        "SELECT id, due_at IS NOT NULL FROM extra_sms WHERE id IN %s AND company_id = %s AND claimed_by = %s"
        " AND state IN ('sending', 'unknown') FOR UPDATE",
        (list(sms_ids), company_id, owner),
    )
    return dict(found)


def there(tx: Transaction, company_id: str, sms_ids: Sequence[str]) -> set[str]:
    return set(
        tx.values("SELECT id FROM extra_sms WHERE id IN %s AND company_id = %s", (list(sms_ids), company_id)),
    )


def write(tx: Transaction, company_id: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what became of SMS that the transaction has locked. One in doubt keeps its owner, who may be only slow."""
    if not outcomes:
        return
    rows = [
        [
            *(one.id, one.state, one.reason, one.sms_ref, one.sms_ref_hmac and one.sms_ref_hmac.hex()),
            one.due_at and f"{one.due_at:%Y-%m-%d %H:%M:%S.%f}",
        ]
        for one in outcomes
    ]
    tx.execute(
        "UPDATE extra_sms x JOIN JSON_TABLE(%s, '$[*]' COLUMNS (id CHAR(20) CHARACTER SET ascii PATH '$[0]',"
        " state VARCHAR(12) CHARACTER SET ascii PATH '$[1]', reason VARCHAR(40) CHARACTER SET ascii PATH '$[2]',"
        " sms_ref VARCHAR(64) CHARACTER SET ascii PATH '$[3]', ref_hmac CHAR(64) CHARACTER SET ascii PATH '$[4]',"
        " due_at DATETIME(6) PATH '$[5]')) j ON x.id = j.id"
        " SET x.state = j.state, x.reason = j.reason, x.sms_ref = j.sms_ref, x.sms_ref_hmac = UNHEX(j.ref_hmac),"
        " x.due_at = j.due_at,"
        " x.sent_at = IF(j.state = 'sent', %s, NULL), x.claimed_by = IF(j.state = 'unknown', x.claimed_by, NULL)"
        " WHERE x.company_id = %s",
        (json.dumps(rows), now, company_id),
    )


UNWANTED = (
    "(c.cancelled OR d.state = 'failed' AND NOT EXISTS (SELECT 1 FROM extra_sms x"
    " WHERE x.send_id = d.send_id AND x.position = d.position AND x.state <> 'failed'))"
)
"""Of a delivery `d` whose SMS has left: whether its coupon `c` is for nobody. Another SMS with its link may arrive."""


def follow_wanted(tx: Transaction, company_id: str, send_id: str, positions: Sequence[int]) -> None:
    """Bring in step which gifts are for nobody, where the deliveries' own SMS have left."""
    if positions:
        tx.execute(
            "UPDATE coupons c JOIN deliveries d ON d.coupon_id = c.id AND d.company_id = c.company_id"
            f" SET c.unwanted = {UNWANTED}"
            " WHERE d.send_id = %s AND d.company_id = %s AND d.position IN %s"
            " AND d.state IN ('sent', 'delivered', 'failed')",
            (send_id, company_id, list(positions)),
        )


# Receipts


def apply_receipt(tx: Transaction, sms_ref: str, outcome: str, reason: str | None, now: datetime) -> bool:
    """Move the SMS where its state leads there; whether it is one of these at all."""
    found = tx.one(
        lambda *place: place,
        "SELECT company_id, send_id, position FROM extra_sms WHERE sms_ref = %s"
        " /* all companies: the supplier names the SMS only */",
        (sms_ref,),
    )
    if found is None:
        return False
    company_id, send_id, position = found
    moved = tx.execute(
        "UPDATE extra_sms SET state = %s, reason = %s, delivered_at = IF(%s = 'delivered', %s, delivered_at)"
        " WHERE sms_ref = %s AND company_id = %s AND state IN %s",
        (outcome, reason, outcome, now, sms_ref, company_id, sources(ExtraState(outcome))),
    )
    if moved:
        follow_wanted(tx, company_id, send_id, [position])
    return True


# What is held is released


def any_due(tx: Transaction, now: datetime) -> bool:
    return bool(
        tx.value(
            "SELECT 1 FROM extra_sms WHERE state IN ('accepted', 'sending', 'unknown') AND due_at < %s LIMIT 1"
            " /* all companies: one job for all */",
            (now,),
        )
    )


def doubtful(tx: Transaction, due_before: datetime, most: int) -> list[ExtraSms]:
    """Those in doubt whose price has been held long enough, locked, company by company."""
    return tx.all(
        ExtraSms,
        f"SELECT {EXTRA} FROM extra_sms WHERE state = 'unknown' AND due_at < %s ORDER BY company_id, id LIMIT %s"
        " FOR UPDATE SKIP LOCKED /* all companies: one job for all */",
        (due_before, most),
    )


def too_late(tx: Transaction, created_before: datetime, most: int) -> list[ExtraSms]:
    """Those that have waited too long, locked, company by company."""
    return tx.all(
        ExtraSms,
        f"SELECT {EXTRA} FROM extra_sms WHERE state = 'accepted' AND created_at < %s ORDER BY company_id, id LIMIT %s"
        " FOR UPDATE SKIP LOCKED /* all companies: one job for all */",
        (created_before, most),
    )


def before(tx: Transaction, created_until: datetime, most: int) -> list[ExtraSms]:
    """Those of a backup that wait, locked, company by company."""
    return tx.all(
        ExtraSms,
        f"SELECT {EXTRA} FROM extra_sms WHERE state = 'accepted' AND created_at <= %s ORDER BY company_id, id LIMIT %s"
        " FOR UPDATE /* all companies: a restore */",
        (created_until, most),
    )


def to_nudge(tx: Transaction, now: datetime, most: int) -> list[ExtraSms]:
    """Those that wait though they were asked for, locked, send by send; those of a stopped company go on waiting."""
    return tx.all(
        ExtraSms,
        f"SELECT {EXTRA} FROM extra_sms WHERE state = 'accepted' AND due_at < %s AND company_id NOT IN"
        " (SELECT id FROM companies WHERE stopped_at IS NOT NULL) ORDER BY send_id, position LIMIT %s"
        " FOR UPDATE SKIP LOCKED /* all companies: one job for all */",
        (now, most),
    )


def nudged(tx: Transaction, sms_ids: Sequence[str], now: datetime) -> None:
    tx.execute(
        "UPDATE extra_sms SET due_at = %s WHERE id IN %s /* all companies: those found above */",
        (now + STANDS_STILL, list(sms_ids)),
    )


def take_over_dead(tx: Transaction, now: datetime, held_for: timedelta) -> int:
    """A worker died in its call: in doubt, and never sent again. It keeps its owner, who may be only slow."""
    return tx.execute(
        "UPDATE extra_sms SET state = 'unknown', reason = 'no_answer', due_at = %s"
        " WHERE state = 'sending' AND due_at < %s /* all companies: one job for all */",
        (now + held_for, now),
    )


def held_of(tx: Transaction, company_id: str) -> list[ExtraSms]:
    """Whose price is held, locked."""
    return tx.all(
        ExtraSms,
        f"SELECT {EXTRA} FROM extra_sms WHERE company_id = %s AND due_at IS NOT NULL ORDER BY id FOR UPDATE",
        (company_id,),
    )


def of_deliveries(
    tx: Transaction, company_id: str, send_id: str, positions: Sequence[int]
) -> list[tuple[ExtraSms, bool]]:
    """All of these deliveries, locked, and whether the price of each is held."""
    if not positions:
        return []
    return tx.all(
        lambda is_held, *rest: (ExtraSms(*rest), bool(is_held)),
        f"SELECT due_at IS NOT NULL, {EXTRA} FROM extra_sms"
        " WHERE send_id = %s AND company_id = %s AND position IN %s ORDER BY id FOR UPDATE",
        (send_id, company_id, list(positions)),
    )


def positions(tx: Transaction, company_id: str, send_id: str, first: int, last: int) -> set[int]:
    """Of these deliveries, those that have any."""
    return set(
        tx.values(
            "SELECT position FROM extra_sms WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s",
            (send_id, company_id, first, last),
        )
    )


def delete(tx: Transaction, company_id: str, sms_ids: Sequence[str], now: datetime) -> None:
    """Of their receipts that may still come it is noted that they are about nobody, and those that have come go."""
    place = (list(sms_ids), company_id)
    tx.execute(
        "INSERT IGNORE INTO erased_sms (sms_ref_hmac, erased_at) SELECT sms_ref_hmac, %s FROM extra_sms"
        " WHERE id IN %s AND company_id = %s AND sms_ref_hmac IS NOT NULL",
        (now, *place),
    )
    tx.execute(
        "DELETE FROM early_receipts WHERE sms_ref IN"
        " (SELECT sms_ref FROM extra_sms WHERE id IN %s AND company_id = %s AND sms_ref IS NOT NULL)",
        place,
    )
    tx.execute("DELETE FROM extra_sms WHERE id IN %s AND company_id = %s", place)


def in_doubt(tx: Transaction, company_id: str, send_id: str, positions: Sequence[int]) -> set[int]:
    """Positions of which one is in its call, or came back from it without an answer in the last 72 hours."""
    if not positions:
        return set()
    return set(
        tx.values(
            "SELECT position FROM extra_sms WHERE send_id = %s AND company_id = %s AND position IN %s"
            " AND state IN ('sending', 'unknown') AND due_at IS NOT NULL",
            (send_id, company_id, list(positions)),
        )
    )
