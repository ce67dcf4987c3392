"""Every minute: endpoints are called of what is due again, and of what a lost message or a dead worker has left."""

from datetime import datetime

from shared.database.queries import outbox, webhook_endpoints
from shared.database.transactions import Database
from shared.domain.topics import EVENTS_WANTED

AT_ONCE = 500


def retry_webhooks(database: Database, now: datetime) -> int:
    """How many endpoints."""
    nudged, after = 0, ""
    while True:
        with database.transaction() as tx:
            waiting = webhook_endpoints.with_due(tx, now, after, AT_ONCE)
            for endpoint_id in waiting:
                outbox.put(tx, EVENTS_WANTED, {"endpoint_id": endpoint_id}, now)
        nudged += len(waiting)
        if len(waiting) < AT_ONCE:
            return nudged
        after = waiting[-1]
