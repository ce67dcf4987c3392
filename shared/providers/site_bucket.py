"""The pages of one release: the objects below its prefix in a Cloud Storage bucket, kept in memory once read."""

import threading
import time

from shared.ports import SupplierUnavailable
from shared.providers.cloud_storage import CONTENT, listed, one
from shared.providers.google_rest import GoogleRest
from shared.settings import SiteSettings

SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
AT_ONCE = 16
"""As many files as requests may be answered at once."""

Generations = dict[str, str]
"""By a file's path; an object that is written again gets another."""


class SiteBucket:
    """The release is listed once: a name that it does not have costs no call, however many are made up.

    With `site_refresh_seconds` it is listed again after so long, and what has changed is read again.
    """

    def __init__(self, settings: SiteSettings, timeout_seconds: int) -> None:
        self._rest = GoogleRest("site", settings.storage_url, SCOPE, timeout_seconds, AT_ONCE)
        self._bucket = settings.site_bucket
        self._prefix = f"{settings.site_version}/"
        self._refresh_seconds = settings.site_refresh_seconds
        self._lock = threading.Lock()
        self._listed_at = 0.0
        self._generations: Generations = {}
        self._files: dict[str, tuple[str, bytes]] = {}

    def read(self, path: str) -> bytes | None:
        generation = self._current().get(path)
        if generation is None:
            return None
        kept, body = self._files.get(path, ("", b""))
        if kept != generation:
            body = self._rest.call("GET", one(self._bucket, f"{self._prefix}{path}"), params=CONTENT).content
            self._files[path] = generation, body
        return body

    def _current(self) -> Generations:
        with self._lock:
            if not self._generations or self._is_old():
                self._generations = self._listed()
                self._listed_at = time.monotonic()
            return self._generations

    def _is_old(self) -> bool:
        return self._refresh_seconds is not None and time.monotonic() - self._listed_at >= self._refresh_seconds

    def _listed(self) -> Generations:
        items = listed(self._rest, self._bucket, self._prefix, "name,generation")
        found = {str(item["name"]).removeprefix(self._prefix): str(item["generation"]) for item in items}
        if not found:
            raise SupplierUnavailable("site: there is no such release")
        return found
