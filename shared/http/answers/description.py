"""The API's description as GET /v1/openapi.json answers it: the file that `make openapi` wrote."""

import hashlib
from functools import cache
from pathlib import Path

from shared.http.call import Answer, Call

FILE = Path(__file__).parents[1] / "openapi" / "openapi.json"
CACHED_SECONDS = 300


def description(call: Call, public_url: str) -> Answer:
    """304 for who has it already."""
    whole, etag = _read(public_url.startswith("https:"))
    headers = (("ETag", etag), ("Cache-Control", f"public, max-age={CACHED_SECONDS}"))
    if call.request.if_none_match.contains(etag.strip('"')):
        return Answer(304, headers=headers)
    return Answer(200, file=iter([whole]), headers=(*headers, ("Content-Type", "application/json")))


@cache
def _read(secure: bool) -> tuple[bytes, str]:
    whole = FILE.read_bytes()
    if not secure:  # plain HTTP, on loopback alone, cannot have the cookie's prefix
        whole = whole.replace(b'"__Host-session"', b'"session"')
    return whole, f'"{hashlib.sha256(whole).hexdigest()[:32]}"'
