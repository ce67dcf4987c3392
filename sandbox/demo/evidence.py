"""Looks for phone numbers, names and other texts in a text, in every notation that somebody could read them from."""

from __future__ import annotations

import binascii
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

_DIGITS = 9  # of a Swedish mobile number after 0 or +46
_HEX = re.compile(rb"[0-9A-Fa-f]{8,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{6,}")
_STANDARD_ALPHABET = bytes.maketrans(b"-_", b"+/")
_MIME_LINE_END = re.compile(rb"(?<=[A-Za-z0-9+/]{60})\r?\n(?=[A-Za-z0-9+/])")
# Random hex holds any nine digits now and then, so plain digits are not looked for in long runs of it.
_BLOB = re.compile(rb"[0-9A-Fa-f]{32,}")
# Also a dash or space of typographers, in UTF-8, and the + of a query string.
_SEPARATORS = re.compile(rb"(?<=[0-9)])(?:[ ()/.\xa0_+-]|\xc2\xa0|\xe2\x80[\x80-\x95\xaf])+(?=[0-9(])")
_LETTERS = 4
_WORD = re.compile(rf"[^\W_]{{{_LETTERS},}}")
_RUN = re.compile(rb"[0-9]{9,}")
_ESCAPED = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(/))")
_ENCODINGS = ("utf-8", "cp1252")


class Evidence:
    """A text to search, as it is and as its escapes and its runs of hex, Base64 and URL-encoding decode, also when
    what they hold is UTF-16 or Windows-1252."""

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
        wanted = {name: name.casefold() for name in names if len(name) >= _LETTERS}
        found: set[str] = set()
        for text in _texts(self._views):
            near = [name for name in wanted.keys() - found if wanted[name] in text]
            # Words take long to tell apart, and most texts hold none of the names in any place.
            words = set(_WORD.findall(text)) if near else ()
            found.update(name for name in near if wanted[name] in words)
        return found


def _texts(views: Iterable[bytes]) -> Iterator[str]:
    for view in views:
        for encoding in _ENCODINGS:
            yield view.decode(encoding, "replace").casefold()


def _nine_digits(view: bytes) -> Iterator[str]:
    plain = _SEPARATORS.sub(b"", _BLOB.sub(b" ", view))
    for run in _RUN.findall(plain):
        digits = run.decode("ascii")
        for start in range(len(digits) - _DIGITS + 1):
            yield digits[start : start + _DIGITS]


@lru_cache(maxsize=4)
def _views(text: str) -> tuple[bytes, ...]:
    """The text as it is, as it reads without escapes, and what its runs of hex and Base64 say, one to a line.

    Each once: most texts have no escapes, and then read alike in several ways.
    """
    plain = text.encode("utf-8", "replace")
    unescaped = _unescaped(text)
    encoded = [b"\n".join(_from_hex(unescaped)), b"\n".join(_from_base64(unescaped))]
    # UTF-16 is the text with a NUL before or after each letter
    typed = unicodedata.normalize("NFKC", unescaped.decode("utf-8", "replace")).encode()  # full-width digits made plain
    read = (view for raw in (unescaped, *encoded) for view in (raw, raw.replace(b"\0", b"")))
    return tuple(dict.fromkeys((plain, typed, *read)))


def _unescaped(text: str) -> bytes:
    """What `%41`, `\\x41`, `\\u0041` and `&#65;` stand for."""
    return _ESCAPED.sub(_escaped, unquote_to_bytes(html.unescape(text).encode("utf-8", "replace")))


def _escaped(found: re.Match[bytes]) -> bytes:
    byte, letter, slash = found.groups()
    if byte:
        return bytes([int(byte, 16)])
    return slash or chr(int(letter, 16)).encode("utf-8", "replace")


def _from_hex(plain: bytes) -> Iterator[bytes]:
    for run in _HEX.findall(plain):
        for start in (0, 1):  # a run may begin in the middle of a byte
            part = run[start:]
            yield binascii.unhexlify(part[: len(part) // 2 * 2])


def _from_base64(plain: bytes) -> Iterator[bytes]:
    for run in _BASE64.findall(_MIME_LINE_END.sub(b"", plain.translate(_STANDARD_ALPHABET))):
        for start in range(4):  # or in the middle of a group of four
            part = run[start:]
            whole = part[:-1] if len(part) % 4 == 1 else part
            yield binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
