"""The end of an agreement, step by step: each is tried until it is confirmed, and can be done any number of times."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from shared.database.queries import agreements, companies, contacts, money, people, sends
from shared.database.transactions import Database, Transaction, insist
from shared.domain import agreement
from shared.domain.agreement import NEEDS, Step
from shared.domain.retention import MESSAGE_LIFE
from shared.ports import Clock, Erasure, ErasureLog, KeyDestroyer, Payments
from shared.privacy.data_map.agreements import (
    DELETED_AT_THE_END,
    DELETED_WITH_THE_BOOKS,
    DELETED_WITH_THE_REQUESTS,
)
from shared.privacy.redaction import describe
from shared.use_cases.accounts.close_account import cancel_scheduled
from shared.use_cases.sends.stop_deliveries import cancel_send, end_overdue_send
from shared.use_cases.sends.sweep_extra_sms import release_held

log = logging.getLogger(__name__)

AT_ONCE = 100
ROWS_AT_ONCE = 5_000


class Erasing(Protocol):
    """A supplier that holds account holders by their e-mail."""

    def erase(self, email: str) -> None: ...


class NotYet(Exception):
    """Nothing is wrong, but the step has to wait."""


class NoPaymentLeft(Exception):
    """More is free than Stripe's payments can give back: a person has to pay it."""


class Parts(Struct, frozen=True):
    database: Database
    clock: Clock
    payments: Payments
    keys: KeyDestroyer
    mailchimp: Erasing
    hubspot: Erasing
    erasures: ErasureLog


class Ended(Struct, frozen=True):
    """What one run did: agreements whose grace was over, and steps that were done, that wait, and that failed."""

    begun: int
    done: int
    waiting: int
    failed: int


def end_agreements(parts: Parts) -> Ended:
    """Begin the ends whose grace is over, and try every step that is due; one company holds up no other."""
    now = parts.clock.now()
    _cancel_what_was_left(parts.database, now)
    begun = _begin(parts.database, now)
    counts = {"done": 0, "waiting": 0, "failed": 0}
    after = ""
    while True:
        with parts.database.transaction() as tx:
            due = agreements.to_try(tx, now, after, AT_ONCE)
        for company_id in due:
            for outcome in end_agreement(parts, company_id):
                counts[outcome] += 1
        if len(due) < AT_ONCE:
            return Ended(begun, **counts)
        after = due[-1]


def end_agreement(parts: Parts, company_id: str) -> list[str]:
    """Try the company's steps that are due, in their order; what became of each: done, waiting or failed."""
    now = parts.clock.now()
    with parts.database.transaction() as tx:
        rows = {Step(row.step): row for row in agreements.steps(tx, [company_id])}
    done = {step for step, row in rows.items() if row.state == "done"}
    outcomes = []
    for step, needs in NEEDS.items():
        if step in rows and step not in done and rows[step].next_try_at <= now and done.issuperset(needs):
            outcomes.append(_try(parts, company_id, step, rows[step].tries))
            if outcomes[-1] == "done":
                done.add(step)
    return outcomes


def _try(parts: Parts, company_id: str, step: Step, tries: int) -> str:
    now = parts.clock.now()
    try:
        ACTIONS[step](parts, company_id)
    except NotYet:
        insist(parts.database, lambda tx: agreements.step_waits(tx, company_id, step, now + agreement.FIRST_WAIT))
        return "waiting"
    except Exception as error:  # whatever ails one step, the others go on; what it says may name a person
        log.error("%s: %s failed: %s", company_id, step, describe(error))
        name, again = type(error).__name__, now + agreement.wait_after(tries + 1)
        insist(parts.database, lambda tx: agreements.step_failed(tx, company_id, step, name, again))
        return "failed"
    insist(parts.database, lambda tx: agreements.step_done(tx, company_id, step, parts.clock.now()))
    return "done"


def _cancel_what_was_left(database: Database, now: datetime) -> None:
    """What was scheduled and not cancelled with the closing, as somebody died there."""
    with database.transaction() as tx:
        closing = agreements.closing(tx)
    for company_id in closing:
        cancel_scheduled(database, company_id, now)


def _begin(database: Database, now: datetime) -> int:
    begun = 0
    while True:
        with database.transaction() as tx:
            over = agreements.over(tx, now, AT_ONCE)
            for company_id in over:
                agreements.begin_end(tx, company_id, now)
        begun += len(over)
        if len(over) < AT_ONCE:
            return begun


# The steps


def _stop_sends(parts: Parts, company_id: str) -> None:
    """Cancel what is under way and release what is held for it; what is in a call or in doubt has its 72 hours."""
    now = parts.clock.now()
    release_held(parts.database, company_id, now)
    with parts.database.transaction() as tx:
        unfinished = sends.with_text(tx, company_id)
    for send in unfinished:
        with parts.database.transaction() as tx:
            if send.start_at + MESSAGE_LIFE <= now and send.state != "scheduled":
                end_overdue_send(tx, company_id, send.id, now)
            elif send.state in ("scheduled", "processing"):
                cancel_send(tx, company_id, send.id, now)
    with parts.database.transaction() as tx:
        if sends.with_text(tx, company_id):
            raise NotYet


