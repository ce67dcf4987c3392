"""An outside program: it knows the HTTPS API and the sandbox's console, and sees each answer as it came."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.described import departures

Json = dict[str, Any]

SECONDS = 30
CONSOLE_SECONDS = 120
"""Moving the clock by a month runs all jobs of a month."""
TERMS = "2026-11"
PHONES = [f"070-17406{number:02d}" for number in range(5, 100)]  # all that are reserved for fiction
MESSAGE = "Hej {{first_name}}! Din gåva: {{link}}"
PROBLEM = {"type", "title", "status", "detail", "errors", "trace_id"}


def a_session() -> requests.Session:
    """Without a look at the machine's proxies, which takes longer than many a call."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass
class Program:
    """One browser or program, logged in as one company or as nobody."""

    at: Addresses
    email: str = field(default_factory=lambda: f"{secrets.token_hex(6)}@example.com")
    account_id: str = ""
    session: requests.Session = field(default_factory=a_session)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.session.request(method, f"{self.at.web}{path}", **{"timeout": SECONDS, **options})
        found = departures(method, path.partition("?")[0], answer)
        assert not found, found
        return answer

    def get(self, path: str, **query: str | int) -> requests.Response:
        return self.call("GET", path, params=query)

    def post(self, path: str, body: object, **headers: str) -> requests.Response:
        """`headers` are written with _ for -."""
        return self.call("POST", path, json=body, headers=written(headers))

    def upload(self, path: str, send: Json, file: bytes, name: str = "kunder.csv", **headers: str) -> requests.Response:
        parts = {"send": (None, json.dumps(send), "application/json"), "recipients": (name, file)}
        return self.call("POST", path, files=parts, headers=written(headers))

    def console(self, path: str, body: Json | None = None, **query: str) -> Json:
        method = "GET" if body is None else "POST"
        with a_session() as session:
            url = f"{self.at.console}{path}"
            return ok(session.request(method, url, params=query, json=body, timeout=CONSOLE_SECONDS))

    def now(self) -> datetime:
        return datetime.fromisoformat(self.console("/api/clock")["now"])

    def ahead(self, **time: float) -> str:
        """A moment that is still to come, whenever a test runs: so many `hours` or `days` from now."""
        return (self.now() + timedelta(**time)).isoformat()

    # What every company does

    def sign_up(self, **changes: object) -> Json:
        answer = ok(self.post("/v1/signup", signup(self.email) | changes), 201)
        self.account_id = answer["account_id"]
        return answer

    def login_token(self) -> str:
        """Asks for a link and reads it in the mailbox."""
        known = {mail["id"] for mail in self.mails()}
        ok(self.post("/v1/login", {"email": self.email}), 202)
        mail = wait_for(lambda: next((one for one in self.mails() if one["id"] not in known), None), "the mail")
        token: str = mail["message"].partition("/login#token=")[2].split()[0]
        return token

    def mails(self) -> list[Json]:
        items: list[Json] = self.console("/api/mail", to=self.email)["items"]
        return items

    def log_in(self) -> Json:
        return ok(self.post("/v1/login/complete", {"token": self.login_token()}))

    def pay(self, checkout_url: str) -> None:
        self.console("/api/stripe/complete", {"checkout_url": checkout_url})

    def account(self) -> Json:
        return ok(self.get("/v1/account"))

    def top_up(self, amount_ore: int) -> None:
        wanted = self.account()["balance_ore"] + amount_ore
        self.pay(ok(self.post("/v1/billing/top-ups", {"amount_ore": amount_ore}), 201)["checkout_url"])
        wait_for(lambda: self.account()["balance_ore"] == wanted, "the top-up")

    def send(self, *phones: str, **changes: object) -> Json:
        return ok(self.post("/v1/sends", a_send(*phones) | changes), 201)

    def sends(self) -> list[Json]:
        items: list[Json] = ok(self.get("/v1/sends", limit=200))["items"]
        return items

    def deliveries(self, send_id: str) -> list[Json]:
        items: list[Json] = ok(self.get(f"/v1/sends/{send_id}/deliveries", limit=200))["items"]
        return items

    def handed_over(self, send: Json) -> Json:
        """The send, once each of its SMS is with Lekab."""
        return self._once(send, lambda shown: shown["state"] == "done")

    def delivered(self, send: Json) -> Json:
        """The send, once each of its SMS is on its phone and has its receipt: a second later."""
        return self._once(send, lambda shown: shown["deliveries"]["delivered"] == send["recipients"]["accepted"])

    def _once(self, send: Json, so_far: Callable[[Json], bool]) -> Json:
        def found() -> Json | None:
            shown = ok(self.get(f"/v1/sends/{send['id']}"))
            return shown if so_far(shown) else None

        return wait_for(found, "the send's progress", SECONDS)

    def link_token(self, phone: str, text: str) -> str:
        """The token of the gift's link in the newest SMS to the phone that holds this text."""

        def found() -> str | None:
            sms = self.console("/api/sms", to=phone)["items"]
            return next((one["message"] for one in sms if text in one["message"]), None)

        return wait_for(found, "the SMS").partition("/g/")[2].split()[0]


