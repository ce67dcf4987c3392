"""Reads barcodes off a picture, as a shop's scanner would."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image


def codes(png: bytes) -> list[str]:
    """The digits of every EAN-13 in the picture; none if one cannot be read."""
    with Image.open(io.BytesIO(png)) as picture:
        found = zxingcpp.read_barcodes(
            picture.convert("L"), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.EAN13])
        )
    return [one.text for one in found]
