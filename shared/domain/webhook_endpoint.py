"""What a company asks for when it has its webhooks sent somewhere, and which addresses will do."""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from shared.domain.errors import Fault
from shared.domain.link_domain import InvalidDomain, normalise
from shared.domain.webhook import is_public

LONGEST_URL = 500
LONGEST_DESCRIPTION = 120
NEVER = ("localhost", "local", "internal")
"""Ends of names that are nobody's on the open internet."""


class WantedEndpoint(Struct, frozen=True):
    url: str
    events: Sequence[str]
    description: str


class EndpointChange(Struct, frozen=True):
    """None leaves it as it is."""

    url: str | None = None
    events: Sequence[str] | None = None
    description: str | None = None
    enabled: bool | None = None


def fault_of(url: str, *, loopback: bool = False) -> Fault | None:
    """What is wrong with an address, and how to mend it; None for one that can be called.

    Where its name leads is judged at each call.

    `loopback`: HTTP and this machine will do (development only).
    """
    if not _PLAIN(url):
        return _fault("not_plain", "Use plain characters: a domain with å ä ö in punycode, other signs written with %.")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return _fault("not_a_url", "This is no web address. Write it as https://example.com/upup.")
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        return _fault("not_https", "Only https is called. Write the address as https://example.com/upup.")
    if "@" in parts.netloc:
        return _fault("user_info", "Take out what stands before the @. A signature proves that it is UpUp that calls.")
    if "#" in url:
        return _fault("fragment", "Take out the # and what follows it: no server sees that.")
    if not host or port == 0:
        return _fault("not_a_url", "This is no web address. Write it as https://example.com/upup.")
    if not loopback and not _may_be_public(host):
        return _fault("not_public", "Use a domain of the open internet. UpUp calls nothing within a network.")
    return None


def _may_be_public(host: str) -> bool:
    """Whether it is a public IP address, or a domain that can be one's."""
    try:
        return is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        pass
    try:
        return normalise(host).rpartition(".")[2] not in NEVER
    except InvalidDomain:
        return False


_PLAIN = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+").fullmatch
"""What RFC 3986 allows: two programs that read anything else might not see the same host."""


def _fault(code: str, message: str) -> Fault:
    return Fault("url", code, message)
