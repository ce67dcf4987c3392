"""A company's program that does not give up: each call is made again, with its key, until it is answered."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests

from sandbox.demo.company import Company, DemoError, Json, wait_for
from sandbox.soak.plan import PlannedSend

TERMS = "2026-11"
NAMES = ("Åshild", "Örjan", "Ängla", "Göran", "Märta", "Pernilla", "Björn", "Désirée", "Torbjörn", "Ingegärd")
MESSAGE = "Hej {{first_name}}! En present till dig: {{link}}"
PATIENCE_SECONDS = 120
_TIMEOUT_SECONDS = 15


@dataclass(frozen=True)
class Accepted:
    """A send that the API has accepted."""

    id: str
    company: int
    planned: PlannedSend


@dataclass
class Totals:
    """What the harness itself has done."""

    paid_ore: dict[str, int] = field(default_factory=dict)
    redeemed: int = 0
    cancelled: int = 0


class Customer(Company):
    """Signed up, paid and logged in by `join`, while nothing is wrong yet."""

    account_id = ""

    def join(self, number: int, balance_ore: int) -> None:
        body = {
            "company_name": f"Kaffebaren {number} AB",
            "org_number": "556821-9819",
            "first_name": "Anna",
            "last_name": "Ek",
            "email": self._email,
            "plan": "start",
            "accepted_dpa_version": TERMS,
        }
        signed_up = self.post("/v1/signup", body)
        self.account_id = signed_up["account_id"]
        self.console("/api/stripe/complete", {"checkout_url": signed_up["checkout_url"]})
        self.log_in()
        wait_for(lambda: self.get("/v1/account")["state"] == "active", "the activation")
        self.top_up(balance_ore)
        wait_for(lambda: self.get("/v1/account")["balance_ore"] == balance_ore, "the top-up")

    def top_up(self, amount_ore: int) -> None:
        url = self.insist("/v1/billing/top-ups", {"amount_ore": amount_ore})["checkout_url"]
        self.console("/api/stripe/complete", {"checkout_url": url})

    def send(self, planned: PlannedSend) -> Json:
        body: Json = {
            "gift": planned.gift,
            "sender": "Kaffebaren",
            "message": MESSAGE,
            "consent": {"legal_basis": "consent", "text_version": TERMS},
            "recipients": [
                {"phone": number, "first_name": NAMES[place % len(NAMES)]}
                for place, number in enumerate(planned.numbers)
            ],
        }
        if planned.start_in_minutes is not None:
            body["scheduled_at"] = self._in_minutes(planned.start_in_minutes)
        key, posts = secrets.token_hex(16), 2 if planned.posted_twice else 1
        with ThreadPoolExecutor(posts) as at_once:
            answers = list(at_once.map(lambda _: self.insist("/v1/sends", body, key=key), range(posts)))
        return answers[0]  # a second send, should there be one, is one too many

    def cancel(self, send_id: str) -> bool:
        """Whether it was cancelled; False when all of it had left already."""
        return bool(self.insist(f"/v1/sends/{send_id}/cancel", {}, also=409).get("id"))

    def end_faults(self) -> None:
        requests.delete(f"{self._console}/api/faults", timeout=_TIMEOUT_SECONDS * 2).raise_for_status()

    def staff(self, path: str, body: Json | None = None) -> Json:
        """A call of UpUp's own staff."""
        given = self.console("/api/staff/token", {"email": "staff@upup.example"})
        method = "GET" if body is None else "POST"
        headers = {given["header"]: given["value"]}
        return self._answer(
            requests.request(method, f"{self._web}{path}", json=body, headers=headers, timeout=_TIMEOUT_SECONDS)
        )

    def insist(self, path: str, body: Json, also: int = 0, key: str = "") -> Json:
        """Posts until it is answered with a 2xx, or with the status `also`; always with the same key."""
        key = key or secrets.token_hex(16)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._try(path, body, key)
            if answer is not None and (answer.ok or answer.status_code == also):
                found: Json = answer.json() if answer.content else {}
                return found
            refused = answer is not None and answer.status_code < 500 and answer.status_code not in (409, 429)
            if refused or time.monotonic() > deadline:
                raise DemoError(
                    f"POST {path} came to nothing: {answer.text[:300] if answer is not None else 'silence'}"
                )
            time.sleep(0.3)

    def _try(self, path: str, body: Json, key: str) -> requests.Response | None:
        try:
            return self._session.post(
                f"{self._web}{path}", json=body, headers={"Idempotency-Key": key}, timeout=_TIMEOUT_SECONDS
            )
        except requests.RequestException:
            return None  # cut, or nobody there: nobody knows whether it was done

    def _in_minutes(self, minutes: int) -> str:
        now = datetime.fromisoformat(self.console("/api/clock")["now"])
        return (now + timedelta(minutes=minutes)).isoformat()
