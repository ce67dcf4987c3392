"""Idempotency-Key: the same key and body give the first success again for 24 hours."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from shared.database.queries import idempotency
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.errors import Fault, NotAcceptable, Refusal
from shared.domain.retention import IDEMPOTENT_LIFE
from shared.http.as_json import to_json
from shared.http.call import Answer, Call
from shared.privacy.tokens import TokenHasher

Plan = TypeVar("Plan")

LONGEST_KEY = 128


class Once(Struct, frozen=True):
    """A request with its key, if it has one. Key and body are kept as keyed hashes only."""

    company_id: str
    operation: str
    key_hmac: bytes | None
    body_hmac: bytes
    now: datetime

    def earlier(self, tx: Transaction) -> Answer | None:
        """Take the key in this transaction, or give the answer of the time before.

        A second request at the same moment waits for the first. Raises `NotAcceptable` for another body.
        """
        return self._take(tx, None)

    def answer(
        self,
        database: Database,
        plan: Callable[[], Plan],
        answer_of: Callable[[Plan], Answer],
        do: Callable[[Transaction, Plan], None],
    ) -> Answer:
        """What was answered the time before; else plan, and do it. The key is taken with its answer, in one statement.

        `plan` writes nothing and may refuse, which counts only where there was no time before.
        """
        try:
            planned = plan()
        except Refusal:
            with database.transaction() as tx:
                if earlier := self.earlier(tx):
                    return earlier
                raise  # which leaves the key free
        answer = answer_of(planned)
        with database.transaction() as tx:
            if earlier := self._take(tx, answer):
                return earlier
            do(tx, planned)
        return answer

    def _take(self, tx: Transaction, answer: Answer | None) -> Answer | None:
        """`earlier`, and keep an answer with the key that is taken."""
        if self.key_hmac is None:
            return None
        found = idempotency.begin(
            tx,
            self.company_id,
            self.operation,
            self.key_hmac,
            self.body_hmac,
            self.now,
            self.now - IDEMPOTENT_LIFE,
            (answer.status, to_json(answer.body)) if answer else (None, None),
        )
        if found is None:
            return None
        if found.body_hmac != self.body_hmac:
            fault = Fault("Idempotency-Key", "reused", "Use a new key for a new request.")
            raise NotAcceptable("This Idempotency-Key was used with another body.", [fault])
        if found.status and found.answer:
            return Answer(found.status, json.loads(found.answer))
        if answer is not None:
            self.finish(tx, answer)
        return None

    def make_id(self, tx: Transaction, prefix: str) -> str:
        """An id for what the request makes: the same for the same key while it is kept, else a new one.

        For work that is not done in the transaction that took the key.
        """
        if self.key_hmac is None:
            return ids.new_id(prefix)
        taken_at = idempotency.taken_at(tx, self.company_id, self.operation, self.key_hmac)
        digest = hmac.digest(self.key_hmac, taken_at.isoformat().encode(), "sha256")
        return f"{prefix}_{ids.encode(digest[: ids.RANDOM_BYTES])}"

    def finish(self, tx: Transaction, answer: Answer) -> Answer:
        """Keep a success with the work that it tells of."""
        if self.key_hmac is not None:
            idempotency.finish(tx, self.company_id, self.operation, self.key_hmac, answer.status, to_json(answer.body))
        return answer


def read_once(call: Call, tokens: TokenHasher, operation: str, body: list[bytes]) -> Once:
    """The request's key and what it is about; `body` in parts, so that a multipart boundary does not count.

    Raises `NotAcceptable` for a key that is not 1–128 printable ASCII characters.
    """
    key = call.request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        fault = Fault("Idempotency-Key", "invalid", f"Use 1 to {LONGEST_KEY} printable ASCII characters.")
        raise NotAcceptable("The Idempotency-Key cannot be used.", [fault])
    place = f"{call.company_id}|{operation}|{'test|' if call.member.is_test else ''}"
    key_hmac = tokens.digest("idempotency-key", place + key) if key else None
    digests = b"".join(tokens.digest("idempotency-part", part) for part in body)
    return Once(call.company_id, operation, key_hmac, tokens.digest("idempotency-body", digests), call.now)
