"""Every minute: extra SMS that a dead worker, a lost message or a supplier's silence has left go on, or end."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby

from shared.database.queries import extra_sms, outbox
from shared.database.queries.extra_sms import ExtraSms, Outcome
from shared.database.transactions import Database, Transaction, insist
from shared.domain.chunks import SIZE
from shared.domain.extra_sms import LIFE, ExtraState
from shared.domain.ledger import Purpose
from shared.domain.topics import EXTRA_SMS_WANTED
from shared.use_cases.sends.extra_sms import Refusal, book, end_unsent

AT_ONCE = 500


def sweep_extra_sms(database: Database, now: datetime) -> int:
    """How many were asked for again, have ended, or came into doubt; two sweeps at once take different ones."""
    with database.transaction() as tx:
        if not extra_sms.any_due(tx, now):
            return 0
    dead = insist(database, lambda tx: extra_sms.take_over_dead(tx, now, LIFE))
    return dead + sum(_all_of(database, work, now) for work in (_release_doubtful, _end_late, _nudge))


def release_held(database: Database, company_id: str, now: datetime) -> int:
    """At an agreement's end: what waits never leaves, and nothing is paid for what is in its call or in doubt."""

    def release(tx: Transaction) -> int:
        held = extra_sms.held_of(tx, company_id)
        waiting = [one for one in held if one.state == ExtraState.ACCEPTED]
        end_unsent(tx, company_id, [(one, Refusal.CANCELLED) for one in waiting], now)
        _release(tx, company_id, [one for one in held if one.state != ExtraState.ACCEPTED], now)
        return len(held)

    return insist(database, release)


def _all_of(database: Database, work: Callable[[Transaction, datetime], int], now: datetime) -> int:
    """Some hundred a transaction, until fewer are left."""
    done = 0
    while True:
        found = insist(database, lambda tx: work(tx, now))
        done += found
        if found < AT_ONCE:
            return done


def _release_doubtful(tx: Transaction, now: datetime) -> int:
    """Those of which no answer came in 72 hours are not paid for. They stay in doubt."""
    found = extra_sms.doubtful(tx, now, AT_ONCE)
    for company_id, rows in groupby(found, lambda one: one.company_id):
        _release(tx, company_id, list(rows), now)
    return len(found)


def _release(tx: Transaction, company_id: str, rows: Sequence[ExtraSms], now: datetime) -> None:
    outcomes = [Outcome(one.id, ExtraState.UNKNOWN, "no_answer", None, None, None) for one in rows]
    extra_sms.write(tx, company_id, outcomes, now)
    book(tx, Purpose.RELEASE, rows, now.date())


def _end_late(tx: Transaction, now: datetime) -> int:
    """Those that have waited for 72 hours, as their company is stopped or Lekab away: nobody expects them any more."""
    found = extra_sms.too_late(tx, now - LIFE, AT_ONCE)
    for company_id, rows in groupby(found, lambda one: one.company_id):
        end_unsent(tx, company_id, [(one, Refusal.TOO_LATE) for one in rows], now)
    return len(found)


def _nudge(tx: Transaction, now: datetime) -> int:
    """Ask again for what waits: a message whose work is done already finds nothing to do."""
    found = extra_sms.to_nudge(tx, now, AT_ONCE)
    if found:
        extra_sms.nudged(tx, [one.id for one in found], now)
    for (send_id, _), rows in groupby(found, lambda one: (one.send_id, (one.position - 1) // SIZE)):
        positions = [one.position for one in rows]
        body: dict[str, object] = {"send_id": send_id, "first": min(positions), "last": max(positions)}
        outbox.put(tx, EXTRA_SMS_WANTED, body, now)
    return len(found)
