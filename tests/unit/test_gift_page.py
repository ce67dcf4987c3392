"""What the recipient's page says: both languages whole, what comes from outside escaped, each state told."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from msgspec.structs import replace

from shared.domain.gift import GiftState, GivenGift, OpenedGift
from shared.http.gift_page.en import EN
from shared.http.gift_page.gift import gift_html
from shared.http.gift_page.sv import SV
from shared.http.gift_page.texts import Texts
from tests.architecture.rules_source import ROOT

GIFT = OpenedGift(
    "Kaffebaren AB",
    GivenGift(
        *("coffee", "Kaffe och bulle", "Coffee and a bun", "goods", 3500),
        *("Visa koden i kassan.", "Show the code at the till.", "/gifts/coffee.svg", None),
        id_required=False,
    ),
    "9900000000004",
    "4221134",
    date(2026, 12, 24),
    GiftState.OPENED,
)
TOKEN = "x" * 24
PLACE = re.compile(r"\{(\w*)\}")
COLOUR = re.compile(r"(--\w+): (#\w+);")


def said(texts: Texts) -> Iterator[tuple[str, str]]:
    """Each text with its key; a month's name counts as one."""
    yield from ((key, text) for key, text in texts.items() if isinstance(text, str))
    yield from ((f"months.{at}", month) for at, month in enumerate(texts["months"]))


def ended(state: GiftState) -> OpenedGift:
    return replace(GIFT, state=state, ean="", code="")


def test_both_languages_have_the_same_keys_with_the_same_values_in_them() -> None:
    def shape(texts: Texts) -> dict[str, set[str]]:
        return {key: set(PLACE.findall(text)) for key, text in said(texts)}

    assert shape(SV) == shape(EN)
    assert SV.keys() == Texts.__annotations__.keys()


def test_no_text_is_empty_or_was_left_in_the_other_language() -> None:
    texts = dict(said(SV)), dict(said(EN))
    assert [key for one in texts for key, text in one.items() if not text.strip()] == []
    months_alike = {"months.3", "months.8", "months.10", "months.11"}  # April, September, November, December
    assert {key for key in texts[0] if texts[0][key].lower() == texts[1][key].lower()} == months_alike


@pytest.mark.parametrize("texts", [SV, EN], ids=["sv", "en"])
@pytest.mark.parametrize("state", [GiftState.OPENED, GiftState.REDEEMED, GiftState.EXPIRED, GiftState.VOIDED])
@pytest.mark.parametrize("sender", ["Kaffebaren AB", ""])
def test_every_page_is_whole_and_small(texts: Texts, state: GiftState, sender: str) -> None:
    found = replace(GIFT if state is GiftState.OPENED else ended(state), sender=sender, test=True)
    page = gift_html(found, TOKEN, texts)
    assert f'<html lang="{texts["language"]}">' in page
    assert "None" not in page and not PLACE.search(page.replace("{{", "")) and "&lt;" not in page
    assert len(page.encode()) < 8_000


def test_what_comes_from_outside_is_escaped_wherever_it_stands() -> None:
    odd = "<b>\"Å\" & 'Ö'</b>{sender} 100 % %(path)s"
    gift = replace(GIFT.gift, name_sv=odd, name_en=odd, how_to_use_sv=odd, how_to_use_en=odd, picture=odd)
    for state in (GiftState.OPENED, GiftState.EXPIRED):
        page = gift_html(replace(GIFT, sender=odd, gift=gift, code=odd, state=state), odd, SV)
        assert "<b>" not in page and '="Å' not in page and "{sender} 100 % %(path)s" in page
        assert page.count("&lt;b&gt;&#34;Å&#34; &amp; &#39;Ö&#39;&lt;/b&gt;") > 10


def test_a_page_that_was_made_before_shows_nothing_of_who_saw_it_then() -> None:
    first = gift_html(GIFT, TOKEN, SV)
    other = gift_html(replace(GIFT, ean="9900000000011", code="7654321"), "y" * 24, SV)
    for secret in (GIFT.ean, GIFT.code, " ".join(GIFT.code), TOKEN):
        assert secret in first and secret not in other
    assert first.count("<path") == other.count("<path") and gift_html(GIFT, TOKEN, SV) == first


