"""EAN-13 as bars: what is drawn is what a scanner reads."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from shared.domain.ean import MODULES, QUIET_LEFT, QUIET_RIGHT, bars, is_ean

EANS = st.text("0123456789", min_size=12, max_size=12).map(
    lambda digits: next(digits + str(check) for check in range(10) if is_ean(digits + str(check)))
)


def read(modules: str) -> list[str]:
    """By a decoder that knows nothing of ours, of a picture with two pixels a module."""
    line = "0" * QUIET_LEFT + modules + "0" * QUIET_RIGHT
    picture = Image.new("L", (len(line), 1))
    picture.putdata([0 if module == "1" else 255 for module in line])
    found = zxingcpp.read_barcodes(
        picture.resize((2 * len(line), 40), Image.Resampling.NEAREST),
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.EAN13]),
    )
    return [one.text for one in found]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(EANS)
def test_a_scanner_reads_the_number_that_was_drawn(ean: str) -> None:
    modules = bars(ean)
    assert modules is not None and len(modules) == MODULES
    assert read(modules) == [ean]


@pytest.mark.parametrize("first", "0123456789")
def test_the_first_digit_is_told_by_the_others(first: str) -> None:
    (ean,) = [whole for check in range(10) if is_ean(whole := f"{first}90123456789"[:12] + str(check))]
    assert read(bars(ean) or "") == [ean]


@pytest.mark.parametrize(
    "no_ean13", ["", "9900000000005", "990000000000", "96385074", "99000000000040", "99000000000a4"]
)
def test_what_is_no_ean_13_has_no_bars(no_ean13: str) -> None:
    assert bars(no_ean13) is None
