"""Cloud Storage's JSON interface: where a bucket's objects are, and which there are."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from shared.ports import SupplierUnavailable
from shared.providers.google_rest import GoogleRest

PAGE = 1_000
"""The most that it lists at once."""

MOST_PAGES = 10_000


CONTENT = {"alt": "media"}
"""Asks for what an object holds, and not for what is known of it."""


def objects(bucket: str) -> str:
    return f"/storage/v1/b/{quote(bucket, safe='')}/o"


def one(bucket: str, name: str) -> str:
    return f"{objects(bucket)}/{quote(name, safe='')}"


def listed(rest: GoogleRest, bucket: str, prefix: str, fields: str) -> Iterator[dict[str, Any]]:
    """These fields of each object whose name begins so. Raises `SupplierUnavailable`.

    A page may be empty and not the last: only a missing token ends the list.
    """
    asked = {"prefix": prefix, "maxResults": str(PAGE), "fields": f"items({fields}),nextPageToken"}
    for _ in range(MOST_PAGES):
        page = rest.json("GET", objects(bucket), params=asked)
        yield from page.get("items", ())
        if not page.get("nextPageToken"):
            return
        asked["pageToken"] = str(page["nextPageToken"])
    raise SupplierUnavailable(f"{rest.name}: the list has no end")
