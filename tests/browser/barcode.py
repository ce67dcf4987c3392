"""Reads barcodes off a picture, as a shop's scanner would."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image


def codes(png: bytes) -> list[str]:
    """The digits of every EAN-13 in the picture; none if one cannot be read."""
    return _read(png, zxingcpp.BarcodeFormat.EAN13)


def qr_codes(png: bytes) -> list[str]:
    """The texts of the QR codes in the picture, as a phone's camera would see it."""
    return _read(png, zxingcpp.BarcodeFormat.QRCode)


def _read(png: bytes, kind: zxingcpp.BarcodeFormat) -> list[str]:
    with Image.open(io.BytesIO(png)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormats([kind]))
    return [one.text for one in found]
