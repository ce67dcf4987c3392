"""Lekab on one machine: takes SMS, delivers every one of them, and calls back with receipts and answers."""

import base64
import binascii
import itertools
import json
import random
import re
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.web import (
    STOCKHOLM,
    Callback,
    CallbackSender,
    Clock,
    RefusalError,
    json_answer,
    refuse,
    rfc3339,
)

TOKEN_SECONDS = 599
MAX_RECIPIENTS = 1_000
RECEIPT_DELAY = (0.3, 1.5)  # seconds until the phone has the SMS
BASE = "/restsms/lekabrest"

# Swedish numbers must be mobile; of others only the shape of E.164 is known.
_DESTINATION = re.compile(r"\+?(?:467[023689][0-9]{7}|(?!46)[1-9][0-9]{6,14})")
_NUMERIC_SENDER = re.compile(r"\+?[0-9]{4,15}")
_NAMED_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")

Json = dict[str, Any]


class NotANumber(Exception):
    """An SMS cannot be answered when its sender is a name."""


@dataclass(frozen=True, slots=True)
class _Sms:
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
        self._callbacks = CallbackSender((faults or Faults()).of("lekab"))
        self._lock = threading.Lock()
        self._requests = 0
        self._sms: dict[str, _Sms] = {}
        self._by_number: dict[str, list[_Sms]] = {}
        self._batches: dict[str, list[_Sms]] = {}
        self._incoming: list[Json] = []
        self._tokens: dict[str, datetime] = {}
        self._id_prefix = secrets.token_hex(4)  # so that ids of two runs never meet
        self._id_numbers = itertools.count(1)
        self.app = _make_app(self)

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

    def reply(self, to: str, from_: str, message: str) -> str:
        """The phone `from_` answers the sender `to`; returns the id. Raises NotANumber for a name."""
        for number in (to, from_):
            if not _NUMERIC_SENDER.fullmatch(number.strip()):
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
        if _credentials_in_headers() == self._credentials or self._has_valid_token():
            return
        raise RefusalError(401, "Invalid credentials")

    def new_token(self) -> str:
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens[token] = self._clock.now() + timedelta(seconds=TOKEN_SECONDS)
        return token

    def accept(self, sender: str, texts: Iterable[tuple[str, str]]) -> list[_Sms]:
        """Take the (number, text) pairs, all valid; each one's receipt follows."""
        at = self._clock.now()
        now = time.monotonic()
        accepted = [
            _Sms(self._new_id(), _digits(number), sender, text, at, now + random.uniform(*RECEIPT_DELAY))
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

    def _receipt(self, sms: _Sms, delay: float) -> Callback:
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


def _digits(number: str) -> str:
    return number.strip().removeprefix("+")


def _local(moment: datetime) -> str:
    return moment.astimezone(STOCKHOLM).strftime("%Y-%m-%dT%H:%M:%S")


def _credentials_in_headers() -> tuple[str | None, str | None] | None:
    if request.authorization is not None and request.authorization.type == "basic":
        return request.authorization.username, request.authorization.password
    try:
        return (
            base64.b64decode(request.headers["X-Lekab-Userid"], validate=True).decode(),
            base64.b64decode(request.headers["X-Lekab-Password"], validate=True).decode(),
        )
    except (KeyError, binascii.Error, UnicodeDecodeError):
        return None


# The wire: requests read and answered.


def _make_app(lekab: Lekab) -> Flask:
    app = Flask(__name__)
    app.register_error_handler(RefusalError, refuse)

    @app.before_request
    def count() -> None:
        lekab.count_request()

    @app.post(f"{BASE}/send")
    def send() -> Response:
        body = _authorised_body(lekab)
        sender, message, numbers = _sender(body), _text(body.get("message")), body.get("to")
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= MAX_RECIPIENTS:
            raise RefusalError(400, f"'to' must be a list of 1 to {MAX_RECIPIENTS} numbers")
        good = [number for number in numbers if _is_destination(number)]
        accepted = lekab.accept(sender, [(number, message) for number in good])
        rejected = [_invalid_destination(number) for number in numbers if not _is_destination(number)]
        return json_answer({"accepted": [_accepted(sms) for sms in accepted], "rejected": rejected})

    @app.post(f"{BASE}/send/single")
    def send_single() -> Response:
        body = _authorised_body(lekab)
        sender, message, number = _sender(body), _text(body.get("message")), body.get("to")
        if not _is_destination(number):
            return json_answer(_invalid_destination(number))
        return json_answer(_accepted(lekab.accept(sender, [(str(number), message)])[0]))

    @app.post(f"{BASE}/batchsend/json")
    def batchsend() -> Response:
        body = _authorised_body(lekab)
        sender, batch = _sender(body), body.get("batch")
        if not isinstance(batch, list) or not batch:
            raise RefusalError(400, "'batch' must be a list of texts")
        batch_id = lekab.accept_batch(sender, [_batch_item(item) for item in batch])
        return json_answer({"batchid": batch_id, "batchstatuscode": 1, "batchstatusdescription": "SENT"})

    @app.route(f"{BASE}/status", methods=["GET", "POST"])
    def status() -> Response:
        body = _authorised_body(lekab)
        if "batchid" in body:
            return json_answer(lekab.status_of_batch(body["batchid"]))
        return json_answer(lekab.status_of(body.get("id")))

    @app.route(f"{BASE}/status/single", methods=["GET", "POST"])
    def status_single() -> Response:
        return json_answer(lekab.status_of(_authorised_body(lekab).get("id")))

    @app.route(f"{BASE}/incoming", methods=["GET", "POST"])
    def incoming() -> Response:
        _authorised_body(lekab)
        return json_answer({"incoming": lekab.incoming()})

    @app.route(f"{BASE}/incoming/single", methods=["GET", "POST"])
    def incoming_single() -> Response:
        wanted = _authorised_body(lekab).get("id")
        found = [sms for sms in lekab.incoming() if sms["id"] == wanted]
        if not found:
            raise RefusalError(404, "Unknown id")
        return json_answer(found[0])

    @app.post("/auth/api/v1/token")
    def token() -> Response:
        lekab.authorise(request.form)
        if request.form.get("grant_type") != "client_credentials":
            raise RefusalError(400, "unsupported_grant_type")
        return json_answer({"access_token": lekab.new_token(), "token_type": "bearer", "expires_in": TOKEN_SECONDS})

    return app


def _authorised_body(lekab: Lekab) -> Json:
    body = request.args.to_dict() if request.method == "GET" else _json_object(request.get_data())
    lekab.authorise(body)
    return body


def _json_object(data: bytes) -> Json:
    try:
        body = json.loads(data)
    except ValueError as error:
        raise RefusalError(400, "The body must be JSON in UTF-8") from error
    if not isinstance(body, dict):
        raise RefusalError(400, "The body must be an object")
    return body


def _sender(body: Json) -> str:
    sender = body.get("from")
    if isinstance(sender, str) and (_NUMERIC_SENDER.fullmatch(sender) or _NAMED_SENDER.fullmatch(sender)):
        return sender
    raise RefusalError(400, "'from' must be a number or a name of 1 to 11 letters, digits and spaces")


def _text(message: object) -> str:
    if isinstance(message, str) and message:
        return message
    raise RefusalError(400, "A message must be a text")


def _is_destination(number: object) -> bool:
    return isinstance(number, str) and _DESTINATION.fullmatch(number) is not None


def _batch_item(item: object) -> tuple[str, str]:
    if not isinstance(item, dict) or not _is_destination(item.get("t")):
        raise RefusalError(400, "INVALID DESTINATION")
    return item["t"], _text(item.get("m"))


def _accepted(sms: _Sms) -> Json:
    return {"id": sms.id, "to": sms.to, "status": "ACCEPTED"}


def _invalid_destination(number: object) -> Json:
    return {"to": str(number).removeprefix("+"), "status": "INVALID DESTINATION"}
