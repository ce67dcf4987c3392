"""The end of a chunk: the next one may come, and after the last one the send is done."""

from datetime import datetime

from shared.database.queries import claims, outbox, sends
from shared.database.queries.claims import Chunk
from shared.database.transactions import Transaction
from shared.domain.chunks import chunk_to_ask_for
from shared.domain.topics import COUPONS_WANTED


def finish_chunk(tx: Transaction, send: sends.Send, chunk: Chunk, now: datetime) -> None:
    """Where nothing of the chunk is under way any more: ask for the coupons of the next, or end the send.

    It may be called any number of times; a chunk that is asked for twice has nothing to claim the second time.
    """
    if claims.is_under_way(tx, chunk):
        return
    sends.nudge(tx, send.company_id, send.id, now)
    if sends.finish(tx, send.company_id, send.id, now):
        return
    following = chunk_to_ask_for(chunk.first, send.accepted)
    if following:
        body: dict[str, object] = {"send_id": send.id, "first": following[0], "last": following[1]}
        outbox.put(tx, COUPONS_WANTED, body, now)
