"""Google's REST interfaces, asked as the service account. A token never goes over plain HTTP."""

from typing import Any

import requests

from shared.once import once
from shared.ports import OutcomeUnknown, SupplierUnavailable
from shared.providers.transport import Transport, json_object


class GoogleRest:
    """`name` is what errors call it, `connections` how many are kept open.

    Every call may be repeated, so a lost answer is `SupplierUnavailable` too.
    """

    def __init__(self, name: str, url: str, scope: str, timeout_seconds: int, connections: int = 1) -> None:
        self.name = name
        self._transport = Transport(name, url, timeout_seconds, connections)
        self._authorised = url.startswith("https://")
        self._scope = scope

    def call(self, method: str, path: str, accepted: tuple[int, ...] = (), **options: Any) -> requests.Response:
        """An answer with a status of success, or one of those that are accepted."""
        try:
            headers = options.pop("headers", {}) | self.headers()
            answer = self._transport.call(method, path, headers=headers, **options)
        except OutcomeUnknown as error:
            raise SupplierUnavailable(f"{self.name}: {error}") from None
        if not answer.ok and answer.status_code not in accepted:
            raise SupplierUnavailable(f"{self.name}: status {answer.status_code}")
        return answer

    def json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The object that the answer holds."""
        try:
            return json_object(self.call(method, path, **options))
        except OutcomeUnknown as error:
            raise SupplierUnavailable(f"{self.name}: {error}") from None

    def headers(self) -> dict[str, str]:
        if not self._authorised:
            return {}
        from google.auth.exceptions import GoogleAuthError
        from google.auth.transport.requests import Request

        try:
            credentials = self._credentials
            if not credentials.valid:
                credentials.refresh(Request())
        except GoogleAuthError as error:
            raise SupplierUnavailable(f"{self.name}: {type(error).__name__}") from None
        return {"Authorization": f"Bearer {credentials.token}"}

    @once
    def _credentials(self) -> Any:
        """The service account's own, which Google's metadata server gives."""
        import google.auth

        return google.auth.default(scopes=[self._scope])[0]
