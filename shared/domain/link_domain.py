"""Domains that a company may link to, and whether a link in a text leads to one and to nothing else."""

import re
from collections.abc import Collection

from shared.domain.patterns import pattern

LONGEST = 253


class InvalidDomain(ValueError):
    """Not the name of a domain that somebody can own."""


def normalise(text: str) -> str:
    """The domain in small ASCII letters, å ä ö in punycode. Raises `InvalidDomain`, also for an address of numbers."""
    host = text.strip().lower()
    if not host.isascii():
        host = _to_ascii(host)
    if len(host) > LONGEST or not _DOMAIN().fullmatch(host) or host.rpartition(".")[2].isdigit():
        raise InvalidDomain
    return host


def leads_to(link: str, domains: Collection[str]) -> bool:
    """Whether a link, as it stands in a text, leads to one of these domains or below it.

    No for whatever a phone and we might read differently: names and passwords before an @, ports, signs that are not
    plain in an address, and letters of other alphabets that only look like the domain's.
    """
    found = _LINK().fullmatch(link)
    if found is None:
        return False
    try:
        host = normalise(found["host"])
    except InvalidDomain:
        return False
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _to_ascii(host: str) -> str:
    import idna  # its tables are large, and few need them

    try:
        return idna.encode(host, strict=True).decode("ascii")
    except idna.IDNAError:
        raise InvalidDomain from None


_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = pattern(rf"(?:{_LABEL}\.)+{_LABEL}")
_LINK = pattern(r"(?:https?://)?(?P<host>[^\s/?#:@\\%,;]+)(?:[/?#][A-Za-z0-9._~/?#=&%+-]*)?", re.IGNORECASE | re.ASCII)
