"""Senders that a reader may take for a bank, an authority or another name that thieves borrow."""

import re
import unicodedata
from collections.abc import Collection

LONGEST_SENDER = 11
"""Characters that a phone shows: a longer name is borrowed by its beginning."""

WHOLE_WORD = 4
"""A protected name of at most so many characters counts only as a word of its own."""

ONE_SLIP = 6
"""A protected name of at least so many is known also with one letter wrong, missing, doubled or swapped."""

PROTECTED = (
    # authorities
    "Skatteverket",
    "Polisen",
    "Försäkringskassan",
    "Kronofogden",
    "Kronofogdemyndigheten",
    "Transportstyrelsen",
    "Arbetsförmedlingen",
    "Migrationsverket",
    "Pensionsmyndigheten",
    "Tullverket",
    "Bolagsverket",
    "Centrala studiestödsnämnden",
    "Krisinformation",
    "Riksbanken",
    "Kivra",
    "1177",
    "CSN",
    # banks and payments
    "BankID",
    "Mobilt BankID",
    "Swedbank",
    "Sparbanken",
    "Handelsbanken",
    "Nordea",
    "SEB",
    "Danske Bank",
    "Länsförsäkringar",
    "Skandiabanken",
    "SBAB",
    "ICA Banken",
    "Avanza",
    "Nordnet",
    "Swish",
    "Klarna",
    "PayPal",
    "Trustly",
    "Mastercard",
    "American Express",
    "Visa",
    # parcels, telephones and the net
    "PostNord",
    "DHL",
    "UPS",
    "FedEx",
    "Budbee",
    "Instabox",
    "Telia",
    "Tele2",
    "Telenor",
    "Apple",
    "iCloud",
    "Google",
    "Microsoft",
    "Facebook",
    "Instagram",
    "WhatsApp",
    "Netflix",
    "Spotify",
    "Amazon",
    "UpUp",
)

_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "3": "e", "4": "a", "ø": "o", "æ": "a"})
_APART = re.compile(r"[^a-z0-9]+")


def skeleton(text: str) -> str:
    """What is left where look-alikes are one: case, accents, spaces and signs do not count, nor 0/O, 1/l/I, rn/m."""
    return _fold("".join(_words(text)))


def resembles(sender: str) -> str | None:
    """The protected name that the sender may be taken for, or None."""
    words = _words(sender)
    joined = "".join(words)
    wholes = {joined, _fold(joined)}  # both, as a slip may have brought an r before an n
    alone = wholes.union(words, map(_fold, words))
    return next((name for name, bones in _BONES.items() if _is_like(wholes, alone, bones)), None)


def _words(text: str) -> list[str]:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return [word for word in _APART.split(plain.translate(_SAME)) if word]


def _fold(letters: str) -> str:
    """Two letters that together look like one."""
    return letters.replace("rn", "m").replace("vv", "w")


def _is_like(wholes: Collection[str], alone: Collection[str], bones: str) -> bool:
    if len(bones) <= WHOLE_WORD:
        return bones in alone
    return any(bones in whole or (len(bones) >= ONE_SLIP and _is_one_slip_away(whole, bones)) for whole in wholes)


def _is_one_slip_away(text: str, name: str) -> bool:
    """Whether one letter changed, left out or put in, or two neighbours swapped, make one of the other."""
    if abs(len(text) - len(name)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(text, name, strict=False)) if a != b), min(len(text), len(name)))
    ours, theirs = text[start:], name[start:]
    return (
        ours[1:] == theirs[1:]
        or ours[1:] == theirs
        or ours == theirs[1:]
        or (ours[:2] == theirs[1::-1] and ours[2:] == theirs[2:])
    )


def _cut(name: str) -> str:
    """As much of a protected name as fits in a sender."""
    return skeleton("".join(name.split())[:LONGEST_SENDER])


_BONES = {name: _cut(name) for name in PROTECTED}
