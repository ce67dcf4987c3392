"""Mailchimp: the account holders and visitors to whom UpUp sends news. What is assumed is in docs/providers.md."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests

from shared.ports import (
    Contact,
    ContactRefused,
    Forgotten,
    Held,
    OutcomeUnknown,
    Subscription,
    SupplierUnavailable,
    Turns,
    Visitor,
)
from shared.providers.transport import Transport, json_object
from shared.settings import MailchimpSettings

log = logging.getLogger(__name__)

CONNECTIONS = 4
"""Kept open by one instance; `Turns` says how many calls are made at once."""

ANY_USER = "upup"
"""Mailchimp reads the key only."""

PLAN_FIELD = "PLAN"
FORGOTTEN = ("Forgotten Email Not Subscribed", "permanently deleted")
COMPLIANCE = "Member In Compliance State"
SUBSCRIBED = {"subscribed": True, "unsubscribed": False}
"""Of the others nothing is known: asked and not answered, not asked, or away."""
ASKED_AGAIN = ("unsubscribed", "transactional", "archived")
"""Who asks for the newsletter in one of these gets Mailchimp's own e-mail, and is as before until they click in it."""
PAGE = 500
INVALID_EMAIL = ("valid email address", "fake or invalid")


class Mailchimp:
    """One audience. A member's address there is the MD5 of the e-mail, so no path holds an e-mail."""

    def __init__(self, settings: MailchimpSettings, timeout_seconds: int, turns: Turns) -> None:
        self._transport = Transport("mailchimp", settings.mailchimp_url, timeout_seconds, CONNECTIONS)
        self._turns = turns
        self._login = (ANY_USER, settings.mailchimp_key)
        self._audience = settings.mailchimp_audience
        self._place = f"/lists/{quote(self._audience, safe='')}"

    def keep(self, contact: Contact) -> None:
        fields = {"FNAME": contact.first_name, "LNAME": contact.last_name}
        if contact.plan is not None:
            fields[PLAN_FIELD] = contact.plan
        # never `status`: who has unsubscribed stays so
        body = {"email_address": contact.email.strip(), "status_if_new": "subscribed", "merge_fields": fields}
        answer = self._call("PUT", _member(contact.email), json=body)
        if answer.status_code == requests.codes.bad_request:
            raise _refusal(answer)
        _read_member(answer)

    def tag(self, email: str, on: Sequence[str], off: Sequence[str] = ()) -> None:
        wanted = dict.fromkeys(off, "inactive") | dict.fromkeys(on, "active")
        body = {"tags": [{"name": name, "status": status} for name, status in wanted.items()]}
        answer = self._call("POST", f"{_member(email)}/tags", json=body)
        if not self._is_unknown(answer):
            _require_done(answer)

    def welcome(self, visitor: Visitor, tag: str, *, newsletter: bool) -> None:
        found = self._call("GET", _member(visitor.email))
        known = None if found.status_code == requests.codes.not_found else _read_member(found)
        body: dict[str, Any] = {
            "email_address": visitor.email.strip(),
            "status_if_new": "pending" if newsletter else "transactional",
        }
        if known is None:
            body["merge_fields"] = _merge_fields(visitor)
        elif newsletter and known["status"] in ASKED_AGAIN:
            body["status"] = "pending"
        answer = self._call("PUT", _member(visitor.email), json=body)
        if answer.status_code == requests.codes.bad_request:
            raise _refusal(answer)
        _read_member(answer)
        self.tag(visitor.email, [tag])

    def unsubscribe(self, email: str) -> None:
        answer = self._call("PATCH", _member(email), json={"status": "unsubscribed"})
        if not self._is_unknown(answer):
            _read_member(answer)

    def changed_since(self, moment: datetime) -> Iterator[list[Subscription]]:
        """The newest change first: who changes meanwhile moves to the front, and nobody is passed over for it."""
        query = {
            "since_last_changed": moment.astimezone(UTC).isoformat(timespec="seconds"),
            "sort_field": "last_changed",
            "sort_dir": "DESC",
            "fields": "members.email_address,members.status,total_items",
            "count": PAGE,
        }
        offset = 0
        while True:
            answer = self._call("GET", "/members", params=query | {"offset": offset})
            members = _read_members(answer)
            if members:
                yield members
            if len(members) < PAGE:
                return
            offset += PAGE

    def find(self, email: str) -> Held | None:
        answer = self._call("GET", _member(email))
        if self._is_unknown(answer):
            return None
        member = _read_member(answer)
        values = {name: value for name, value in member.items() if name != "_links"}
        return Held(values, member["status"] == "subscribed")

    def erase(self, email: str) -> None:
        answer = self._call("POST", f"{_member(email)}/actions/delete-permanent")
        if not self._is_unknown(answer):
            _require_done(answer)

    def _is_unknown(self, answer: requests.Response) -> bool:
        """Whether the audience has no such member. A wrong audience is 404 too: then nothing would ever be erased."""
        if answer.status_code != requests.codes.not_found:
            return False
        audience = self._call("GET", "", params={"fields": "id"})
        if not audience.ok or _json(audience).get("id") != self._audience:
            raise _trouble(audience)
        return True

    def _call(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            with self._turns.turn():
                return self._transport.call(method, f"{self._place}{path}", auth=self._login, **options)
        except OutcomeUnknown as error:  # each of these calls may be repeated
            raise SupplierUnavailable(str(error)) from None


def _member(email: str) -> str:
    digest = hashlib.md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()
    return f"/members/{digest}"


def _read_member(answer: requests.Response) -> dict[str, Any]:
    if not answer.ok:
        raise _trouble(answer)
    member = _json(answer)
    if not isinstance(member.get("status"), str):
        raise SupplierUnavailable("odd answer")
    return member


def _read_members(answer: requests.Response) -> list[Subscription]:
    if not answer.ok:
        raise _trouble(answer)
    try:
        return [
            Subscription(str(one["email_address"]).strip().lower(), SUBSCRIBED.get(one["status"]))
            for one in _json(answer)["members"]
        ]
    except (KeyError, TypeError):
        raise SupplierUnavailable("odd answer") from None


def _merge_fields(visitor: Visitor) -> dict[str, str]:
    return {
        "FNAME": visitor.first_name,
        "LNAME": visitor.last_name,
        "COMPANY": visitor.company,
        "PHONE": visitor.phone,
        "NOTICE": visitor.notice,
    }


def _require_done(answer: requests.Response) -> None:
    if answer.status_code != requests.codes.no_content:
        raise _trouble(answer)


def _refusal(answer: requests.Response) -> Exception:
    """What a 400 means. Its texts quote the e-mail: none is passed on."""
    problem = _json(answer)
    title, detail, errors = str(problem.get("title")), str(problem.get("detail")), problem.get("errors")
    if title == FORGOTTEN[0] or FORGOTTEN[1] in detail:
        return Forgotten("permanently deleted at Mailchimp")
    wrong = [one.get("field") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    invalid = set(wrong) == {"email_address"} if wrong else any(words in detail for words in INVALID_EMAIL)
    if title == COMPLIANCE or invalid:
        return ContactRefused("refused by Mailchimp")
    return _trouble(answer)


def _trouble(answer: requests.Response) -> SupplierUnavailable:
    """Our key, audience or fields are wrong there: nothing was done, and it goes on when that is mended."""
    log.error("Mailchimp answered %s: the key, the audience or its fields are wrong", answer.status_code)
    return SupplierUnavailable(f"status {answer.status_code}")


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        return json_object(answer)
    except OutcomeUnknown as error:
        raise SupplierUnavailable(str(error)) from None
