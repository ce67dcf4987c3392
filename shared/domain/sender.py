"""Who an SMS is from: a name of 1–11 characters, or a number that can be answered."""

import re

from shared.domain.phone_number import PhoneError, parse

NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", re.ASCII)


class InvalidSender(ValueError):
    """Neither a name that phones show nor a mobile number."""


def normalise(text: str) -> str:
    """The sender as it goes to Lekab: the name trimmed, or the number as E.164. Raises `InvalidSender`."""
    name = text.strip(" ")
    if NAME.fullmatch(name):
        return name
    try:
        return parse(text).e164
    except PhoneError:
        raise InvalidSender from None
