"""Mailchimp on one machine: one audience, whose members are found by the MD5 of their e-mail.

Who has unsubscribed is not subscribed again by an upsert, and who was permanently deleted cannot be added again.
"""

import base64
import hashlib
import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Any

from flask import Flask, Response, request

from sandbox.stand_ins.web import Clock, json_answer, rfc3339

MOST_CALLS_AT_ONCE = 10
MOST_A_PAGE = 1_000
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional")
MERGE_FIELDS = ("FNAME", "LNAME", "PLAN", "COMPANY", "PHONE", "NOTICE")
"""What the audience is set up with; other fields are ignored, as Mailchimp does."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_ERRORS = "https://mailchimp.com/developer/marketing/docs/errors/"

Json = dict[str, Any]


class _RefusalError(Exception):
    """An error in Mailchimp's shape, a problem document."""

    def __init__(self, status: int, title: str, detail: str, errors: list[Json] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.body: Json = {
            "type": _ERRORS,
            "title": title,
            "status": status,
            "detail": detail,
            "instance": str(uuid.uuid4()),
        }
        if errors is not None:
            self.body["errors"] = errors


@dataclass(slots=True)
class _Member:
    email: str
    status: str
    changed: str
    merge_fields: dict[str, str] = field(default_factory=lambda: dict.fromkeys(MERGE_FIELDS, ""))
    tags: list[str] = field(default_factory=list)

    def as_json(self) -> Json:
        return {
            "id": _hash(self.email),
            "email_address": self.email,
            "status": self.status,
            "merge_fields": dict(self.merge_fields),
            "tags_count": len(self.tags),
            "tags": [{"id": number, "name": name} for number, name in enumerate(self.tags, 1)],
            "last_changed": self.changed,
            "_links": [],
        }


class Mailchimp:
    """Holds the audience in memory. `seconds_a_call`: how long each takes, so that calls can be under way at once."""

    def __init__(self, clock: Clock, key: str, audience: str, seconds_a_call: float = 0.0) -> None:
        self._clock = clock
        self._key = key
        self.audience = audience
        self.seconds_a_call = seconds_a_call
        self._lock = threading.Lock()
        self._members: dict[str, _Member] = {}
        self._forgotten: set[str] = set()
        self._requests = self._at_once = self._most_at_once = 0
        self.app = _make_app(self)

    def members(self) -> list[Json]:
        """As Mailchimp shows each: `{"email_address","status","merge_fields","tags",…}`."""
        with self._lock:
            return [member.as_json() for member in self._members.values()]

    def stats(self) -> dict[str, int]:
        """`members` in any status; `forgotten` e-mails that cannot come back; `most_at_once` calls."""
        with self._lock:
            return {
                "requests": self._requests,
                "members": len(self._members),
                "forgotten": len(self._forgotten),
                "most_at_once": self._most_at_once,
            }

    def unsubscribe(self, email: str) -> bool:
        """The member clicks the link in a newsletter; whether there is such a member."""
        with self._lock:
            member = self._members.get(_hash(email))
            if member:
                self._change(member, "unsubscribed")
            return member is not None

    def sign_up(self, email: str) -> None:
        """Somebody says yes in Mailchimp's own form or e-mail, which also brings back who was erased."""
        digest = _hash(email)
        with self._lock:
            self._forgotten.discard(digest)
            member = self._members.setdefault(digest, _Member(email, "subscribed", ""))
            self._change(member, "subscribed")

    # What the routes call.

    def begin_call(self) -> None:
        with self._lock:
            self._requests += 1
            self._at_once += 1
            self._most_at_once = max(self._most_at_once, self._at_once)
            if self._at_once > MOST_CALLS_AT_ONCE:
                raise _RefusalError(
                    429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."
                )

    def end_call(self) -> None:
        with self._lock:
            self._at_once -= 1

    def authorise(self, header: str) -> None:
        """HTTP Basic; any user name will do."""
        kind, _, text = header.partition(" ")
        try:
            key = base64.b64decode(text, validate=True).partition(b":")[2] if kind == "Basic" else b""
        except ValueError:
            key = b""
        if not compare_digest(key, self._key.encode()):
            raise _RefusalError(
                401,
                "API Key Invalid",
                "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
            )

    def keep(self, digest: str, body: Json) -> Json:
        email = body.get("email_address")
        if not isinstance(email, str) or not _EMAIL.fullmatch(email):
            raise _RefusalError(400, "Invalid Resource", "Please provide a valid email address.")
        fields, status = _merge_fields(body), _status(body, "status")
        with self._lock:
            member = self._members.get(digest) or self._new_member(
                digest, email, status or _status(body, "status_if_new")
            )
            if member.status == "unsubscribed" and status == "subscribed":
                detail = f"{email} is in a compliance state due to unsubscribe, bounce, or compliance review"
                raise _RefusalError(400, "Member In Compliance State", f"{detail} and cannot be subscribed.")
            member.merge_fields |= fields
            self._change(member, status)
            self._members[digest] = member
            return member.as_json()

    def changed(self, since: datetime | None, first: int, most: int, *, newest_first: bool) -> Json:
        """Members that changed after that moment, by their last change."""
        with self._lock:
            found = [one for one in self._members.values() if since is None or _moment(one.changed) > since]
            found.sort(key=lambda one: _moment(one.changed), reverse=newest_first)
            return {
                "members": [one.as_json() for one in found[first : first + most]],
                "list_id": self.audience,
                "total_items": len(found),
                "_links": [],
            }

    def get(self, digest: str) -> Json:
        with self._lock:
            return self._member(digest).as_json()

    def update(self, digest: str, body: Json) -> Json:
        fields, status = _merge_fields(body), _status(body, "status")
        with self._lock:
            member = self._member(digest)
            member.merge_fields |= fields
            self._change(member, status)
            return member.as_json()

    def tag(self, digest: str, body: Json) -> None:
        wanted = _tags(body)
        with self._lock:
            member = self._member(digest)
            for name, active in wanted:
                if active and name not in member.tags:
                    member.tags.append(name)
                if not active and name in member.tags:
                    member.tags.remove(name)
            self._change(member, None)

    def delete_permanently(self, digest: str) -> None:
        with self._lock:
            self._member(digest)
            del self._members[digest]
            self._forgotten.add(digest)

    def _new_member(self, digest: str, email: str, status: str | None) -> _Member:
        if digest in self._forgotten:
            detail = f"{email} was permanently deleted and cannot be re-imported."
            again = "The contact must re-subscribe to get back on the list."
            raise _RefusalError(400, "Forgotten Email Not Subscribed", f"{detail} {again}")
        if digest != _hash(email) or status is None:
            raise _RefusalError(400, "Invalid Resource", "The resource submitted could not be validated.")
        return _Member(email, status, "")

    def _change(self, member: _Member, status: str | None) -> None:
        member.status = status or member.status
        member.changed = rfc3339(self._clock.now())

    def _member(self, digest: str) -> _Member:
        if digest not in self._members:
            raise _not_found()
        return self._members[digest]


def _hash(email: str) -> str:
    return hashlib.md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _invalid("since_last_changed", "This value should be a valid date.") from None


def _not_found() -> _RefusalError:
    return _RefusalError(404, "Resource Not Found", "The requested resource could not be found.")


def _invalid(name: str, message: str) -> _RefusalError:
    detail = "The resource submitted could not be validated. For field-specific details, see the 'errors' array."
    return _RefusalError(400, "Invalid Resource", detail, [{"field": name, "message": message}])


def _status(body: Json, name: str) -> str | None:
    status = body.get(name)
    if status is not None and status not in STATUSES:
        raise _invalid(name, "Data did not match any of the schemas described in anyOf.")
    return status


def _merge_fields(body: Json) -> dict[str, str]:
    fields = body.get("merge_fields", {})
    if not isinstance(fields, Mapping):
        raise _invalid("merge_fields", "Schema describes object, string found instead")
    for name, value in fields.items():
        if not isinstance(value, str) or len(value) > 255:
            raise _invalid(name, "Please limit the text to 255 characters.")
    return {name: value for name, value in fields.items() if name in MERGE_FIELDS}


def _tags(body: Json) -> list[tuple[str, bool]]:
    tags = body.get("tags")
    try:
        found = [(tag["name"], tag["status"]) for tag in tags] if isinstance(tags, list) else []
    except (KeyError, TypeError):
        found = []
    if not found or not all(isinstance(name, str) and name and to in ("active", "inactive") for name, to in found):
        raise _invalid("tags", "Schema describes array of names and statuses")
    return [(name, status == "active") for name, status in found]


def _body() -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise _RefusalError(400, "JSON Parse Error", "We encountered an unspecified JSON parsing error.")
    return body


# The wire: requests read and answered.


def _make_app(mailchimp: Mailchimp) -> Flask:
    app = Flask(__name__)
    place = "/3.0/lists/<audience>"

    @app.errorhandler(_RefusalError)
    def refuse(refused: _RefusalError) -> Response:
        return json_answer(refused.body, refused.status)

    @app.errorhandler(404)
    def no_such_page(_error: Exception) -> Response:
        return refuse(_not_found())

    @app.before_request
    def check() -> None:
        mailchimp.begin_call()
        mailchimp.authorise(request.headers.get("Authorization", ""))
        if (request.view_args or {}).get("audience") not in (None, mailchimp.audience):
            raise _not_found()
        time.sleep(mailchimp.seconds_a_call)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        mailchimp.end_call()

    @app.get(place)
    def audience(audience: str) -> Response:
        return json_answer({"id": audience, "name": "UpUp"})

    @app.get(f"{place}/members")
    def members(audience: str) -> Response:
        asked = request.args
        since = _moment(asked["since_last_changed"]) if "since_last_changed" in asked else None
        first, most = asked.get("offset", 0, type=int), asked.get("count", 10, type=int)
        if not 0 <= most <= MOST_A_PAGE:
            raise _invalid("count", f"This value should be {MOST_A_PAGE} or less.")
        if asked.get("sort_field", "last_changed") != "last_changed":
            raise _invalid("sort_field", "Value must be one of: last_changed")
        newest_first = asked.get("sort_dir", "ASC") == "DESC"
        return json_answer(mailchimp.changed(since, first, most, newest_first=newest_first))

    _add_members(app, mailchimp, f"{place}/members/<digest>")
    return app


def _add_members(app: Flask, mailchimp: Mailchimp, place: str) -> None:
    @app.put(place)
    def keep(audience: str, digest: str) -> Response:
        return json_answer(mailchimp.keep(digest, _body()))

    @app.get(place)
    def get(audience: str, digest: str) -> Response:
        return json_answer(mailchimp.get(digest))

    @app.patch(place)
    def update(audience: str, digest: str) -> Response:
        return json_answer(mailchimp.update(digest, _body()))

    @app.post(f"{place}/tags")
    def tag(audience: str, digest: str) -> Response:
        mailchimp.tag(digest, _body())
        return Response(status=204)

    @app.post(f"{place}/actions/delete-permanent")
    def delete_permanently(audience: str, digest: str) -> Response:
        mailchimp.delete_permanently(digest)
        return Response(status=204)
