"""A company's list of recipients as Swedish Excel exports it, made up from a seed, and the truth about it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

HEADER = "Förnamn;Efternamn;Mobilnummer;Ort"
ENCODING = "windows-1252"

# Every 50th row or so is wrong or a double, as in lists that people keep by hand.
_BAD_SHARE = 0.03
_DUPLICATE_SHARE = 0.02

_FIRST_NAMES = re.findall(
    r"\w+",
    "Åshild Örjan Ängla André Renée Göran Märta Pernilla Håkan Älvira Björn Cecilia Åkesson Ulrika Sören Désirée "
    "Jörgen Linnéa Kåre Ödgärd Hjördís Märit Kjersti Torbjörn Gunnel Börje Ingegärd Yngve Solbritt",
)
_LAST_NAMES = re.findall(
    r"\w+",
    "Åkerström Öberg Ärlebrand Sjögren Löfvenmark Bäckström Hägglöf Nordenskjöld Lindén Vallée Grönkvist "
    "Sandström Stålhammar Hallgrénsson Ljungström Mårdklint Qvarnlöf Wåhlstedt Öhrnblad Björkegren",
)
_TOWNS = ("Nyköping", "Malmö", "Åre", "Göteborg", "Örnsköldsvik", "Kiruna", "Växjö", "Umeå")

# After +46. Mobile ranges of the numbering plan.
_MOBILE_PREFIXES = ("70", "72", "73", "76", "79")

_NOTATIONS: tuple[Callable[[str], str], ...] = (
    lambda n: f"0{n[:2]}-{n[2:5]} {n[5:7]} {n[7:]}",
    lambda n: f"0{n[:2]}-{n[2:]}",
    lambda n: f"0{n}",
    lambda n: f"0{n[:2]} {n[2:5]} {n[5:7]} {n[7:]}",
    lambda n: f"+46{n}",
    lambda n: f"+46 {n[:2]} {n[2:5]} {n[5:7]} {n[7:]}",
    lambda n: f"+46 (0){n[:2]} {n[2:5]} {n[5:7]} {n[7:]}",
    lambda n: f"0046{n}",
    lambda n: f"46{n}",
    lambda n: f"0{n[:2]}/{n[2:]}",
)
_BAD_PHONES = {
    "not_mobile": ("08-508 00 000", "018-727 00 00", "0155-24 80 00"),
    "invalid_phone": ("070-12 34", "saknas", "", "okänt", "070-123 45 67 89 01"),
}


@dataclass(frozen=True)
class Recipients:
    """A file and what is true about it. Counts are of rows; `numbers` are E.164, one for each good row."""

    file: bytes
    rows: int
    accepted: int
    duplicate: int
    invalid: int
    codes: Counter[str]
    numbers: tuple[str, ...]
    names: frozenset[str]


def generate(rows: int, seed: int) -> Recipients:
    """A list of so many rows, always the same for a seed; at least one row in it is good.

    Swedish mobile numbers are drawn from the whole plan, as only 95 of them are reserved for fiction. They
    may belong to somebody: no such list is committed, and it must never leave the sandbox.
    """
    dice = random.Random(seed)
    bad, duplicates = round(rows * _BAD_SHARE), round(rows * _DUPLICATE_SHARE)
    numbers = _numbers(rows - bad - duplicates, dice)
    phones = [(dice.choice(_NOTATIONS)(number), "") for number in numbers]
    phones += [_bad_phone(dice) for _ in range(bad)]
    dice.shuffle(phones)
    for number in dice.sample(numbers, duplicates):
        # After all others, so that it is the second of the two that is the double.
        phones.append((dice.choice(_NOTATIONS)(number), "duplicate"))
    people = [(dice.choice(_FIRST_NAMES), dice.choice(_LAST_NAMES)) for _ in phones]
    lines = [
        f"{first};{last};{phone};{dice.choice(_TOWNS)}"
        for (first, last), (phone, _) in zip(people, phones, strict=True)
    ]
    codes = Counter(code for _, code in phones if code)
    return Recipients(
        file="".join(f"{line}\r\n" for line in [HEADER, *lines]).encode(ENCODING),
        rows=rows,
        accepted=len(numbers),
        duplicate=duplicates,
        invalid=bad,
        codes=codes,
        numbers=tuple(f"+46{number}" for number in numbers),
        names=frozenset(name for person in people for name in person),
    )


def _numbers(count: int, dice: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{dice.choice(_MOBILE_PREFIXES)}{dice.randrange(10**7):07}"] = None
    return list(found)


def _bad_phone(dice: random.Random) -> tuple[str, str]:
    code = dice.choice(sorted(_BAD_PHONES))
    return dice.choice(_BAD_PHONES[code]), code
