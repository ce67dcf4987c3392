"""Mailchimp Transactional (Mandrill) on one machine: a mailbox that takes every e-mail but a refused domain's."""

import threading
import uuid
from dataclasses import asdict, dataclass
from hmac import compare_digest
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.stand_ins.web import Clock, rfc3339

Json = dict[str, Any]

REFUSED_DOMAIN = "@invalid.example"
"""Addresses there are refused as one that has bounced: with status 200, and nothing is sent."""


class _RefusalError(Exception):
    """An error in Mandrill's shape. Mandrill answers 500 to every one of them, the caller's faults too."""

    def __init__(self, code: int, name: str, message: str) -> None:
        self.answer = {"status": "error", "code": code, "name": name, "message": message}


@dataclass(frozen=True, slots=True)
class _Mail:
    id: str
    to: str
    from_: str
    subject: str
    message: str
    at: str


class Mandrill:
    """Holds all e-mail in memory, one for each recipient."""

    def __init__(self, clock: Clock, key: str) -> None:
        self._clock = clock
        self._key = key
        self._lock = threading.Lock()
        self._requests = 0
        self._mails: list[_Mail] = []
        self.app = _make_app(self)

    def mails(self, to: str | None = None) -> list[Json]:
        """What arrived, newest first: `{"id","to","from","subject","message","at"}`; `to` in any case."""
        with self._lock:
            newest = self._mails[::-1]
        return [
            {name.rstrip("_"): value for name, value in asdict(mail).items()}
            for mail in newest
            if to is None or mail.to.casefold() == to.strip().casefold()
        ]

    def stats(self) -> dict[str, int]:
        with self._lock:
            return {"requests": self._requests, "mails": len(self._mails)}

    # What the route calls.

    def take(self, body: object) -> list[Json]:
        """Put one e-mail in each recipient's mailbox; returns Mandrill's answer."""
        with self._lock:
            self._requests += 1
        message = self._authorised_message(body)
        at = rfc3339(self._clock.now())
        addresses = _recipients(message)
        mails = [
            _Mail(
                id=uuid.uuid4().hex,
                to=address,
                from_=str(message.get("from_email", "")),
                subject=str(message.get("subject", "")),
                message=str(message.get("text") or message.get("html") or ""),
                at=at,
            )
            for address in addresses
            if not _is_refused(address)
        ]
        with self._lock:
            self._mails.extend(mails)
        sent = {mail.to: mail.id for mail in mails}
        return [_result(address, sent.get(address)) for address in addresses]

    def _authorised_message(self, body: object) -> Json:
        if not isinstance(body, dict) or not isinstance(body.get("key"), str) or not body["key"]:
            raise _RefusalError(-1, "ValidationError", "You must specify a key value")
        if not compare_digest(body["key"].encode(), self._key.encode()):
            raise _RefusalError(-1, "Invalid_Key", "Invalid API key")
        message = body.get("message")
        if not isinstance(message, dict):
            raise _RefusalError(-2, "ValidationError", 'Validation error: {"message":"Please enter a value"}')
        return message


def _is_refused(address: str) -> bool:
    return address.casefold().endswith(REFUSED_DOMAIN)


def _result(address: str, mail_id: str | None) -> Json:
    if mail_id is None:
        return {"email": address, "status": "rejected", "_id": uuid.uuid4().hex, "reject_reason": "hard-bounce"}
    return {"email": address, "status": "sent", "_id": mail_id, "reject_reason": None}


def _recipients(message: Json) -> list[str]:
    to = message.get("to")
    addresses = [entry.get("email") for entry in to if isinstance(entry, dict)] if isinstance(to, list) else []
    good = [address for address in addresses if isinstance(address, str) and "@" in address]
    if not good or len(good) != len(addresses):
        raise _RefusalError(-2, "ValidationError", 'Validation error: {"message":{"to":"Please enter an array"}}')
    return good


def _make_app(mandrill: Mandrill) -> Flask:
    app = Flask(__name__)

    @app.errorhandler(_RefusalError)
    def refuse(refused: _RefusalError) -> ResponseReturnValue:
        return jsonify(refused.answer), 500

    @app.post("/api/1.0/messages/send.json")
    def send() -> ResponseReturnValue:
        return jsonify(mandrill.take(request.get_json(force=True, silent=True)))

    return app
