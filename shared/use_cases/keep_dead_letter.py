"""A message that Pub/Sub has given up is kept, and somebody is told."""

import json
import logging

from shared.database.queries import dead_letters
from shared.database.queries.dead_letters import DeadLetter
from shared.database.transactions import Database

log = logging.getLogger(__name__)


def keep_dead_letter(database: Database, letter: DeadLetter) -> bool:
    """Keep it once, however often it comes. The alert counts the lines that this logs: ids only."""
    with database.transaction() as tx:
        new = dead_letters.keep(tx, letter)
    if new:
        facts = {"dead_letter": letter.id, "topic": letter.topic, "reason": letter.reason, "attempts": letter.attempts}
        log.error("%s", json.dumps(facts))
    return new
