"""A company's own program: it knows the HTTPS API and nothing else of the product."""

from __future__ import annotations

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

import requests

Json = dict[str, Any]
T = TypeVar("T")

_SECONDS = 60


class DemoError(Exception):
    """Something did not hold; the message says what."""


class Company:
    """One signed-in browser, or a program like it, at the sandbox's addresses."""

    def __init__(self, web: str, console: str, email: str) -> None:
        self._web, self._console, self._email = web, console, email
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the machine is no way to a loopback address
        self._session.headers["Origin"] = web

    # The product

    def get(self, path: str, **query: str | int) -> Json:
        return self._answer(self._session.get(f"{self._web}{path}", params=query, timeout=_SECONDS))

    def post(self, path: str, body: Json | None = None) -> Json:
        return self._answer(
            self._session.post(f"{self._web}{path}", json={} if body is None else body, timeout=_SECONDS)
        )

    def upload(self, path: str, send: Json, file: bytes, name: str) -> tuple[int, Json]:
        """Posts a send with its file of recipients; returns the status and the answer, also of a refusal."""
        parts: dict[str, tuple[str | None, str | bytes, str]] = {
            "send": (None, json.dumps(send), "application/json"),
            "recipients": (name, file, "application/octet-stream"),
        }
        response = self._session.post(
            f"{self._web}{path}",
            files=parts,
            headers={"Idempotency-Key": secrets.token_hex(16)},
            timeout=_SECONDS,
        )
        if response.status_code >= 500:
            raise DemoError(f"POST {path} answered {response.status_code}: {response.text[:500]}")
        return response.status_code, response.json()

    def log_in(self) -> None:
        """Asks for a link, reads the mail, and completes the login by the link's token."""
        known = {mail["id"] for mail in self._mails()}
        self.post("/v1/login", {"email": self._email})
        mail = wait_for(lambda: next((m for m in self._mails() if m["id"] not in known), None), "the login mail")
        _, found, rest = mail["message"].partition("/login#token=")
        if not found:
            raise DemoError("the login mail holds no link")
        self.post("/v1/login/complete", {"token": rest.split()[0]})

    def deliveries(self, send_id: str) -> list[Json]:
        """All rows of a send, page by page."""
        rows: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"cursor": cursor} if cursor else {}
            page = self.get(f"/v1/sends/{send_id}/deliveries", limit=200, **query)
            rows += page["items"]
            cursor = page["next_cursor"]
        return rows

    def states(self, send_id: str) -> Counter[str]:
        """How many rows of a send are in which state, without the states that none is in."""
        return +Counter(self.get(f"/v1/sends/{send_id}")["deliveries"])

    # The sandbox's console: what phones, shops, customers and time do

    def console(self, path: str, body: Json | None = None, **query: str) -> Json:
        url = f"{self._console}{path}"
        if body is None:
            return self._answer(requests.get(url, params=query, timeout=_SECONDS))
        return self._answer(requests.post(url, json=body, timeout=600))

    def dump(self) -> str:
        response = requests.get(f"{self._console}/api/dump", timeout=_SECONDS)
        response.raise_for_status()
        response.encoding = "utf-8"
        return response.text

    def _mails(self) -> list[Json]:
        mails: list[Json] = self.console("/api/mail", to=self._email)["items"]
        return mails

    @staticmethod
    def _answer(response: requests.Response) -> Json:
        if not response.ok:
            request = response.request
            raise DemoError(f"{request.method} {request.url} answered {response.status_code}: {response.text[:500]}")
        answer: Json = response.json() if response.content else {}
        return answer


def wait_for(result: Callable[[], T | None], what: str, seconds: float = _SECONDS) -> T:
    """The first result that is true; raises DemoError when the time is up."""
    deadline = time.monotonic() + seconds
    while not (found := result()):
        if time.monotonic() > deadline:
            raise DemoError(f"{what} did not come within {seconds:g} s")
        time.sleep(0.1)
    return found
