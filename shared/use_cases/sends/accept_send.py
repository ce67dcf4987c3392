"""Accepting a send: everything that must be true of it is written in one transaction, or nothing is."""

import json
from collections.abc import Collection, Iterator
from datetime import date, datetime

from msgspec import Struct
from typing_extensions import TypedDict

from shared.database.queries import deliveries, money, outbox, sends
from shared.database.queries.people import Session
from shared.database.queries.standing import Sending
from shared.database.transactions import Transaction
from shared.domain import ids, retention
from shared.domain import reminder as reminders
from shared.domain.chunks import IN_FLIGHT, chunk_after
from shared.domain.errors import Fault, NotAcceptable, SameMoment
from shared.domain.limits import DAY, Limits
from shared.domain.misuse import ByItself
from shared.domain.recipients import Judgement, Recipient
from shared.domain.topics import COUPONS_WANTED
from shared.metrics import Metric
from shared.observability.context import about
from shared.privacy.places import text_place, values_place
from shared.privacy.sealing import SealingKey
from shared.privacy.transit import Transit
from shared.use_cases.sends.prepare_send import (
    Checked,
    Known,
    Prepared,
    allowed_to_send,
    check_month,
    check_not_held,
    check_stock,
    prepare,
)


class Counts(TypedDict):
    accepted: int
    duplicate: int
    invalid: int
    opted_out: int


class ReportedRow(TypedDict):
    row: int
    code: str
    message: str


class Report(TypedDict):
    recipients: Counts
    report: list[ReportedRow]


class Accepted(Report):
    id: str
    state: str
    sms_parts: int
    price_ore: int
    test: bool


class Planned(Struct, frozen=True):
    """A send that may be accepted, and is whole but for being written."""

    send: sends.Send
    sending: Sending
    prepared: Prepared
    hold_id: str
    key: SealingKey

    @property
    def told(self) -> Accepted:
        """What is told of it once it is accepted."""
        return {
            "id": self.send.id,
            "state": self.send.state,
            **report_of(self.prepared.judgement),
            "sms_parts": self.send.sms_parts,
            "price_ore": self.prepared.price_ore,
            "test": self.send.test,
        }


def transit_key_of_today(transit: Transit, now: datetime) -> tuple[date, SealingKey]:
    """The day and its key, to be had before the transaction begins."""
    return now.date(), transit.of_day(now.date(), make=True)


def plan_send(
    member: Session,
    checked: Checked,
    known: Known,
    transit: tuple[date, SealingKey],
    now: datetime,
    by_itself: Collection[ByItself] = frozenset(),
) -> Planned:
    """The send as it would be accepted, by what is known.

    Raises `NotAcceptable` with the report, `BalanceTooLow`, `Forbidden`. `by_itself`: what no person need approve.
    A test key's send costs nothing, and is within every limit.
    """
    sending = allowed_to_send(known.sending, now.date())
    prepared = prepare(checked, known, now, by_itself)
    check_recipients(prepared)
    if not member.is_test:
        check_not_held(prepared)
        money.check_covers(sending.balance, prepared.price_ore)
    hold_id = ids.new_id("hld")
    send = _new_send(member, sending, prepared, transit, hold_id, now)
    if send.start_at + retention.MESSAGE_LIFE > send.encrypt_at:
        text = "It would still be under way when your company's numbers are encrypted. Choose an earlier time."
        raise NotAcceptable("The send begins too late.", [Fault("scheduled_at", "too_late", text)])
    return Planned(send, sending, prepared, hold_id, transit[1])


def accept_send(tx: Transaction, planned: Planned, limits: Limits, now: datetime) -> None:
    """Write send and deliveries, ask for the first coupons, and reserve the price.

    Raises `BalanceTooLow`, `TooMany`, `Conflict`, `NotAcceptable`, and `SameMoment` where the company may not send any
    more, or keeps numbers for other days than when the send was planned; nothing is written then.
    """
    send, prepared = planned.send, planned.prepared
    if not send.test:
        check_stock(tx, prepared)
    deliveries.add(tx, send.company_id, send.id, _rows(send.id, prepared.judgement.accepted, planned.key))
    if send.state == "processing":
        ask_for_first_coupons(tx, send, now)
    # after its rows, as it holds the company as it was planned by: who stops it waits for no 100,000 of them
    if not sends.add(tx, send, planned.sending.encrypt_after_days, planned.sending.erase_after_days):
        raise SameMoment("The account was changed while the send was being checked. Nothing was sent. Send it again.")
    about(send_id=send.id)
    if not send.test:
        # last, as it locks the balance: nobody else of the company waits while 100,000 rows are written
        _reserve(tx, planned, limits, now)
        tx.count(Metric.RECIPIENTS_ACCEPTED, send.accepted)


