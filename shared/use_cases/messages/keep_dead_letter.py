"""A message that Pub/Sub has given up is kept, and somebody is told."""

from shared.database.queries import dead_letters
from shared.database.queries.dead_letters import DeadLetter
from shared.database.transactions import Database
from shared.metrics import Metric
from shared.observability.logs import tell


def keep_dead_letter(database: Database, letter: DeadLetter) -> bool:
    """Keep it once, however often it comes. The alert counts the lines that this writes: ids only."""
    with database.transaction() as tx:
        new = dead_letters.keep(tx, letter)
    if new:
        tell(
            {
                "severity": "ERROR",
                "metric": Metric.DEAD_LETTERS_KEPT.value,
                "value": 1,
                "dead_letter": letter.id,
                "topic": letter.topic,
                "reason": letter.reason,
                "attempts": letter.attempts,
            }
        )
    return new
