"""The erasure log: one small object an entry in Cloud Storage, in a bucket that no restore of the database touches.

The bucket's lifecycle deletes an object 37 days after it was made: no backup is older than that.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shared.ports import Erasure, SupplierUnavailable
from shared.providers.cloud_storage import CONTENT, listed, objects, one
from shared.providers.google_rest import GoogleRest
from shared.settings import ErasureLogSettings

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
FOLDER = "erasures/"
EXISTS = 412
"""A precondition failed: there is such an object already."""

REFUSED = 403
OVERWRITING = "storage.objects.delete"
"""The right that an object's overwriting takes, and that no function has: who is told so has met one that exists."""


class CloudStorageErasureLog:
    def __init__(self, settings: ErasureLogSettings, timeout_seconds: int) -> None:
        self._rest = GoogleRest("erasure log", settings.storage_url, SCOPE, timeout_seconds)
        self._bucket = settings.erasure_bucket

    def add(self, entry: Erasure) -> None:
        """Never overwrites: an object that exists holds the same, and its 37 days are not counted anew."""
        answer = self._rest.call(
            "POST",
            f"/upload{objects(self._bucket)}",
            accepted=(EXISTS, REFUSED),
            params={"uploadType": "media", "name": f"{FOLDER}{entry.id}.json", "ifGenerationMatch": "0"},
            data=_written(entry),
            headers={"Content-Type": "application/json"},
        )
        if answer.status_code == REFUSED and OVERWRITING not in answer.text:
            raise SupplierUnavailable(f"{self._rest.name}: status {REFUSED}")

    def entries(self) -> Iterator[Erasure]:
        for item in listed(self._rest, self._bucket, FOLDER, "name"):
            yield _read(self._rest.json("GET", one(self._bucket, str(item["name"])), params=CONTENT))


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
