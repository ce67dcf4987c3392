"""The erasure log: one small object an entry in Cloud Storage, in a bucket that no restore of the database touches.

The bucket's lifecycle deletes an object 37 days after it was made: no backup is older than that.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from shared.ports import Erasure, SupplierUnavailable
from shared.providers.google_rest import GoogleRest
from shared.settings import ErasureLogSettings

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
FOLDER = "erasures/"
PAGE = 1_000
"""The most that Cloud Storage lists at once."""

MOST_PAGES = 10_000
EXISTS = 412
"""A precondition failed: there is such an object already."""


class CloudStorageErasureLog:
    def __init__(self, settings: ErasureLogSettings, timeout_seconds: int) -> None:
        self._rest = GoogleRest("erasure log", settings.storage_url, SCOPE, timeout_seconds)
        self._bucket = quote(settings.erasure_bucket, safe="")

    def add(self, entry: Erasure) -> None:
        """Never overwrites: an object that exists holds the same, and its 37 days are not counted anew."""
        self._rest.call(
            "POST",
            f"/upload/storage/v1/b/{self._bucket}/o",
            accepted=(EXISTS,),
            params={"uploadType": "media", "name": f"{FOLDER}{entry.id}.json", "ifGenerationMatch": "0"},
            data=_written(entry),
            headers={"Content-Type": "application/json"},
        )

    def entries(self) -> Iterator[Erasure]:
        for name in self._names():
            yield _read(self._rest.json("GET", f"{self._objects}/{quote(name, safe='')}", params={"alt": "media"}))

    @property
    def _objects(self) -> str:
        return f"/storage/v1/b/{self._bucket}/o"

    def _names(self) -> Iterator[str]:
        """A page may be empty and not the last: only a missing token ends the list."""
        asked = {"prefix": FOLDER, "maxResults": str(PAGE), "fields": "items(name),nextPageToken"}
        for _ in range(MOST_PAGES):
            page = self._rest.json("GET", self._objects, params=asked)
            yield from (str(item["name"]) for item in page.get("items", ()))
            if not page.get("nextPageToken"):
                return
            asked["pageToken"] = str(page["nextPageToken"])
        raise SupplierUnavailable("erasure log: the list has no end")


def _written(entry: Erasure) -> bytes:
    facts = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "company_id": entry.company_id,
        "fingerprint": entry.fingerprint.hex() if entry.fingerprint else None,
        "person_id": entry.person_id,
        "opt_out_too": entry.opt_out_too,
    }
    return json.dumps(facts).encode()


def _read(facts: dict[str, Any]) -> Erasure:
    return Erasure(
        id=facts["id"],
        at=datetime.fromisoformat(facts["at"]),
        company_id=facts["company_id"],
        fingerprint=bytes.fromhex(facts["fingerprint"]) if facts["fingerprint"] else None,
        person_id=facts["person_id"],
        opt_out_too=facts["opt_out_too"],
    )