def _reserve(tx: Transaction, planned: Planned, limits: Limits, now: datetime) -> None:
    """Raises `BalanceTooLow`, `TooMany`, `NotAcceptable`."""
    send, company, price_ore, today = planned.send, planned.sending, planned.prepared.price_ore, now.date()
    limits = limits.of(company.daily_recipients, company.limits_lifted_at is not None)
    money.open_hold(tx, company.company_id, planned.hold_id, price_ore, today)
    most = limits.most(company.created_at, now)
    if not money.reserve_within(tx, company.company_id, price_ore, send.accepted, most, today):
        # the days' sums are more than a day: with the balance locked, two sends cannot both be the last in the limit
        money.check_covers(money.lock(tx, company.company_id), price_ore)
        limits.check(sends.recipients_since(tx, company.company_id, now - DAY), company.created_at, now)
        money.reserve_counted(tx, company.company_id, price_ore, send.accepted, today)
    check_month(tx, company.company_id, planned.prepared.gift, now)


def _new_send(
    member: Session,
    company: Sending,
    prepared: Prepared,
    transit: tuple[date, SealingKey],
    hold_id: str,
    now: datetime,
) -> sends.Send:
    judgement, request, (day, key) = prepared.judgement, prepared.request, transit
    start_at = max(request.start_at or now, now)
    send_id = ids.new_id("snd")
    return sends.Send(
        id=send_id,
        company_id=company.company_id,
        state="scheduled" if start_at > now else "processing",
        sender=request.sender,
        sealed_text=key.seal(request.message.encode(), text_place(send_id)),
        transit_day=day,
        gift_code=prepared.gift.code,
        hold_id=hold_id,
        fee_ore=0 if member.is_test else prepared.fee_ore,
        value_ore=0 if member.is_test else prepared.value_ore,
        sms_parts=judgement.longest.parts,
        accepted=len(judgement.accepted),
        duplicates=judgement.counts["duplicate"],
        invalid=judgement.invalid,
        opted_out=judgement.counts["opted_out"],
        legal_basis="consent",
        consent_version=request.text_version,
        attested_by=member.member_id,
        created_at=now,
        encrypt_at=retention.encrypt_at(now, company.encrypt_after_days),
        encrypted_at=None,
        erase_at=retention.erase_at(now, company.erase_after_days),
        start_at=start_at,
        nudged_at=now,
        test=member.is_test,
        remind_at=reminders.remind_at(start_at, request.reminder.after_days) if request.reminder else None,
        reminder_language=request.reminder.language if request.reminder else None,
    )


def check_recipients(prepared: Prepared) -> None:
    """Raises `NotAcceptable` with the report where rows are invalid and are not to be skipped, or none is left."""
    judgement = prepared.judgement
    if judgement.invalid and not prepared.request.skip_invalid:
        detail = 'Some rows cannot be sent to. Mend them, or send with "on_invalid": "skip". Nothing was sent.'
        raise NotAcceptable(detail, extra=report_of(judgement))
    if not judgement.accepted:
        raise NotAcceptable("No row can be sent to. Nothing was sent.", extra=report_of(judgement))


def report_of(judgement: Judgement) -> Report:
    """What is told of the rows: all counts, and the first hundred that are not sent to."""
    return {
        "recipients": {
            "accepted": len(judgement.accepted),
            "duplicate": judgement.counts["duplicate"],
            "invalid": judgement.invalid,
            "opted_out": judgement.counts["opted_out"],
        },
        "report": [{"row": fault.row, "code": fault.code, "message": fault.message} for fault in judgement.faults],
    }


def _rows(send_id: str, recipients: list[Recipient], key: SealingKey) -> Iterator[tuple[str, bytes, bytes | None]]:
    written: dict[int, bytes] = {}  # rows with the same values share them
    for position, one in enumerate(recipients, start=1):
        sealed = None
        if one.values:
            values = written.get(id(one.values)) or written.setdefault(id(one.values), json.dumps(one.values).encode())
            sealed = key.seal(values, values_place(send_id, position))
        yield one.phone.e164, one.fingerprint, sealed


def ask_for_first_coupons(tx: Transaction, send: sends.Send, now: datetime) -> None:
    """Set the first chunks going; each that ends asks for another."""
    first = 1
    for _ in range(IN_FLIGHT):
        chunk = chunk_after(first, send.accepted)
        if chunk is None:
            return
        outbox.put(tx, COUPONS_WANTED, {"send_id": send.id, "first": chunk[0], "last": chunk[1]}, now)
        first = chunk[1] + 1
