"""Cloud Audit Logs by Cloud Logging's REST interface: what Cloud KMS says that it has deciphered."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from shared.ports import SupplierUnavailable
from shared.providers.google_rest import GoogleRest
from shared.settings import AuditSettings

SCOPE = "https://www.googleapis.com/auth/logging.read"
PAGE = 1_000
"""The most that Cloud Logging gives at once."""

MOST_PAGES = 1_000
COMPANIES = "acc_"
"""What the names of the companies' own keys begin with: they are the companies' ids."""


class CloudLogging:
    def __init__(self, settings: AuditSettings, timeout_seconds: int) -> None:
        self.rest = GoogleRest("audit log", settings.logging_url, SCOPE, timeout_seconds)
        self._key_ring = settings.kms_key_ring
        self._project = "/".join(settings.kms_key_ring.split("/")[:2])

    def decrypts(self, day: date) -> Mapping[str, int]:
        """Counts what was carried out: a refused call is in the log with its status, and deciphered nothing."""
        payloads = (entry.get("protoPayload", {}) for entry in self._entries(self._filter(day)))
        done = (payload for payload in payloads if not payload.get("status", {}).get("code"))
        return Counter(_key(payload) for payload in done)

    def _filter(self, day: date) -> str:
        """Any method with Decrypt in its name, whatever package Google writes before it."""
        return " AND ".join(
            (
                f'logName="{self._project}/logs/cloudaudit.googleapis.com%2Fdata_access"',
                'protoPayload.serviceName="cloudkms.googleapis.com"',
                'protoPayload.methodName:"Decrypt"',
                f'protoPayload.resourceName:"{self._key_ring}/cryptoKeys/{COMPANIES}"',
                f'timestamp>="{day.isoformat()}T00:00:00Z"',
                f'timestamp<"{(day + timedelta(days=1)).isoformat()}T00:00:00Z"',
            )
        )

    def _entries(self, wanted: str) -> Iterator[dict[str, Any]]:
        """A page may be empty and not the last: only a missing token ends the list."""
        body = {"resourceNames": [self._project], "filter": wanted, "orderBy": "timestamp asc", "pageSize": PAGE}
        for _ in range(MOST_PAGES):
            page = self._call(body)
            yield from page.get("entries", ())
            if not page.get("nextPageToken"):
                return
            body["pageToken"] = page["nextPageToken"]
        raise SupplierUnavailable("the audit log has no end")

    def _call(self, body: dict[str, object]) -> dict[str, Any]:
        return self.rest.json("POST", "/v2/entries:list", json=body)


def _key(payload: Mapping[str, Any]) -> str:
    """The key's own name, which is the company's id."""
    return str(payload.get("resourceName", "")).partition("/cryptoKeys/")[2].partition("/")[0]
