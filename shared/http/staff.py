"""Who of UpUp's staff is asking: Identity-Aware Proxy says so in a header that it signs for each request."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Request

from shared.domain.errors import Forbidden, Unauthenticated
from shared.once import once
from shared.ports import SupplierUnavailable
from shared.settings import StaffSettings

HEADER = "X-Goog-IAP-JWT-Assertion"
ISSUER = "https://cloud.google.com/iap"

CLOCK_SKEW_SECONDS = 30
"""What Google advises. Signatures are judged by real time."""

KEYS_LIFE_SECONDS = 300


class StaffDoor:
    """Lets in who the proxy names and the list of staff has. A session cookie counts for nothing here."""

    def __init__(self, settings: StaffSettings, timeout_seconds: float) -> None:
        self._settings = settings
        self._timeout_seconds = timeout_seconds
        self._members = {email.casefold() for email in settings.staff_emails}

    def member(self, request: Request) -> str:
        """The staff member's e-mail.

        Raises `Unauthenticated` without the proxy's own word, `Forbidden` for who is not on the list, and
        `SupplierUnavailable` where the proxy's keys cannot be had.
        """
        claims = self._claims(request.headers.get(HEADER, ""))
        email = claims.get("email")
        if claims.get("iss") != ISSUER or not isinstance(email, str):
            raise Unauthenticated("Identity-Aware Proxy says nothing of who you are.")
        if email.casefold() not in self._members:
            raise Forbidden("This is for UpUp's staff.")
        return email.casefold()

    def _claims(self, token: str) -> Mapping[str, Any]:
        if not token:
            raise Unauthenticated("Come through Identity-Aware Proxy.")
        # together 140 ms, which only staff wait for
        from google.auth.exceptions import GoogleAuthError, TransportError
        from google.oauth2 import id_token

        settings = self._settings
        try:
            return id_token.verify_token(
                token, self._keys, settings.iap_audience, settings.iap_certs_url, CLOCK_SKEW_SECONDS
            )
        except TransportError:
            raise SupplierUnavailable("Identity-Aware Proxy's keys cannot be had") from None
        except (GoogleAuthError, ValueError, TypeError, RecursionError):  # what it says may quote the token
            raise Unauthenticated("Identity-Aware Proxy's header does not hold.") from None

    @once
    def _keys(self) -> Any:
        return _RememberedKeys(self._timeout_seconds)


class _RememberedKeys:
    """google-auth's transport, which would fetch the keys anew for each token: these are good for some minutes."""

    def __init__(self, timeout_seconds: float) -> None:
        from google.auth.transport.requests import Request as Transport

        self._fetch = Transport()
        self._timeout_seconds = timeout_seconds
        self._answers: dict[str, tuple[float, Any]] = {}

    def __call__(self, url: str, method: str = "GET") -> Any:
        fetched_at, answer = self._answers.get(url, (0.0, None))
        if answer is None or time.monotonic() - fetched_at > KEYS_LIFE_SECONDS:
            answer = self._fetch(url, method=method, timeout=self._timeout_seconds)
            if answer.status == 200:
                self._answers[url] = time.monotonic(), answer
        return answer
