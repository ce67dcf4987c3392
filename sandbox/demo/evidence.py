"""Looks for phone numbers and names in a text, in every notation that somebody could read them from."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

_DIGITS = 9  # of a Swedish mobile number after 0 or +46
_HEX = re.compile(rb"[0-9A-Fa-f]{8,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{6,}")
_STANDARD_ALPHABET = bytes.maketrans(b"-_", b"+/")
# Random hex holds any nine digits now and then, so plain digits are not looked for in long runs of it.
_BLOB = re.compile(rb"[0-9A-Fa-f]{32,}")
_SEPARATORS = re.compile(rb"(?<=[0-9)])[ ()/.\xa0-]+(?=[0-9(])")
_LETTERS = 4
_WORD = re.compile(rf"[^\W_]{{{_LETTERS},}}")
_RUN = re.compile(rb"[0-9]{9,}")


class Evidence:
    """A text to search, as it is and as its runs of hex, Base64 and URL-encoding decode."""

    def __init__(self, text: str) -> None:
        self._views = _views(text)

    def numbers(self, numbers: Iterable[str]) -> set[str]:
        """Which of these E.164 numbers the text holds: +46…, 46…, 07… or 7…, with spaces, dashes, slashes and
        parentheses."""
        wanted = {number[-_DIGITS:]: number for number in numbers}
        return {wanted[found] for view in self._views for found in _nine_digits(view) if found in wanted}

    def names(self, names: Iterable[str]) -> set[str]:
        """Which of these names the text holds as words of their own, in any case. Names under four letters are
        left out: any long text holds some of those by chance."""
        words = {word for view in self._views for word in _WORD.findall(view.decode("utf-8", "replace").casefold())}
        return {name for name in names if len(name) >= _LETTERS and name.casefold() in words}


def _nine_digits(view: bytes) -> Iterator[str]:
    plain = _SEPARATORS.sub(b"", _BLOB.sub(b" ", view))
    for run in _RUN.findall(plain):
        digits = run.decode("ascii")
        for start in range(len(digits) - _DIGITS + 1):
            yield digits[start : start + _DIGITS]


def _views(text: str) -> list[bytes]:
    """The text as it is, URL-decoded, and what its runs of hex and Base64 say, one to a line."""
    plain = text.encode()
    views = [plain]
    if b"%" in plain:
        views.append(unquote_to_bytes(plain))
    return [*views, b"\n".join(_from_hex(plain)), b"\n".join(_from_base64(plain))]


def _from_hex(plain: bytes) -> Iterator[bytes]:
    for run in _HEX.findall(plain):
        for start in (0, 1):  # a run may begin in the middle of a byte
            part = run[start:]
            yield binascii.unhexlify(part[: len(part) // 2 * 2])


def _from_base64(plain: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(plain.translate(_STANDARD_ALPHABET)):
        for start in range(4):  # or in the middle of a group of four
            part = run[start:]
            whole = part[:-1] if len(part) % 4 == 1 else part
            yield base64.b64decode(whole + b"=" * (-len(whole) % 4))
