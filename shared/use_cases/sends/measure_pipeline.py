"""The figures that say whether sends move: what waits, what is not published, and what is in doubt."""

from datetime import datetime

from shared.database.queries import measures
from shared.database.transactions import Database
from shared.metrics import Metric, measure


def measure_pipeline(database: Database, now: datetime) -> dict[str, int]:
    """Tell of each figure in a line of its own; all of them by name."""
    with database.transaction() as tx:
        figures = {
            Metric.OLDEST_WAITING_SECONDS: _seconds(measures.oldest_waiting(tx), now),
            Metric.OLDEST_UNPUBLISHED_SECONDS: _seconds(measures.oldest_unpublished(tx), now),
            Metric.DOUBTS_OPEN: measures.doubts_open(tx),
        }
    for metric, value in figures.items():
        measure(metric, value)
    return {metric.value: value for metric, value in figures.items()}


def _seconds(since: datetime | None, now: datetime) -> int:
    return 0 if since is None else max(0, int((now - since).total_seconds()))
