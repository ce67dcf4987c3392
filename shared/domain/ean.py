"""EAN: the numbers that a till scans, and an EAN-13 as bars. Both with libraries, loaded at first use."""

MODULES = 95
QUIET_LEFT, QUIET_RIGHT = 11, 7
"""Modules that stay white beside the bars (ISO/IEC 15420)."""


def is_ean(digits: str) -> bool:
    """Whether it is a GTIN of 8, 12, 13 or 14 digits with the right check digit: what a till can scan."""
    from stdnum import ean

    return digits.isascii() and digits.isdigit() and bool(ean.is_valid(digits))


def bars(ean: str) -> str | None:
    """The modules of an EAN-13 from left to right, 1 for a dark one; None for any other number."""
    if len(ean) != 13 or not (ean.isascii() and ean.isdigit()):
        return None
    digits = [int(digit) for digit in ean]
    if (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10:
        return None
    from barcode.charsets.ean import CODES, EDGE, LEFT_PATTERN, MIDDLE  # some milliseconds that only this page needs

    left = "".join([CODES[code][digit] for code, digit in zip(LEFT_PATTERN[digits[0]], digits[1:7], strict=True)])
    right = "".join([CODES["C"][digit] for digit in digits[7:]])
    return f"{EDGE}{left}{MIDDLE}{right}{EDGE}"