def test_a_gift_that_has_ended_or_changed_is_shown_as_it_is_now_at_once() -> None:
    assert "Visa koden i kassan." in gift_html(GIFT, TOKEN, SV)
    assert "Gåvan är inlöst" in gift_html(ended(GiftState.REDEEMED), TOKEN, SV)
    page = gift_html(replace(GIFT, sender="Tebaren AB", gift=replace(GIFT.gift, how_to_use_sv="Läs upp.")), TOKEN, SV)
    assert "Läs upp." in page and "Visa koden" not in page and "Kaffebaren" not in page


def test_the_bars_are_one_path_with_their_quiet_zones_and_a_name() -> None:
    (svg,) = re.findall("<svg.*?</svg>", gift_html(GIFT, TOKEN, SV))
    assert 'viewBox="0 0 113 60"' in svg and 'aria-label="Streckkod 9900000000004"' in svg
    (path,) = re.findall(r'<path fill="#000" d="([^"]*)"/>', svg)
    drawn = [(int(at), int(wide)) for at, wide in re.findall(r"M(\d+) 0h(\d+)v", path)]
    assert (drawn[0], drawn[-1]) == ((11, 1), (105, 1))
    assert len(drawn) == 30, "two at each side, two in the middle, two of each digit"


@pytest.mark.parametrize(("ean", "code"), [("", "BIO-7K2M-99XX"), ("96385074", "0968464"), ("9900000000005", "1")])
def test_a_gift_without_an_ean_13_shows_its_code_alone(ean: str, code: str) -> None:
    page = gift_html(replace(GIFT, ean=ean, code=code), TOKEN, EN)
    assert "<svg" not in page and "scan" not in page
    assert f">{code}</span>" in page and "Your code" in page


def test_the_code_is_read_out_sign_by_sign() -> None:
    assert ">4 2 2 1 1 3 4</span>" in gift_html(GIFT, TOKEN, SV)


@pytest.mark.parametrize(
    ("state", "swedish", "english"),
    [
        (GiftState.REDEEMED, "Gåvan är inlöst", "has been redeemed"),
        (GiftState.EXPIRED, "gällde till och med 24 december 2026", "was valid until 24 December 2026"),
        (GiftState.VOIDED, "gäller inte längre", "no longer valid"),
    ],
)
def test_a_gift_that_has_ended_says_how_and_shows_no_code(state: GiftState, swedish: str, english: str) -> None:
    assert swedish in gift_html(ended(state), TOKEN, SV)
    page = gift_html(ended(state), TOKEN, EN)
    assert english in page and "<svg" not in page and "How to use it" not in page


def test_who_must_show_an_age_is_told_so() -> None:
    page = gift_html(replace(GIFT, gift=replace(GIFT.gift, minimum_age=18, id_required=True)), TOKEN, SV)
    assert "Du behöver ha fyllt 18 år." in page and "legitimation" in page
    assert "fyllt" not in gift_html(GIFT, TOKEN, SV) and "legitimation" not in gift_html(GIFT, TOKEN, SV)


def test_the_ways_out_are_buttons_of_their_own_and_end_with_the_company() -> None:
    page = gift_html(GIFT, TOKEN, EN)
    forms = re.findall(r'<form method="post" action="([^"]*)">', page)
    assert forms == [f"/g/{TOKEN}/{way}?lang=en" for way in ("opt-out", "privacy-request", "report")]
    assert "Kaffebaren AB is the data controller" in page and "its processor" in page
    page = gift_html(replace(GIFT, sender=""), TOKEN, EN)
    assert "<form" not in page and "no longer uses UpUp" in page


def test_the_pages_own_style_sheet_has_the_colours_of_all_pages() -> None:
    sheets = [(ROOT / "web" / name).read_text("utf-8").partition("* {")[0] for name in ("gift.css", "style.css")]
    gift, every = ([set(COLOUR.findall(part)) for part in sheet.split("@media")] for sheet in sheets)
    assert len(gift) == len(every) == 2 and all(gift)
    assert [own - all_pages for own, all_pages in zip(gift, every, strict=True)] == [set(), set()]