def with_key(owner: Program, mode: str = "live", *scopes: str) -> Program:
    """A program of that company, with an API key and no session; without scopes the key has all."""
    wanted: Json = {"name": "Kassan", "mode": mode} | ({"scopes": list(scopes)} if scopes else {})
    program = Program(owner.at, account_id=owner.account_id)
    program.session.headers["Authorization"] = f"Bearer {ok(owner.post('/v1/api-keys', wanted), 201)['key']}"
    return program


def invited(owner: Program, email: str, role: str) -> str:
    """The token that the mail brings to who is invited."""
    ok(owner.post("/v1/members", {"email": email, "role": role}), 202)
    return invitation_token(owner, email)


def invitation_token(owner: Program, email: str, known: int = 0) -> str:
    """Of the newest mail, where there were so many before."""

    def found() -> str | None:
        mails = [one for one in owner.console("/api/mail", to=email)["items"] if "/invitation#token=" in one["message"]]
        return mails[0]["message"] if len(mails) > known else None

    return wait_for(found, "the invitation").partition("/invitation#token=")[2].split()[0]


def a_member(owner: Program, role: str) -> Program:
    """Invited to the owner's company, and logged in there; new to UpUp."""
    member = Program(owner.at, account_id=owner.account_id)
    token = invited(owner, member.email, role)
    ok(member.post("/v1/invitations/accept", {"token": token, "first_name": "Bo", "last_name": "Ek"}))
    return member


def a_company(at: Addresses, balance_ore: int = 0, **changes: object) -> Program:
    """Signed up, paid, active, logged in."""
    program = Program(at)
    program.pay(program.sign_up(**changes)["checkout_url"])
    program.log_in()
    wait_for(lambda: program.account()["state"] == "active", "the activation")
    if balance_ore:
        program.top_up(balance_ore)
    return program


def staff_member(at: Addresses, email: str) -> Program:
    """One of UpUp's, as Identity-Aware Proxy names them; not logged in as any company."""
    program = Program(at)
    given = program.console("/api/staff/token", {"email": email})
    program.session.headers[given["header"]] = given["value"]
    return program


def dead_letters(staff: Program) -> list[Json]:
    items: list[Json] = ok(staff.get("/v1/staff/dead-letters", limit=200))["items"]
    return items


def signup(email: str) -> Json:
    return {
        "company_name": "Kaffebaren AB",
        "org_number": "556821-9819",
        "first_name": "Anna",
        "last_name": "Åkesson",
        "email": email,
        "plan": "start",
        "accepted_dpa_version": TERMS,
    }


def a_send(*phones: str) -> Json:
    return {**a_file_send(), "recipients": [{"phone": phone, "first_name": "Anna"} for phone in phones]}


def a_file_send() -> Json:
    """The part `send` of an upload."""
    return {
        "gift": "coffee",
        "sender": "Kaffebaren",
        "message": MESSAGE,
        "consent": {"legal_basis": "consent", "text_version": TERMS},
    }


def ok(response: requests.Response, status: int = 200) -> Json:
    """The body of an answer that must be this one."""
    assert response.status_code == status, f"{response.request.url} {response.status_code}: {response.text[:500]}"
    body: Json = response.json() if response.content else {}
    return body


def refused(response: requests.Response, status: int, *fields: str) -> Json:
    """The problem document of a refusal, which must name these fields and no others."""
    assert response.status_code == status, f"{response.request.url} {response.status_code}: {response.text[:500]}"
    assert response.headers["Content-Type"] == "application/problem+json"
    body: Json = response.json()
    assert body.keys() >= PROBLEM
    assert body["status"] == status
    assert body["title"] and body["detail"] and body["trace_id"]
    assert body["type"].startswith("https://") or body["type"] == "about:blank"
    assert all(fault.keys() == {"field", "code", "message"} for fault in body["errors"])
    assert sorted({fault["field"] for fault in body["errors"]}) == sorted(fields), body["errors"]
    return body


def codes(problem: Json) -> set[str]:
    return {fault["code"] for fault in problem["errors"]}


def written(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