def _empty_numbers(parts: Parts, company_id: str) -> None:
    """No number is left that would have to be encrypted when the key is gone, however long deleting the rows waits."""
    for send_id in _by_places(parts.database, company_id, agreements.empty_numbers):
        with parts.database.transaction() as tx:
            sends.forget_gift(tx, company_id, send_id, parts.clock.now())


def _by_places(
    database: Database, company_id: str, work: Callable[[Transaction, str, str, int, int], None]
) -> Iterator[str]:
    """Work through each send's deliveries, some thousand places a transaction; the sends that this is done of."""
    with database.transaction() as tx:
        sizes = sends.sizes(tx, company_id)
    for send_id, accepted in sizes:
        for first in range(1, accepted + 1, ROWS_AT_ONCE):
            with database.transaction() as tx:
                work(tx, company_id, send_id, first, first + ROWS_AT_ONCE - 1)
        yield send_id


def _destroy_key(parts: Parts, company_id: str) -> None:
    parts.keys.destroy_key(company_id)


def _cancel_subscription(parts: Parts, company_id: str) -> None:
    with parts.database.transaction() as tx:
        company = companies.get(tx, company_id)
    if company and company.stripe_subscription:
        parts.payments.end(company.stripe_subscription)


def _pay_back(parts: Parts, company_id: str) -> None:
    """Book what is free as owed, then have Stripe pay it; what is booked is never owed twice."""
    with parts.database.transaction() as tx:
        left = money.owe(tx, company_id, parts.clock.now())
        owed = money.owed(tx, company_id)
    pending = 0
    for one in owed:
        if parts.payments.pay_back(one.id, one.payment, one.amount_ore):
            _confirm(parts.database, company_id, one.id)
        else:
            pending += 1
    if left:
        raise NoPaymentLeft
    if pending:
        raise NotYet


def _confirm(database: Database, company_id: str, pay_back_id: str) -> None:
    insist(database, lambda tx: money.paid_back(tx, company_id, pay_back_id))


def _erase_at_mailchimp(parts: Parts, company_id: str) -> None:
    _erase_at(parts, parts.mailchimp, company_id)


def _erase_at_hubspot(parts: Parts, company_id: str) -> None:
    _erase_at(parts, parts.hubspot, company_id)


def _erase_at(parts: Parts, supplier: Erasing, company_id: str) -> None:
    """Erase the account holders there; who is in another company that goes on stays."""
    with parts.database.transaction() as tx:
        if contacts.any_being_told(tx, company_id):
            raise NotYet
        emails = people.emails_of_only(tx, company_id)
    for email in emails:
        supplier.erase(email)


def _log_erasure(parts: Parts, company_id: str) -> None:
    """One entry a company, the same again: what was erased is erased again after a restore."""
    with parts.database.transaction() as tx:
        company = companies.get(tx, company_id)
    if company:
        parts.erasures.add(Erasure(company_id, company.ends_at or parts.clock.now(), company_id))


def _delete_rows(parts: Parts, company_id: str) -> None:
    """The deliveries first and by their places: to look for the next ones of a company gets slower with each chunk."""
    for _ in _by_places(parts.database, company_id, sends.erase_deliveries):
        pass
    delete_all(parts.database, DELETED_AT_THE_END, company_id)
    with parts.database.transaction() as tx:
        if agreements.is_erasing_somebody(tx, company_id):
            raise NotYet
    delete_all(parts.database, DELETED_WITH_THE_REQUESTS, company_id)


def delete_all(database: Database, tables: Sequence[str], company_id: str) -> None:
    """Some thousand rows a transaction: a company may have had a million recipients."""
    for table in tables:
        while True:
            with database.transaction() as tx:
                deleted = agreements.delete_rows(tx, table, company_id, ROWS_AT_ONCE)
            if deleted < ROWS_AT_ONCE:
                break


def _delete_people(parts: Parts, company_id: str) -> None:
    with parts.database.transaction() as tx:
        people.erase_members(tx, company_id)


def _empty_company(parts: Parts, company_id: str) -> None:
    # once more: a request that was under way when the end began may have written something since
    _delete_rows(parts, company_id)
    with parts.database.transaction() as tx:
        agreements.empty_company(tx, company_id)


def _close_books(parts: Parts, company_id: str) -> None:
    """Pay back what open gifts release, until none is open; then nothing of the balance is left to be kept."""
    _pay_back(parts, company_id)
    with parts.database.transaction() as tx:
        balance = money.lock(tx, company_id)
        if balance.held_ore or balance.available_ore:
            raise NotYet
    delete_all(parts.database, DELETED_WITH_THE_BOOKS, company_id)


Action = Callable[[Parts, str], None]

ACTIONS: dict[Step, Action] = {
    Step.STOP_SENDS: _stop_sends,
    Step.EMPTY_NUMBERS: _empty_numbers,
    Step.DESTROY_KEY: _destroy_key,
    Step.CANCEL_SUBSCRIPTION: _cancel_subscription,
    Step.PAY_BACK: _pay_back,
    Step.ERASE_AT_MAILCHIMP: _erase_at_mailchimp,
    Step.ERASE_AT_HUBSPOT: _erase_at_hubspot,
    Step.LOG_ERASURE: _log_erasure,
    Step.DELETE_ROWS: _delete_rows,
    Step.DELETE_PEOPLE: _delete_people,
    Step.EMPTY_COMPANY: _empty_company,
    Step.CLOSE_BOOKS: _close_books,
}
