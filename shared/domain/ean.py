"""EAN: the numbers that a till scans, and an EAN-13 as bars (ISO/IEC 15420)."""

import re
from collections.abc import Iterator

_DIGITS = re.compile(r"[0-9]{8}|[0-9]{12,14}").fullmatch

_ODD = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
"""The digits of the left half with an odd number of dark modules."""
_RIGHT = tuple(pattern.translate(str.maketrans("01", "10")) for pattern in _ODD)
_EVEN = tuple(pattern[::-1] for pattern in _RIGHT)
_EVEN_PLACES = ("", "356", "346", "345", "256", "236", "234", "246", "245", "235")
"""Where the left half has even ones: that tells the first digit, which has no bars of its own."""
_SIDE, _MIDDLE = "101", "01010"

MODULES = 95
QUIET_LEFT, QUIET_RIGHT = 11, 7
"""Modules that stay white beside the bars."""


def is_ean(digits: str) -> bool:
    """Whether it is a GTIN of 8, 12, 13 or 14 digits with the right check digit: what a till can scan."""
    return bool(_DIGITS(digits)) and sum(_weighted(digits)) % 10 == 0


def bars(ean: str) -> str | None:
    """The modules of an EAN-13 from left to right, 1 for a dark one; None for any other number."""
    if len(ean) != 13 or not is_ean(ean):
        return None
    even = _EVEN_PLACES[int(ean[0])]
    left = ((_EVEN if str(place) in even else _ODD)[int(digit)] for place, digit in enumerate(ean[1:7], 1))
    right = (_RIGHT[int(digit)] for digit in ean[7:])
    return "".join((_SIDE, *left, _MIDDLE, *right, _SIDE))


def _weighted(digits: str) -> Iterator[int]:
    for place, digit in enumerate(reversed(digits)):
        yield int(digit) * (3 if place % 2 else 1)
