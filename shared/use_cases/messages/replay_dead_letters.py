"""Messages that were given up are published once more: the rows' state decides what is left to do."""

import json
from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import dead_letters, outbox, staff_log
from shared.database.queries.dead_letters import DeadLetter
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database, Transaction
from shared.domain.errors import Conflict, NotFound

AT_ONCE = 200


def replay_dead_letter(tx: Transaction, staff: str, letter_id: str, now: datetime) -> None:
    """Raises `NotFound`, and `Conflict` for one that was replayed before."""
    letter = dead_letters.lock(tx, letter_id)
    if letter is None:
        raise NotFound("There is no such dead letter.")
    if letter.replayed_at is not None:
        raise Conflict("It was replayed before. Had that failed, it would be here once more as another one.")
    _replay(tx, staff, [letter], now)


def replay_dead_letters(database: Database, staff: str, now: datetime) -> int:
    """All that nobody has replayed and that were kept until now; how many. Each once, however many replay at once."""
    done = 0
    while True:
        with database.transaction() as tx:
            found = dead_letters.to_replay(tx, now, AT_ONCE)
            _replay(tx, staff, found, now)
        done += len(found)
        if len(found) < AT_ONCE:
            return done


def _replay(tx: Transaction, staff: str, letters: Sequence[DeadLetter], now: datetime) -> None:
    for letter in letters:
        outbox.put(tx, letter.topic, json.loads(letter.body), now)
    if letters:
        letter_ids = [letter.id for letter in letters]
        dead_letters.replayed(tx, letter_ids, now)
        staff_log.add(tx, staff, Action.REPLAY, letter_ids, now)
