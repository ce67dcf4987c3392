"""Lekab: SMS out, delivery receipts and answers in. Its wire formats and status words, and nothing else.

What is only assumed of Lekab is listed in docs/providers.md.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import PhoneError, PhoneNumber, parse
from shared.observability.context import carried
from shared.ports import OutcomeUnknown, Receipt, Sms, SmsOutcome, SmsResult, SupplierUnavailable
from shared.providers.transport import Transport, json_object
from shared.settings import LekabSettings

log = logging.getLogger(__name__)

FINAL_WORDS = {
    "DELIVERED": DeliveryState.DELIVERED,
    "DELETED": DeliveryState.FAILED,
    "EXPIRED": DeliveryState.FAILED,
    "REJECTED": DeliveryState.FAILED,
    "UNDELIVERABLE": DeliveryState.FAILED,
    "ABSENT_SUBSCRIBER": DeliveryState.FAILED,
    "UNKNOWN_SUBSCRIBER": DeliveryState.FAILED,
    "INVALID_DESTINATION": DeliveryState.FAILED,
    "SUBSCRIBER_ERROR": DeliveryState.FAILED,
    "ERROR": DeliveryState.FAILED,
}
"""QUEUED, SENT, ACCEPTED and UNKNOWN are not the last word: another receipt may follow."""

REFUSED = (requests.codes.bad_request, requests.codes.unprocessable_entity)
"""What is wrong with this SMS. Any other 4xx is wrong with the account, the address or us: nothing was tried."""

BATCH_TAKEN = 1
AT_ONCE = 100
"""Texts handed over between two writes: what a worker that dies leaves in doubt."""

LONGEST_ID = 64
LONGEST_REASON = 40
LONGEST_SENDER = 16


class Lekab:
    """Hands over SMS. There is no idempotency key: what may have been sent is `unknown` and never sent again here."""

    def __init__(self, settings: LekabSettings, timeout_seconds: int) -> None:
        self._transport = Transport("lekab", settings.lekab_url, timeout_seconds, settings.lekab_concurrency)
        self._login = {"username": settings.lekab_username, "password": settings.lekab_password}
        self._batched = settings.lekab_batch
        self._workers = ThreadPoolExecutor(settings.lekab_concurrency, thread_name_prefix="lekab")
        self.at_once = AT_ONCE

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        """One `/send` a text, several at once; or one `/batchsend/json` where the account may."""
        if self._batched:
            return self._send_batch(messages)
        return list(self._workers.map(carried(self._send_one), messages))

    def receipts(self, references: Sequence[str]) -> list[Receipt]:
        """One `/status/single` an SMS, several at once. That one cannot be had is no reason to lose the others."""
        answers = list(self._workers.map(carried(self._ask), references))
        failures = [one for one in answers if isinstance(one, SupplierUnavailable)]
        if failures and len(failures) == len(answers):
            raise failures[0]
        return [one for one in answers if isinstance(one, Receipt)]

    def _ask(self, reference: str) -> Receipt | SupplierUnavailable | None:
        """The last word, what went wrong, or None where there is no last word yet."""
        try:
            answer = self._transport.call("POST", "/status/single", json=self._login | {"id": reference})
            if answer.status_code == requests.codes.not_found:
                return None
            if not answer.ok:
                return SupplierUnavailable(f"Lekab answered {answer.status_code}")
            said = json_object(answer)
        except SupplierUnavailable as error:
            return error
        except OutcomeUnknown:  # asking changes nothing
            return SupplierUnavailable("Lekab did not answer")
        return read_receipt({name: str(value) for name, value in said.items()} | {"id": reference})

    def _send_one(self, sms: Sms) -> SmsResult:
        body = {"from": sms.sender, "to": [sms.to.e164], "message": sms.text}
        try:
            answer = self._transport.call("POST", "/send", json=self._login | body)
            if answer.status_code in REFUSED:
                return SmsResult(SmsOutcome.REFUSED, reason="refused")
            if not answer.ok:
                return _not_taken(answer)
            return _read_one(json_object(answer))
        except SupplierUnavailable as error:
            return _away(error)
        except OutcomeUnknown:
            return SmsResult(SmsOutcome.UNKNOWN, reason="no_answer")

    def _send_batch(self, messages: Sequence[Sms]) -> list[SmsResult]:
        body = {
            "from": messages[0].sender,
            "batch": [{"t": sms.to.e164, "m": sms.text} for sms in messages],
        }
        try:
            answer = self._transport.call("POST", "/batchsend/json", json=self._login | body)
            if answer.status_code in REFUSED:  # one bad number refuses the whole batch: singly, only that one is
                return list(self._workers.map(carried(self._send_one), messages))
            if not answer.ok:
                return [_not_taken(answer)] * len(messages)
            taken = json_object(answer)
        except SupplierUnavailable as error:
            return [_away(error)] * len(messages)
        except OutcomeUnknown:
            return [SmsResult(SmsOutcome.UNKNOWN, reason="no_answer")] * len(messages)
        references = self._references(str(taken.get("batchid")))
        found = [references.get(sms.to.e164.removeprefix("+")) for sms in messages]
        if taken.get("batchstatuscode") != BATCH_TAKEN:  # sent is what its status then knows
            doubt = SmsResult(SmsOutcome.UNKNOWN, reason="odd_answer")
            return [SmsResult(SmsOutcome.SENT, reference) if reference else doubt for reference in found]
        return [SmsResult(SmsOutcome.SENT, reference) for reference in found]

    def _references(self, batch_id: str) -> dict[str, str]:
        """The ids of a batch by number; without one a receipt cannot find its delivery."""
        try:
            answer = json_object(self._transport.call("POST", "/status", json=self._login | {"batchid": batch_id}))
            found = {str(one["to"]).removeprefix("+"): _reference(one.get("id")) for one in answer["messages"]}
        except (SupplierUnavailable, OutcomeUnknown, KeyError, TypeError):
            return {}
        return {number: reference for number, reference in found.items() if reference}


def _not_taken(answer: requests.Response) -> SmsResult:
    log.error("Lekab answered %s: nothing was tried", answer.status_code)
    return SmsResult(SmsOutcome.NOT_TRIED, reason="unavailable")


def _away(error: SupplierUnavailable) -> SmsResult:
    return SmsResult(SmsOutcome.NOT_TRIED, reason="unavailable", retry_after_seconds=error.retry_after_seconds)


def _read_one(answer: dict[str, Any]) -> SmsResult:
    accepted, rejected = answer.get("accepted"), answer.get("rejected")
    if isinstance(accepted, list) and accepted and isinstance(accepted[0], dict):
        reference = _reference(accepted[0].get("id"))
        if reference:
            return SmsResult(SmsOutcome.SENT, reference)
    if isinstance(rejected, list) and rejected and isinstance(rejected[0], dict):
        return SmsResult(SmsOutcome.REFUSED, reason=_reason(str(rejected[0].get("status", ""))))
    return SmsResult(SmsOutcome.UNKNOWN, reason="odd_answer")


def _reference(found: object) -> str | None:
    """Lekab's id of an SMS as a receipt will name it; None for what is none."""
    text = str(found) if isinstance(found, str | int) else ""
    return text if 0 < len(text) <= LONGEST_ID and text.isascii() else None


def _reason(status: str) -> str:
    """A status as the reason that a company reads."""
    word = _word(status).lower()
    return word if word.isascii() and len(word) <= LONGEST_REASON else "refused"


def read_receipt(query: Mapping[str, str]) -> Receipt | None:
    """A receipt's last word on an SMS; None for one that says nothing final or nothing we understand."""
    outcome = FINAL_WORDS.get(_word(query.get("status", "")))
    sms_ref = _reference(query.get("id"))
    if outcome is None or sms_ref is None:
        return None
    reason = _word(query["status"]).lower() if outcome is DeliveryState.FAILED else None
    return Receipt(sms_ref, outcome, reason, _phone(query.get("to", "")), _sender(query.get("from", "")))


def _phone(number: str) -> PhoneNumber | None:
    """Lekab writes numbers without the plus."""
    try:
        return parse(f"+{number.removeprefix('+')}")
    except PhoneError:
        return None


def _sender(text: str) -> str | None:
    """The sender as we gave it: a name, or a number with its plus."""
    sender = f"+{text}" if text.isdecimal() else text
    return sender if sender.isascii() and 0 < len(sender) <= LONGEST_SENDER else None


def _word(status: str) -> str:
    return "_".join(status.upper().replace("_", " ").split())
