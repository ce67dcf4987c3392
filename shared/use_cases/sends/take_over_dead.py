"""What a dead worker had in its call may or may not have been sent: it becomes a doubt."""

from datetime import datetime

from shared.database.queries import claims, doubts
from shared.database.queries.claims import Chunk
from shared.database.queries.sends import Send
from shared.database.transactions import Transaction
from shared.domain.chunks import CLAIM
from shared.domain.phone_number import PhoneNumber
from shared.privacy.fingerprint import NumberHash


def take_over_dead(tx: Transaction, number_hash: NumberHash, send: Send, chunk: Chunk, now: datetime) -> int:
    """Rows of the chunk whose worker's claim ran out in the middle of a call; how many."""
    dead = claims.doubt_the_dead(tx, chunk, now)
    doubts.add(
        tx,
        [
            doubt_about(number_hash, send, position, PhoneNumber(phone), until - CLAIM)
            for position, phone, until in dead
        ],
    )
    return len(dead)


def doubt_about(
    number_hash: NumberHash, send: Send, position: int, phone: PhoneNumber, since: datetime
) -> doubts.Doubt:
    return doubts.Doubt(send.id, position, send.company_id, number_hash(phone), send.sender, since)
