"""Publishing what the process that wrote it did not get published."""

from datetime import datetime, timedelta

from shared.database.queries import outbox
from shared.database.transactions import Database
from shared.ports import Publisher

OLD_ENOUGH = timedelta(seconds=30)
"""Younger messages are still in the hands of the process that wrote them."""

AT_ONCE = 200


def relay_outbox(database: Database, publisher: Publisher, now: datetime) -> int:
    """Publish and delete what was left behind; how many. A message may so be published twice, and never not at all."""
    relayed = 0
    while True:
        with database.transaction() as tx:
            left = outbox.left_behind(tx, now - OLD_ENOUGH, AT_ONCE)
        taken = publisher.publish(left) if left else []
        if taken:
            with database.transaction() as tx:
                outbox.remove(tx, taken)
        relayed += len(taken)
        if len(taken) < AT_ONCE:
            return relayed
