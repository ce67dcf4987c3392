"""HubSpot's contacts on one machine: upserted by e-mail, read, and erased.

An e-mail that is erased without being known goes on a block list, which `stats` counts: the product never should.
"""

import itertools
import re
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from flask import Flask, Response, request

from sandbox.stand_ins.web import Clock, json_answer, rfc3339

MOST_A_BATCH = 100
MOST_CALLS = 190
WINDOW_SECONDS = 10.0
PREFIX = "upup_"
"""The account's own properties begin so; of HubSpot's own it has these."""
PROPERTIES = ("email", "firstname", "lastname", "createdate", "lastmodifieddate")
READ_ONLY = ("createdate", "lastmodifieddate")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

Json = dict[str, Any]


class _RefusalError(Exception):
    """An error in HubSpot's shape."""

    def __init__(self, status: int, category: str, message: str, **more: str) -> None:
        super().__init__(category)
        self.status = status
        self.body: Json = {
            "status": "error",
            "message": message,
            "correlationId": str(uuid.uuid4()),
            "category": category,
            **more,
        }


@dataclass(slots=True)
class _Contact:
    id: str
    properties: dict[str, str]

    def as_json(self, names: list[str]) -> Json:
        asked = {name: self.properties.get(name) for name in [*READ_ONLY, "email", *names]}
        return {
            "id": self.id,
            "properties": asked,
            "createdAt": self.properties["createdate"],
            "updatedAt": self.properties["lastmodifieddate"],
            "archived": False,
        }


