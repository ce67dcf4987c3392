"""Which notations are a mobile number, which are not, and that the fast path never decides otherwise."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain.phone_number import InvalidPhone, NotMobile, PhoneError, PhoneNumber, parse, parse_slowly

prove = settings(deadline=None, derandomize=True, max_examples=1000)

WRITTEN = [
    *("070-174 06 05", "0701740605", "070 174 06 05", "070-1740605", "(070) 174 06 05", "070/174 06 05"),
    *("070.174.06.05", "07 01 74 06 05", "701740605", "70-174 06 05", "  0701740605\r\n", "0701740605\t"),
    *("+46 (0)70 174 06 05", "+46(0)701740605", "+46701740605", "+46 70 174 06 05", "+46-70-1740605"),
    *("(+46) 70 174 06 05", "+ 46 70 174 06 05", "+460701740605", "46701740605", "46 (0)70-174 06 05"),
    *("0046701740605", "0046 (0)70 174 06 05", "00 46 70 174 06 05"),
    *("070\u00a0174\u00a006\u00a005", "070\u2009174\u202f06\u300005", "070–174–06–05", "070‑174‒06—05"),
    *("070−174 06 05", "０７０－１７４ ０６ ０５", "＋46701740605", "٠٧٠١٧٤٠٦٠٥"),
    *("\u202a070-174 06 05\u202c", "\u202a+46701740605\u202c", "\ufeff0701740605", "070\u200b1740605"),
    *("070\u00ad174\u00ad0605", "0701740605\u200e"),
    *(
        "tel:+46701740605",
        "tel:070-174-06-05",
        "Mobil: 070-174 06 05",
        "MOBIL 070-174 06 05",
        "Tel. 0701740605",
    ),
    *("Telefonnummer: 0701740605", "Mobil nr 0701740605", "Mobilnr: 0701740605", "tfn 070-1740605"),
    *("Mob.: +46 70 174 06 05", "sms:+46701740605", "m: 0701740605"),
    *(
        "0701740605.0",
        "701740605.0",
        "46701740605.0",
        "701740605,0",
        "'0701740605",
        '"0701740605"',
        '="0701740605"',
    ),
]
INVALID = [
    *(
        "",
        " ",
        "+",
        "-",
        "0",
        "12",
        "999",
        "0112",
        "+46112",
        "+112",
        "abc",
        "Anna",
        "070-174 06",
        "070-174 06 055",
        "07017406051",
    ),
    *(
        "070-KAFFET",
        "O70-174 06 05",
        "070-174 06 0s",
        "0701740605 ankn 5",
        "0701740605x5",
        "0701740605;ext=5",
    ),
    *("tel:0701740605;phone-context=+46", "0701740605, 0701740606", "0701740605/0701740606", "070*1740605"),
    *("#31#0701740605", "++46701740605", "+46+701740605", "070+1740605", "+0701740605", "0460701740605"),
    *("071-1234567", "074-1234567", "7,01741E+08", "7.01740605E+08", "070174060.0", "070174060.0 "),
    *("070174060.0\u202c", "-0701740605.5", "070\x001740605", "07017406½5", "١٢٣", "²", "\ud800", "0" * 5000),
]
NOT_MOBILE = [
    *("08-465 004 05", "+46 8 465 004 05", "031-390 06 05", "010-123 45 67", "020-123456", "0771-123456"),
    *("0900-1234567", "0939-1234567", "075-1234567", "+442079460000", "+80012345678", "004684650 0405"),
    *("112", "1177", "114 14", "114-14", "116000", "116 000", "90 000", "118 118", "113 13", "112.0"),
]
ABROAD = {
    "+47 912 34 567": "+4791234567",
    "004791234567": "+4791234567",
    "+44 (0)7911 123456": "+447911123456",
    "+1 (202) 555-0123": "+12025550123",  # a country that does not tell mobile from fixed
    "+358 41 2345678": "+358412345678",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_what_a_swede_writes_is_read(text: str) -> None:
    assert parse(text).e164 == parse_slowly(text).e164 == "+46701740605"


@pytest.mark.parametrize(("text", "e164"), ABROAD.items())
def test_numbers_of_other_countries_are_read_when_written_internationally(text: str, e164: str) -> None:
    assert parse(text) == PhoneNumber(e164)


@pytest.mark.parametrize("text", INVALID)
def test_what_is_no_number_is_invalid(text: str) -> None:
    with pytest.raises(InvalidPhone) as error:
        parse(text)
    assert error.value.code == "invalid_phone"


@pytest.mark.parametrize("text", NOT_MOBILE)
def test_land_lines_and_service_numbers_are_not_mobile(text: str) -> None:
    with pytest.raises(NotMobile) as error:
        parse(text)
    assert error.value.code == "not_mobile"


@pytest.mark.parametrize("text", ["070-174 06 0", "08-465 004 05"])
def test_errors_do_not_repeat_the_number(text: str) -> None:
    with pytest.raises(PhoneError) as error:
        parse(text)
    assert not re.search(r"\d", repr(error.value))


def test_a_number_prints_masked_in_every_way() -> None:
    number = parse("070-174 06 05")
    mask = "+46 70 *** ** 05"
    assert str(number) == f"{number}" == "%s" % number == mask  # noqa: UP031 - each way is what is tested
    assert f"{number:>20}" == "    " + mask
    assert repr(number) == f"{number!r}" == f"PhoneNumber({mask})"
    assert "1740605" not in f"{[number]} { ({number: number}) }"


@pytest.mark.parametrize(
    ("e164", "mask"),
    [
        ("+4791234567", "+47 91 *** ** 67"),
        ("+12025550123", "+1 20 *** ** 23"),
        ("+358412345678", "+358 41 *** ** 78"),
        ("+24740123", "+247 ** *** ** 23"),
    ],
)
def test_a_mask_shows_country_two_digits_and_two_but_no_more_of_a_short_number(e164: str, mask: str) -> None:
    assert str(PhoneNumber(e164)) == mask


def test_numbers_are_values() -> None:
    one, other = parse("070-174 06 05"), parse("+46701740605")
    assert one == other and len({one, other, parse("070-174 06 06")}) == 2
    with pytest.raises(AttributeError):
        one.e164 = ""  # type: ignore[misc]  # that is what must not work


def outcome(read: object, text: str) -> str:
    assert callable(read)
    try:
        return str(read(text).e164)
    except PhoneError as error:
        return error.code


def agree(text: str) -> None:
    assert outcome(parse, text) == outcome(parse_slowly, text)


separators = st.sampled_from(["", "", "", " ", "-", "/", "\u00a0", "–", "(", ")", ".", "\u202c", "\t", "\n"])
starts = st.sampled_from(["", "0", "+46", "+460", "+46(0)", "0046", "00460", "46", "460", "046", "+", "00", "+4600"])


@st.composite
def notations(draw: st.DrawFn) -> str:
    """A Swedish number, of any prefix and mostly of the right length, as somebody might write it."""
    digits = draw(st.sampled_from("7777712345689")) + draw(st.text("0123456789", min_size=7, max_size=9))
    return "".join(c + draw(separators) for c in [draw(separators), draw(starts), *digits])


@prove
@given(notations())
@example("070174060.0\t")
@example("46070.174060.0")
def test_both_ways_agree_on_every_notation(text: str) -> None:
    agree(text)


@prove
@given(
    st.sampled_from(WRITTEN),
    st.integers(0, 30),
    st.integers(0, 2),
    st.text("0123456789+-(). x0e\u00a0", max_size=2),
)
def test_both_ways_agree_on_mutations(text: str, at: int, cut: int, put: str) -> None:
    agree(text[:at] + put + text[at + cut :])


@prove
@given(st.text(max_size=30) | st.text("+0467 -/().\u202a", max_size=20))
def test_both_ways_agree_on_any_text(text: str) -> None:
    agree(text)


def test_both_ways_agree_on_all_three_digit_prefixes() -> None:
    for start in ("0", "", "+46", "46", "0046", "+460"):
        for prefix in range(1000):
            agree(f"{start}{prefix:03}174060")
