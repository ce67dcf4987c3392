"""Lekab: SMS out, and what became of them. Its wire formats, and nothing else.

What is only assumed of Lekab is listed in docs/providers.md.
"""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from shared.domain.chunks import SIZE
from shared.observability.context import carried
from shared.ports import LEFT, OutcomeUnknown, Receipt, Sms, SmsOutcome, SmsResult, SupplierUnavailable
from shared.providers.lekab_words import read_receipt, reason_of, reference_of
from shared.providers.transport import Transport, json_object
from shared.settings import LekabSettings

log = logging.getLogger(__name__)

REFUSED = (requests.codes.bad_request, requests.codes.unprocessable_entity)
"""What is wrong with this SMS. Any other 4xx is wrong with the account, the address or us: nothing was tried."""

BATCH_TAKEN = 1
AT_ONCE = 100
"""Texts handed over one by one between two writes: what a worker that dies leaves in doubt. A batch is a chunk."""

LONGEST_SECONDS = 60
"""Of calls one by one: what has not begun by then is left, as the worker's claim must not run out meanwhile."""


NOT_TRIED = SmsResult(SmsOutcome.NOT_TRIED, reason="unavailable")


class Lekab:
    """Hands over SMS. There is no idempotency key: what may have been sent is `unknown` and never sent again here."""

    def __init__(self, settings: LekabSettings, timeout_seconds: int, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._transport = Transport("lekab", settings.lekab_url, timeout_seconds, settings.lekab_concurrency)
        self._login = {"username": settings.lekab_username, "password": settings.lekab_password}
        self._batched = settings.lekab_batch
        self._longest_seconds = longest_seconds
        self._workers = ThreadPoolExecutor(settings.lekab_concurrency, thread_name_prefix="lekab")
        self.at_once = SIZE if settings.lekab_batch else AT_ONCE

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        """One `/send` a text, several at once; or one `/batchsend/json` where the account may."""
        if self._batched:
            return self._send_batch(messages)
        return self._send_singly(messages)

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

    def _send_singly(self, messages: Sequence[Sms]) -> list[SmsResult]:
        until = time.monotonic() + self._longest_seconds

        def in_time(sms: Sms) -> SmsResult:
            return self._send_one(sms) if time.monotonic() < until else LEFT

        return list(self._workers.map(carried(in_time), messages))

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
                return self._send_singly(messages)
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
            found = {str(one["to"]).removeprefix("+"): reference_of(one.get("id")) for one in answer["messages"]}
        except (SupplierUnavailable, OutcomeUnknown, KeyError, TypeError):
            return {}
        return {number: reference for number, reference in found.items() if reference}


def _not_taken(answer: requests.Response) -> SmsResult:
    log.error("Lekab answered %s: nothing was tried", answer.status_code)
    return NOT_TRIED


def _away(error: SupplierUnavailable) -> SmsResult:
    return SmsResult(SmsOutcome.NOT_TRIED, reason="unavailable", retry_after_seconds=error.retry_after_seconds)


def _read_one(answer: dict[str, Any]) -> SmsResult:
    accepted, rejected = answer.get("accepted"), answer.get("rejected")
    if isinstance(accepted, list) and accepted and isinstance(accepted[0], dict):
        reference = reference_of(accepted[0].get("id"))
        if reference:
            return SmsResult(SmsOutcome.SENT, reference)
    if isinstance(rejected, list) and rejected and isinstance(rejected[0], dict):
        return SmsResult(SmsOutcome.REFUSED, reason=reason_of(str(rejected[0].get("status", ""))))
    return SmsResult(SmsOutcome.UNKNOWN, reason="odd_answer")
