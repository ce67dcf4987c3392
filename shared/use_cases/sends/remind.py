"""Twice an hour by day: who has not opened a gift is reminded of it, where its company has asked for that."""

import logging
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.database.queries import extra_sms, money, opt_outs, outbox, reminders
from shared.database.queries.claims import Chunk
from shared.database.queries.extra_sms import ExtraSms
from shared.database.queries.sends import Send
from shared.database.transactions import Database, Transaction, insist
from shared.domain import chunks, ids
from shared.domain.extra_sms import ExtraKind, ExtraState
from shared.domain.reminder import PRICE_ORE
from shared.domain.schedule import is_by_day
from shared.domain.topics import EXTRA_SMS_WANTED
from shared.ports import Clock
from shared.privacy.redaction import describe
from shared.use_cases.sends.extra_sms import refusal

log = logging.getLogger(__name__)

AT_ONCE = 100


class Reminded(Struct, frozen=True):
    """`asked_for`: SMS that are on their way now. `left_out`: those that the balance did not cover. `failed`: sends
    that the next run has to try again."""

    asked_for: int = 0
    left_out: int = 0
    failed: int = 0

    def __add__(self, more: "Reminded") -> "Reminded":
        return Reminded(self.asked_for + more.asked_for, self.left_out + more.left_out, self.failed + more.failed)


def remind(database: Database, clock: Clock, quiet_hours: bool) -> Reminded:
    """Ask for the SMS of all that is due, a chunk of a send at a time; two runs at once take different chunks.

    `quiet_hours`: whether evenings and nights are left alone.
    """
    done, after = Reminded(), ""
    while not quiet_hours or is_by_day(clock.now()):
        with database.transaction() as tx:
            due = reminders.due(tx, clock.now(), after, AT_ONCE)
        for company_id, send_id in due:
            done += _try(database, clock, company_id, send_id)
        if len(due) < AT_ONCE:
            break
        after = due[-1][1]
    return done


def _try(database: Database, clock: Clock, company_id: str, send_id: str) -> Reminded:
    """Remind of all of the send. Whatever ails one, the others go on."""
    done = Reminded()
    try:
        while chunk := insist(database, lambda tx: _remind_chunk(tx, company_id, send_id, clock.now())):
            done += chunk
    except Exception as error:  # what it says may name a person
        log.error("send %s: reminders failed: %s", send_id, describe(error))
        done += Reminded(failed=1)
    return done


def _remind_chunk(tx: Transaction, company_id: str, send_id: str, now: datetime) -> Reminded | None:
    """What became of the next chunk; None where nothing of the send is due any more.

    The worker looks again before each SMS: much can happen until then.
    """
    send = reminders.lock_due(tx, company_id, send_id, now)
    if send is None:
        return None
    first, last = send.reminded_to + 1, min(send.reminded_to + chunks.SIZE, send.accepted)
    chunk = Chunk(company_id, send_id, first, last)
    wanted = _still_unopened(tx, send, reminders.unopened(tx, chunk, now), now)
    covered = wanted
    if wanted and not send.test:
        covered = wanted[: money.lock(tx, company_id).available_ore // PRICE_ORE]
    if covered:
        _ask_for(tx, send, covered, now)
        outbox.put(tx, EXTRA_SMS_WANTED, {"send_id": send_id, "first": first, "last": last}, now)
    reminders.decided(tx, chunk, len(wanted) - len(covered))
    return Reminded(len(covered), len(wanted) - len(covered))


def _still_unopened(tx: Transaction, send: Send, positions: list[int], now: datetime) -> list[int]:
    """Locked, so that none of them is erased or encrypted while its reminder is written."""
    found = extra_sms.targets(tx, send.company_id, send.id, positions) if positions else []
    gone = opt_outs.among(tx, send.company_id, [one.fingerprint for one in found if one.fingerprint])
    return [one.position for one in found if not refusal(ExtraKind.REMINDER, one, gone, send, now)]


def _ask_for(tx: Transaction, send: Send, positions: list[int], now: datetime) -> None:
    """Write the reminders, and reserve what they cost."""
    hold_id, price_ore = ids.new_id("hld"), 0 if send.test else PRICE_ORE
    reminder = ExtraSms(
        id="",
        company_id=send.company_id,
        send_id=send.id,
        position=0,
        kind=ExtraKind.REMINDER,
        number=1,
        language=send.reminder_language or "sv",
        state=ExtraState.ACCEPTED,
        hold_id=hold_id,
        price_ore=price_ore,
    )
    extra_sms.add_many(tx, [replace(reminder, id=ids.new_id("xms"), position=one) for one in positions], now)
    if price_ore:
        money.reserve(tx, send.company_id, hold_id, price_ore * len(positions), now.date())
