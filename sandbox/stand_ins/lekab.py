"""Lekab on one machine: takes SMS, delivers every one of them, and calls back with receipts and answers."""

import itertools
import random
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import request

from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.lekab_wire import NUMERIC_SENDER, TOKEN_SECONDS, credentials_in_headers, make_app
from sandbox.stand_ins.web import (
    STOCKHOLM,
    Callback,
    CallbackSender,
    Clock,
    RefusalError,
    rfc3339,
)

Json = dict[str, Any]

RECEIPT_DELAY = (0.3, 1.5)  # seconds until the phone has the SMS


class NotANumber(Exception):
    """An SMS cannot be answered when its sender is a name."""


@dataclass(frozen=True, slots=True)
class Sms:
    id: str
    to: str  # without +, as in Lekab's answers
    sender: str
    message: str
    at: datetime
    delivered: float  # on time.monotonic()

    def status(self) -> Json:
        delivered = time.monotonic() >= self.delivered
        return {"id": self.id, "to": self.to, "status": "DELIVERED" if delivered else "ACCEPTED"}


class Lekab:
    """Holds all SMS in memory. `callback_url` is what `/dr` and `/mo` are put after."""

    def __init__(
        self,
        clock: Clock,
        callback_url: str,
        username: str,
        password: str,
        api_key: str | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._clock = clock
        self._callback_url = callback_url
        self._credentials = (username, password)
        self._api_key = api_key
        self.receipt_delay = RECEIPT_DELAY
        self._callbacks = CallbackSender((faults or Faults()).of("lekab"))
        self._lock = threading.Lock()
        self._requests = 0
        self._sms: dict[str, Sms] = {}
        self._by_number: dict[str, list[Sms]] = {}
        self._batches: dict[str, list[Sms]] = {}
        self._incoming: list[Json] = []
        self._tokens: dict[str, datetime] = {}
        self._id_prefix = secrets.token_hex(4)  # so that ids of two runs never meet
        self._id_numbers = itertools.count(1)
        self.app = make_app(self)

    def messages(self, to: str | None = None, limit: int | None = None) -> list[Json]:
        """What phones have got, newest first: `{"id","to","from","message","at"}`, numbers as +46…"""
        with self._lock:
            found = self._sms.values() if to is None else self._by_number.get(_digits(to), [])
            newest = list(itertools.islice(reversed(found), limit))
        return [
            {
                "id": sms.id,
                "to": f"+{sms.to}",
                "from": sms.sender,
                "message": sms.message,
                "at": rfc3339(sms.at),
            }
            for sms in newest
        ]

    def conversation(self, number: str, most: int) -> list[Json]:
        """The last so many that this phone got and wrote, oldest first: as `messages`, with `own` for what it wrote."""
        got = [{**sms, "own": False} for sms in self.messages(number, most)]
        with self._lock:
            written = [_as_written(one) for one in self._incoming if one["from"] == _digits(number)]
        return sorted(got + written, key=lambda one: datetime.fromisoformat(one["at"]))[-most:]

    def reply(self, to: str, from_: str, message: str) -> str:
        """The phone `from_` answers the sender `to`; returns the id. Raises NotANumber for a name."""
        for number in (to, from_):
            if not NUMERIC_SENDER.fullmatch(number.strip()):
                raise NotANumber(number)
        answer = {
            "id": self._new_id(),
            "from": _digits(from_),
            "to": _digits(to),
            "message": message,
            "timestamp": _local(self._clock.now()),
        }
        with self._lock:
            self._incoming.append(answer)
        self._callbacks.send(self._callback("mo", answer))
        return str(answer["id"])

    def stats(self) -> dict[str, int]:
        """`requests` of every kind, refused ones too; `sms` accepted; `numbers` that got any;
        `numbers_with_several_sms`: those that got more than one in all, whatever the texts and senders."""
        with self._lock:
            several = sum(len(received) > 1 for received in self._by_number.values())
            return {
                "requests": self._requests,
                "sms": len(self._sms),
                "numbers": len(self._by_number),
                "numbers_with_several_sms": several,
            }

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until the product has every receipt and answer; False if `timeout` seconds were too few."""
        return self._callbacks.wait_until_idle(timeout)

    def close(self) -> None:
        self._callbacks.close()

    # What the routes call.

    def count_request(self) -> None:
        with self._lock:
            self._requests += 1

    def authorise(self, body: Mapping[str, Any]) -> None:
        """Raises RefusalError unless the body, the headers or a bearer token name the account."""
        if (body.get("username"), body.get("password")) == self._credentials:
            return
        if self._api_key is not None and body.get("apikey") == self._api_key:
            return
        if credentials_in_headers() == self._credentials or self._has_valid_token():
            return
        raise RefusalError(401, "Invalid credentials")

    def new_token(self) -> str:
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = self._clock.now() + timedelta(seconds=TOKEN_SECONDS)
        return token

    def accept(self, sender: str, texts: Iterable[tuple[str, str]]) -> list[Sms]:
        """Take the (number, text) pairs, all valid; each one's receipt follows."""
        at = self._clock.now()
        now = time.monotonic()
        accepted = [
            Sms(self._new_id(), _digits(number), sender, text, at, now + random.uniform(*self.receipt_delay))
            for number, text in texts
        ]
        with self._lock:
            for sms in accepted:
                self._sms[sms.id] = sms
                self._by_number.setdefault(sms.to, []).append(sms)
        self._callbacks.send_all((self._receipt(sms, sms.delivered - now), sms.delivered - now) for sms in accepted)
        return accepted

    def accept_batch(self, sender: str, texts: Iterable[tuple[str, str]]) -> str:
        accepted = self.accept(sender, texts)
        batch_id = self._new_id()
        with self._lock:
            self._batches[batch_id] = accepted
        return batch_id

    def status_of(self, message_id: object) -> Json:
        with self._lock:
            sms = self._sms.get(str(message_id))
        if sms is None:
            raise RefusalError(404, "Unknown id")
        return sms.status()

    def status_of_batch(self, batch_id: object) -> Json:
        with self._lock:
            batch = self._batches.get(str(batch_id))
        if batch is None:
            raise RefusalError(404, "Unknown batchid")
        return {"batchid": batch_id, "messages": [sms.status() for sms in batch]}

    def incoming(self) -> list[Json]:
        with self._lock:
            return list(self._incoming)

    def _new_id(self) -> str:
        return f"{self._id_prefix}{next(self._id_numbers):08d}"

    def _has_valid_token(self) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        with self._lock:
            expires = self._tokens.get(token)
        return scheme.lower() == "bearer" and expires is not None and self._clock.now() < expires

    def _receipt(self, sms: Sms, delay: float) -> Callback:
        return self._callback(
            "dr",
            {
                "id": sms.id,
                "from": sms.sender,
                "to": sms.to,
                "status": "Delivered",
                "statusmessage": "DELIVRD",
                "timestamp": _local(sms.at + timedelta(seconds=delay)),
            },
        )

    def _callback(self, kind: str, fields: Mapping[str, str]) -> Callback:
        return Callback("GET", f"{self._callback_url}/{kind}?{urlencode(fields)}")


def _as_written(answer: Json) -> Json:
    at = datetime.fromisoformat(answer["timestamp"]).replace(tzinfo=STOCKHOLM).astimezone(UTC)
    return {
        "id": answer["id"],
        "own": True,
        "to": f"+{answer['to']}",
        "from": f"+{answer['from']}",
        "message": answer["message"],
        "at": rfc3339(at),
    }


def _digits(number: str) -> str:
    return number.strip().removeprefix("+")


def _local(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M:%S")
