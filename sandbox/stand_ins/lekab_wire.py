"""Lekab's wire: requests read, checked and answered."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from sandbox.stand_ins.web import RefusalError, json_answer, refuse

if TYPE_CHECKING:
    from sandbox.stand_ins.lekab import Lekab, Sms

MAX_RECIPIENTS = 1_000
BASE = "/restsms/lekabrest"
TOKEN_SECONDS = 599

# Swedish numbers must be mobile; of others only the shape of E.164 is known.
_DESTINATION = re.compile(r"\+?(?:467[023689][0-9]{7}|(?!46)[1-9][0-9]{6,14})")
NUMERIC_SENDER = re.compile(r"\+?[0-9]{4,15}")
_NAMED_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")

Json = dict[str, Any]


def make_app(lekab: Lekab) -> Flask:
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
    if isinstance(sender, str) and (NUMERIC_SENDER.fullmatch(sender) or _NAMED_SENDER.fullmatch(sender)):
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


def _accepted(sms: Sms) -> Json:
    return {"id": sms.id, "to": sms.to, "status": "ACCEPTED"}


def _invalid_destination(number: object) -> Json:
    return {"to": str(number).removeprefix("+"), "status": "INVALID DESTINATION"}


def credentials_in_headers() -> tuple[str | None, str | None] | None:
    if request.authorization is not None and request.authorization.type == "basic":
        return request.authorization.username, request.authorization.password
    try:
        return (
            base64.b64decode(request.headers["X-Lekab-Userid"], validate=True).decode(),
            base64.b64decode(request.headers["X-Lekab-Password"], validate=True).decode(),
        )
    except (KeyError, binascii.Error, UnicodeDecodeError):
        return None
