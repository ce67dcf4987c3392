"""A sender that looks like a bank's or an authority's is known, however it is written; a shop's own name is not one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.look_alike import LONGEST_SENDER, PROTECTED, WHOLE_WORD, resembles, skeleton
from shared.domain.misuse import ByItself, is_suspicious, kind_of, stops
from shared.domain.sender import NAME

prove = settings(max_examples=120, deadline=None, derandomize=True)
LOOKS_LIKE = {"o": "oO0", "l": "lL1iI", "i": "iI1lL", "e": "eE3", "a": "aA4", "s": "sS5"}
ASCII = str.maketrans("åäöéÅÄÖÉ", "aaoeAAOE")


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A protected name as a phone would show it, with look-alike letters, cases and spaces; and the name."""
    name = draw(st.sampled_from(PROTECTED))
    shown = "".join(name.split())[:LONGEST_SENDER].translate(ASCII)
    letters = [draw(st.sampled_from(LOOKS_LIKE.get(one.lower(), one.lower() + one.upper()))) for one in shown]
    joined = "".join(letters)
    if draw(st.booleans()):
        joined = joined.replace("m", "rn")
    place = draw(st.integers(0, len(joined)))
    return f"{joined[:place]}{draw(st.sampled_from(['', ' ', '-']))}{joined[place:]}", name


@given(disguised())
@prove
def test_a_protected_name_is_known_in_any_disguise(one: tuple[str, str]) -> None:
    assert resembles(one[0]) is not None


@given(st.sampled_from([one for one in PROTECTED if len(one) > WHOLE_WORD]), st.data())
@prove
def test_a_protected_name_within_another_word_or_one_slip_away_is_known(name: str, data: st.DataObject) -> None:
    plain = "".join(name.split()).translate(ASCII)[:LONGEST_SENDER]
    assert resembles(f"Min{plain}") and resembles(f"{plain} SE")
    if len(plain) > 6:
        at = data.draw(st.integers(0, len(plain) - 2))
        assert resembles(plain[:at] + plain[at + 1 :]), "a letter is missing"
        assert resembles(plain[:at] + "x" + plain[at + 1 :]), "a letter is another"
        assert resembles(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]), "two are swapped"


@pytest.mark.parametrize(
    "name",
    ["Kaffebaren", "Kaffekoppen", "ICA Maxi", "Bolaget", "Restaurang", "Visan", "Sebbes", "Blomman", "Beta"],
)
def test_a_shops_own_name_is_not_held(name: str) -> None:
    assert resembles(name) is None
    assert kind_of(name) is ByItself.NAMES


@given(st.from_regex(NAME, fullmatch=True))
@prove
def test_looking_for_a_likeness_never_fails_and_does_not_depend_on_case_or_spaces(name: str) -> None:
    whole = "".join(name.split())
    assert skeleton(name) == skeleton(name.upper()) == skeleton(whole)
    assert resembles(whole) == resembles(whole.swapcase())


@pytest.mark.parametrize(
    "text",
    [
        "Verifiera ditt BankID här: {{link}}",
        "Ditt konto är spärrat {{link}}",
        "Betala till SE45 5000 0000 0583 9825 7466",
        "Skicka din pinkod",
        "Skatteverket: din skatteåterbäring väntar",
    ],
)
def test_a_text_that_sounds_like_fraud_is_held(text: str) -> None:
    assert is_suspicious(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hej! Tack för att du handlar hos oss: {{link}}",
        "Fika på vårt kontor",
        "Rabatt SE20SOMMAR",
        "Vi ses på banken",
    ],
)
def test_an_everyday_text_is_not(text: str) -> None:
    assert not is_suspicious(text)


@pytest.mark.parametrize(
    ("reports", "recipients", "enough"),
    [(9, 10, False), (10, 10, True), (10, 2_000, True), (10, 2_001, False), (500, 100_000, True), (0, 0, False)],
)
def test_many_reports_and_a_share_of_the_recipients_stop_a_company(reports: int, recipients: int, enough: bool) -> None:
    assert stops(reports, recipients) is enough
