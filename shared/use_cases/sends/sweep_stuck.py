"""Every minute: what a dead worker or a lost message has left standing goes on."""

from datetime import datetime

from shared.database.queries import deliveries, outbox, sends, standing
from shared.database.queries.claims import Chunk
from shared.database.transactions import Database, Transaction
from shared.domain import chunks
from shared.domain.topics import COUPONS_WANTED, SMS_WANTED
from shared.privacy.fingerprint import NumberHash, NumberHashes
from shared.use_cases.sends.record_receipt import sweep_early_receipts
from shared.use_cases.sends.settle_doubts import sweep_doubts
from shared.use_cases.sends.sweep_extra_sms import sweep_extra_sms
from shared.use_cases.sends.take_over_dead import take_over_dead

AT_ONCE = 50


def sweep_stuck(database: Database, number_hashes: NumberHashes, now: datetime) -> dict[str, int]:
    """Look at every send that stands still, some at a time; two sweeps at once take different ones."""
    with database.transaction() as tx:
        any_stands_still = bool(sends.stalled(tx, now - chunks.STANDS_STILL, 1))
    nudged = _nudge(database, number_hashes(), now) if any_stands_still else 0
    settled = sweep_early_receipts(database, now) + sweep_doubts(database, now)
    return {"nudged": nudged, "settled": settled, "extra_sms": sweep_extra_sms(database, now)}


def _nudge(database: Database, number_hash: NumberHash, now: datetime) -> int:
    nudged = 0
    while True:
        with database.transaction() as tx:
            stalled = sends.stalled(tx, now - chunks.STANDS_STILL, AT_ONCE)
            for send in stalled:
                _go_on(tx, number_hash, send, now)
        nudged += len(stalled)
        if len(stalled) < AT_ONCE:
            return nudged


def _go_on(tx: Transaction, number_hash: NumberHash, send: sends.Send, now: datetime) -> None:
    """Doubt what was in a dead worker's call; ask again for what waits; end a send of which nothing is left."""
    take_over_dead(tx, number_hash, send, Chunk(send.company_id, send.id, 1, send.accepted), now)
    sends.nudge(tx, send.company_id, send.id, now)
    if sends.finish(tx, send.company_id, send.id, now) or send.state != "processing":
        return
    if standing.is_stopped(tx, send.company_id):  # it waits, and is looked at again
        return
    for first in deliveries.chunks_under_way(tx, send.company_id, send.id, chunks.SIZE, chunks.IN_FLIGHT):
        last = min(first + chunks.SIZE - 1, send.accepted)
        body: dict[str, object] = {"send_id": send.id, "first": first, "last": last}
        # a message whose work is done already finds nothing to claim
        outbox.put(tx, COUPONS_WANTED, body, now)
        outbox.put(tx, SMS_WANTED, body, now)
