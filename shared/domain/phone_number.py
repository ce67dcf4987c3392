"""Mobile numbers: what people write, read into one E.164 value that masks itself when printed."""

import re
import unicodedata
from typing import ClassVar

from msgspec import Struct

from shared.domain.patterns import pattern

DEFAULT_REGION = "SE"


class PhoneError(ValueError):
    """A number that cannot get an SMS. `code` says why; the message never repeats the input."""

    code: ClassVar[str]


class InvalidPhone(PhoneError):
    """Not a phone number, or one that does not exist."""

    code = "invalid_phone"

    def __init__(self) -> None:
        super().__init__("not a valid phone number")


class NotMobile(PhoneError):
    """A number that exists, but is a land line, premium, service, emergency or other number that is no mobile."""

    code = "not_mobile"

    def __init__(self) -> None:
        super().__init__("a valid phone number, but not a mobile one")


class PhoneNumber(Struct, frozen=True):
    """A mobile number. Prints masked (`+46 70 *** ** 05`); `e164` is the clear value (`+46…`).

    Made by `parse`, or from an E.164 value that `parse` once gave. Equal and hashed by value.
    """

    e164: str

    def __str__(self) -> str:
        country = _country_code(self.e164)
        national = self.e164[1 + len(country) :]
        shown = national[:2] if len(national) >= 7 else "**"  # of a short number that would be most of it
        return f"+{country} {shown} *** ** {national[-2:]}"

    def __repr__(self) -> str:
        return f"PhoneNumber({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def parse(text: str) -> PhoneNumber:
    """Read a mobile number: anything a Swede would write, else E.164 with `+` or `00`.

    Raises InvalidPhone or NotMobile.
    """
    swedish = _SWEDISH_MOBILE(text.translate(_COMMON_PUNCTUATION))
    return PhoneNumber("+46" + swedish[1]) if swedish else parse_slowly(text)


def parse_slowly(text: str) -> PhoneNumber:
    """The reference: `parse` by the rules of `phonenumbers` alone, for every number."""
    import phonenumbers  # 20 ms of a cold start that most requests can do without

    dialled = _dialled(text)
    try:
        number = phonenumbers.parse(dialled, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        raise _no_subscriber(dialled) from None
    if not phonenumbers.is_valid_number(number):
        raise _no_subscriber(dialled)
    kind = phonenumbers.number_type(number)
    mobile = kind == phonenumbers.PhoneNumberType.MOBILE
    either = kind == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE and number.country_code != 46
    if not (mobile or either):
        raise NotMobile
    return PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def written(e164: str) -> str:
    """A number as people write it, `070-174 06 05` or `0047-41234567`: `parse` reads it, and no spreadsheet takes it
    for a number, which would lose its zeros, or for a formula, which would begin with its `+`.
    """
    country = _country_code(e164)
    national = e164[1 + len(country) :]
    if country == "46" and len(national) == 9:
        return f"0{national[:2]}-{national[2:5]} {national[5:7]} {national[7:]}"
    return f"00{country}-{national}"


def _no_subscriber(dialled: str) -> PhoneError:
    """What a number is that no subscriber has: a short one as 112, 1177 or 116 000, or none at all."""
    import phonenumbers

    if len(dialled) > _LONGEST_SHORT_NUMBER or dialled.startswith(("0", "+")):
        return InvalidPhone()
    number = phonenumbers.PhoneNumber(country_code=46, national_number=int(dialled))
    return NotMobile() if phonenumbers.is_valid_short_number_for_region(number, DEFAULT_REGION) else InvalidPhone()


_LONGEST_SHORT_NUMBER = 6

# No full stop: whether the last one is punctuation or a float's is for the slow way to tell.
_COMMON_PUNCTUATION = str.maketrans("", "", " -()/\u00a0\u2010\u2011\u2012\u2013\u202a\u202c\t\r\n")
_SWEDISH_MOBILE = re.compile(r"(?:(?:\+|00)?460?|0)?(7[023689][0-9]{7})").fullmatch

_LABEL = pattern(
    r"(?:(?:tel|tele?fon|mobil|mob|mobiltel|mobiltelefon)\s*(?:nummer|nr)?|tfn|phone|mobile|sms|nr|[mt](?=[:.]))"
    r"[\s.:]*(?=[+0-9(])",
    re.IGNORECASE,
)
_FLOAT = pattern(r"([0-9]+)[.,]0")
_DIALLED = pattern(r"\+?[0-9]{3,17}")
_QUOTES = "'\"=`´‘’“”"  # Excel's marks of a text: '070… and ="070…"
_PLUS = "+＋﹢"
_SEPARATORS = frozenset("()[]./~·•⁃−˗ー⁄∕（）［］．／～")


def _dialled(text: str) -> str:
    """The digits of a written number, after a `+` where it is international; raises InvalidPhone.

    Only labels before it, quotes around it and separators within it are taken away: letters, extensions
    and anything else make it invalid, as they would make us guess.
    """
    plain = "".join(_plain(character) for character in text).strip().strip(_QUOTES).strip()
    if label := _LABEL().match(plain):
        plain = plain[label.end() :]
    if whole := _FLOAT().fullmatch(plain):
        plain = whole[1]
    digits = "".join(c for c in plain if c not in _SEPARATORS and c != " " and c != "-")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not _DIALLED().fullmatch(digits):
        raise InvalidPhone
    return digits


def _plain(character: str) -> str:
    """One character with its many forms made one: a digit, `+`, `-`, a space or nothing at all."""
    if character.isascii():
        return " " if character.isspace() else character
    if character in _PLUS:
        return "+"
    if character.isspace():
        return " "
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Pd":
            return "-"
        case "Cf":
            return ""
    return character


def _country_code(e164: str) -> str:
    if e164.startswith("+46"):
        return "46"
    import phonenumbers

    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((e164[1:end] for end in (2, 3, 4) if e164[1:end].isdigit() and int(e164[1:end]) in known), "")