class HubSpot:
    """Holds all contacts in memory. `most_calls` in ten seconds; the next is 429."""

    def __init__(self, clock: Clock, token: str, most_calls: int = MOST_CALLS) -> None:
        self._clock = clock
        self._token = token
        self._most_calls = most_calls
        self._lock = threading.Lock()
        self._contacts: dict[str, _Contact] = {}  # by e-mail
        self._blocked: set[str] = set()
        self._ids = itertools.count(101)
        self._recent: deque[float] = deque()
        self._requests = 0
        self.app = _make_app(self)

    def contacts(self) -> list[Json]:
        """`{"id","properties"}` of each."""
        with self._lock:
            return [{"id": one.id, "properties": dict(one.properties)} for one in self._contacts.values()]

    def stats(self) -> dict[str, int]:
        """`blocked`: e-mails on the block list, which none that was known at its erasure is."""
        with self._lock:
            return {"requests": self._requests, "contacts": len(self._contacts), "blocked": len(self._blocked)}

    # What the routes call.

    def begin_call(self) -> None:
        now = time.monotonic()
        with self._lock:
            self._requests += 1
            while self._recent and self._recent[0] <= now - WINDOW_SECONDS:
                self._recent.popleft()
            if len(self._recent) >= self._most_calls:
                message = "You have reached your ten_secondly_rolling limit."
                raise _RefusalError(
                    429, "RATE_LIMITS", message, errorType="RATE_LIMIT", policyName="TEN_SECONDLY_ROLLING"
                )
            self._recent.append(now)

    def authorise(self, header: str) -> None:
        if not compare_digest(header.encode(), f"Bearer {self._token}".encode()):
            raise _RefusalError(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")

    def property_names(self) -> list[str]:
        with self._lock:
            own = {name for one in self._contacts.values() for name in one.properties if name.startswith(PREFIX)}
        return [*PROPERTIES, *sorted(own)]

    def upsert(self, inputs: list[Json]) -> list[Json]:
        """All of them or none."""
        wanted = [_wanted(one) for one in inputs]
        emails = [email for email, _ in wanted]
        if len(set(emails)) < len(emails):
            raise _RefusalError(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input. IDs must be unique")
        with self._lock:
            if blocked := self._blocked.intersection(emails):
                raise _bad_email(min(blocked), "is on the block list")
            return [self._upsert(email, properties) for email, properties in wanted]

    def read(self, emails: list[str], names: list[str]) -> tuple[list[Json], list[str]]:
        """The contacts that are known, and the e-mails that are not."""
        with self._lock:
            found = [self._contacts[email].as_json(names) for email in emails if email in self._contacts]
            return found, [email for email in emails if email not in self._contacts]

    def erase(self, object_id: str, id_property: str | None) -> None:
        with self._lock:
            if id_property == "email":
                email = object_id.strip().lower()
                if self._contacts.pop(email, None) is None:
                    self._blocked.add(email)
                return
            known = {one.id: email for email, one in self._contacts.items()}
            if object_id not in known:
                raise _RefusalError(404, "OBJECT_NOT_FOUND", "resource not found")
            del self._contacts[known[object_id]]

    def _upsert(self, email: str, properties: dict[str, str]) -> Json:
        now = rfc3339(self._clock.now())
        is_new = email not in self._contacts
        if is_new:
            self._contacts[email] = _Contact(str(next(self._ids)), {"email": email, "createdate": now})
        contact = self._contacts[email]
        contact.properties |= properties | {"email": email, "lastmodifieddate": now}
        return contact.as_json(list(properties)) | {"new": is_new}


def _bad_email(email: str, why: str) -> _RefusalError:
    found = f'[{{"isValid":false,"message":"Email address {email} {why}","error":"INVALID_EMAIL","name":"email"}}]'
    return _RefusalError(400, "VALIDATION_ERROR", f"Property values were not valid: {found}")


def _bad_input(message: str) -> _RefusalError:
    return _RefusalError(400, "VALIDATION_ERROR", f"Invalid input JSON: {message}")


def _wanted(one: Json) -> tuple[str, dict[str, str]]:
    email, properties = one.get("id"), one.get("properties")
    if not isinstance(email, str) or one.get("idProperty") != "email" or not isinstance(properties, dict):
        raise _bad_input("each input has id, idProperty email and properties")
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise _bad_email(email, "is invalid")
    for name, value in properties.items():
        if name in READ_ONLY or (name not in PROPERTIES and not name.startswith(PREFIX)):
            found = f'[{{"isValid":false,"error":"PROPERTY_DOESNT_EXIST","name":"{name}"}}]'
            raise _RefusalError(400, "VALIDATION_ERROR", f"Property values were not valid: {found}")
        if not isinstance(value, str):
            raise _bad_input(f"{name} is no string")
    return email, properties


def _inputs(body: Json) -> list[Json]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
        raise _bad_input("inputs is a list of objects")
    if not 1 <= len(inputs) <= MOST_A_BATCH:
        raise _RefusalError(400, "VALIDATION_ERROR", f"The maximum number of inputs is {MOST_A_BATCH}")
    return inputs


def _body() -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise _bad_input("no object")
    return body


# The wire: requests read and answered.


def _make_app(hubspot: HubSpot) -> Flask:
    app = Flask(__name__)
    place = "/crm/v3/objects/contacts"

    @app.errorhandler(_RefusalError)
    def refuse(refused: _RefusalError) -> Response:
        return json_answer(refused.body, refused.status)

    @app.before_request
    def check() -> None:
        hubspot.begin_call()
        hubspot.authorise(request.headers.get("Authorization", ""))

    @app.get("/crm/v3/properties/contacts")
    def properties() -> Response:
        return json_answer({"results": [{"name": name} for name in hubspot.property_names()]})

    @app.post(f"{place}/batch/upsert")
    def upsert() -> Response:
        return json_answer({"status": "COMPLETE", "results": hubspot.upsert(_inputs(_body()))})

    @app.post(f"{place}/batch/read")
    def read() -> Response:
        return _read(hubspot, _body())

    @app.post(f"{place}/gdpr-delete")
    def erase() -> Response:
        body = _body()
        object_id, id_property = body.get("objectId"), body.get("idProperty")
        if not isinstance(object_id, str) or not object_id or id_property not in (None, "email"):
            raise _bad_input("objectId must not be empty")
        hubspot.erase(object_id, id_property)
        return Response(status=204)

    return app


def _read(hubspot: HubSpot, body: Json) -> Response:
    """200 where all are known, else 207 with an error that names the others."""
    emails = [str(one.get("id")).strip().lower() for one in _inputs(body)]
    if body.get("idProperty") != "email" or not isinstance(names := body.get("properties", []), list):
        raise _bad_input("idProperty is email, and properties a list")
    found, unknown = hubspot.read(emails, [str(name) for name in names])
    answer: Json = {"status": "COMPLETE", "results": found}
    if not unknown:
        return json_answer(answer)
    message = "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."
    error = {"status": "error", "category": "OBJECT_NOT_FOUND", "message": message, "context": {"ids": unknown}}
    return json_answer(answer | {"numErrors": 1, "errors": [error]}, 207)
