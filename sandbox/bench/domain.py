"""The two steps of a recipient's row that cost the most processor, alone: reading its number, packing its SMS."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Sequence

import phonenumbers

from sandbox.bench.measure import by_turns, median
from sandbox.bench.result import Result
from sandbox.recipients import ENCODING, generate
from shared.domain import phone_number
from shared.domain.sms_text import Template, measure

NUMBERS = 10_000
TEXTS = 100_000
TEXTS_A_SECOND = 200_000.0
LINK = "https://upup.example/g/abcdefghijklmnopqrstuvwxyz2"
MESSAGES = (
    "Hej {{first_name}}! En present från Kaffebaren till dig: {{link}} Svara STOPP om du inte vill ha fler.",
    "{{first_name}}, tack för att du är kund hos oss. Hämta ditt kaffe här: {{link}}",
    "Grattis {{first_name}} 🎉 Din gåva: {{link}}",
    (
        "Hej {{first_name}}! Vi fyller tio år. Visa koden i kassan så bjuder vi på kaffe och bulle i kväll: {{link}} "
        "Svara STOPP om du inte vill ha fler."
    ),
)
"""Of one part and of two, in GSM-7 and in UCS-2."""


def parse_numbers() -> Sequence[Result]:
    """Swedish mobiles in all the ways that people write them."""
    numbers = [row["Mobilnummer"] for row in _list(NUMBERS) if _is_mobile(row["Mobilnummer"])]
    pair = by_turns(
        lambda: [phone_number.parse(number).e164 for number in numbers],
        lambda: [_by_phonenumbers(number) for number in numbers],
    )
    return [
        Result(
            "parse_numbers",
            len(numbers) / pair.ours,
            "numbers/s",
            len(numbers) / pair.baseline,
            "phonenumbers alone: parse, is valid, which type, as E.164",
            10,
        )
    ]


def _by_phonenumbers(text: str) -> str:
    number = phonenumbers.parse(text, phone_number.DEFAULT_REGION)
    if not phonenumbers.is_valid_number(number):
        raise ValueError
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        raise ValueError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def pack_sms() -> Sequence[Result]:
    """What a recipient's text is made of: the values made plain, filled in, and measured in parts.

    By the processor's time, as what it is held against is no measurement of the same moment.
    """
    dice = random.Random(1)
    templates = [Template(message) for message in MESSAGES]
    rows = [(dice.choice(templates), {"first_name": row["Förnamn"]}) for row in _list(TEXTS)]

    def pack() -> float:
        started = time.process_time()
        for template, values in rows:
            measure(template.render(values, LINK))
        return time.process_time() - started

    taken = median(pack)
    return [Result("pack_sms", len(rows) / taken, "texts/s", TEXTS_A_SECOND, "a fixed number, no measurement", 1)]


def _list(rows: int) -> list[dict[str, str]]:
    return list(csv.DictReader(generate(rows, 1).file.decode(ENCODING).splitlines(), delimiter=";"))


def _is_mobile(text: str) -> bool:
    try:
        phone_number.parse(text)
    except phone_number.PhoneError:
        return False
    return True
