"""HTTP to a supplier over kept-alive connections, and the one question that matters when it fails: was it done?"""

from typing import Any

import requests
from msgspec import DecodeError, json
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from shared.observability.spans import span
from shared.ports import OutcomeUnknown, SupplierUnavailable


class Transport:
    """Calls to one supplier, each a span under its name. No call is repeated here: whoever calls knows whether that is
    safe."""

    def __init__(self, supplier: str, base_url: str, timeout_seconds: int, connections: int) -> None:
        self._supplier = supplier
        self._base_url = base_url.rstrip("/")
        self._timeout_seconds = timeout_seconds
        self._session = requests.Session()
        self._session.trust_env = False  # no proxies and no .netrc: looking for them was a fifth of each call
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """One call, with any status below 500.

        Raises `SupplierUnavailable` where nothing can have been done (no connection, 429), `OutcomeUnknown` where
        something may have been (time-out, connection cut, other 5xx). Neither names the address or its parameters.
        """
        with span(self._supplier, "client", {"http.request.method": method}) as told:
            answer = self._request(method, path, options)
            told["http.response.status_code"] = answer.status_code
        if answer.status_code == requests.codes.too_many_requests:
            raise SupplierUnavailable("too many requests", _seconds(answer.headers.get("Retry-After")))
        if answer.status_code >= 500:
            raise OutcomeUnknown(f"status {answer.status_code}")
        return answer

    def _request(self, method: str, path: str, options: dict[str, Any]) -> requests.Response:
        try:
            return self._session.request(method, f"{self._base_url}{path}", timeout=self._timeout_seconds, **options)
        except requests.RequestException as error:
            if _before_sending(error):
                raise SupplierUnavailable("no connection") from None
            raise OutcomeUnknown(type(error).__name__) from None


def json_object(answer: requests.Response) -> dict[str, Any]:
    """The answer's JSON object. Raises `OutcomeUnknown` for anything else: the work may have been done."""
    try:
        found = _read_json(answer)
    except (requests.JSONDecodeError, RecursionError):  # the latter for brackets without end
        raise OutcomeUnknown("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise OutcomeUnknown("the answer is not a JSON object")
    return found


def _read_json(answer: requests.Response) -> Any:
    try:
        return json.decode(answer.content)
    except (DecodeError, UnicodeDecodeError):  # of another encoding, or with what is no JSON but Python's takes
        return answer.json()


def _seconds(retry_after: str | None) -> float | None:
    """Seconds as the header gives them; a date, which it may hold too, is not waited for."""
    return float(retry_after) if retry_after is not None and retry_after.isdecimal() else None


def _before_sending(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
