"""The text of an SMS: what is made plain, what it costs, and what a template makes of it."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.sms_text import (
    NeedsUnicode,
    SeveralParts,
    SmsSize,
    Template,
    TemplateError,
    canonical_column,
    explain,
    foreign_links,
    measure,
    normalise,
    plain_value,
)

prove = settings(deadline=None, derandomize=True, max_examples=1500)

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "^{}\\[~]|€"
TRICKY = (
    "aå €😀👩🏽\u200d\u200c\u200b\ufe0f\u20e31\u0301\u0308\u0338"
    "<♂❤م\u0653क्\ufeff’…\r\n\x0b\xa0\u2028\u00ad🏴\U000e0067\U000e007f葛\U000e0100\u180b\ud83d"
)
texts = st.text(max_size=40) | st.text(TRICKY, max_size=12)

PLAIN = {
    "”Hej” ’du’ “där” ‘nu’ „so‟ it´s": '"Hej" \'du\' "där" \'nu\' "so" it\'s',
    "a–b—c‑d−e―f‒g": "a-b-c-d-e-f-g",
    "vänta… nu‥": "vänta... nu..",
    "a\u00a0b\u2009c\u2007d\u202fe\u3000f\tg": "a b c d e f g",
    "a\r\nb\rc\u2028d\u2029e\x85f\x0bg\nh": "a\nb\nc\nd\ne\nf\ng\nh",
    "a\u200bb\u2060c\ufeffd\u00ade\u200ef\u202ag\u202ch\u2066i\u2069j": "abcdefghij",
    "a\x00b\x07c\x1bd\x7fe\x9ff\ud800g": "abcdefg",
    "a\u030a a\u0308 o\u0308 e\u0301": "å ä ö é",
    "a\u200b\u0308": "ä",
    "Hej\u200d då\ufe0f\u200c!": "Hej då!",
    "x\U000e0067\U000e007f": "x",
}
KEPT = [
    *("Hej! åäö ÅÄÖ é É ü ñ", "»Hej« «då» 20 °C", "€ § ½ ™ ł ž", "Привет", "你好", "`kod`", "5 × 3"),
    *("🎁", "❤️", "☎︎", "1️⃣ #️⃣", "👩🏽‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇸🇪", "👍🏿", "❤️‍🔥", "🧑🏻‍❤️‍🧑🏿"),
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    *("می\u200cخواهم", "क्\u200dष", "ශ්\u200dරී", "葛\U000e0100", "ᠠ\u180b"),
]


@pytest.mark.parametrize(("text", "plain"), PLAIN.items())
def test_typography_is_made_plain(text: str, plain: str) -> None:
    assert normalise(text) == plain


@pytest.mark.parametrize("text", KEPT)
def test_nothing_a_reader_would_miss_is_changed(text: str) -> None:
    assert normalise(text) == text


@prove
@given(texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@prove
@given(texts)
def test_a_normal_text_has_no_controls_and_can_be_encoded(text: str) -> None:
    once = normalise(text)
    assert not {c for c in once if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}
    assert not set("\u200b\u200e\u202a\ufeff\u00ad\u00a0’”–…") & set(once)
    once.encode()


SIZES = [
    ("", "GSM-7", 0, 1),
    (BASIC, "GSM-7", len(BASIC), 1),
    (EXTENSION, "GSM-7", 18, 1),
    ("å" * 160, "GSM-7", 160, 1),
    ("å" * 161, "GSM-7", 161, 2),
    ("a" * 306, "GSM-7", 306, 2),
    ("a" * 307, "GSM-7", 307, 3),
    ("a" * 1530, "GSM-7", 1530, 10),
    ("a" * 1531, "GSM-7", 1531, 11),
    ("€" * 80, "GSM-7", 160, 1),
    ("€" * 81, "GSM-7", 162, 2),
    ("a" * 158 + "€", "GSM-7", 160, 1),
    ("a" * 159 + "€", "GSM-7", 161, 2),
    ("a" * 304 + "€", "GSM-7", 306, 2),
    ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # the pair moves, and so one septet more does not fit
    ("a" * 152 + "€" + "a" * 151, "GSM-7", 305, 2),
    ("€" * 153, "GSM-7", 306, 3),
    ("€" * 152, "GSM-7", 304, 2),
    ("ł", "UCS-2", 1, 1),
    ("`", "UCS-2", 1, 1),
    ("ł" * 70, "UCS-2", 70, 1),
    ("ł" * 71, "UCS-2", 71, 2),
    ("ł" * 134, "UCS-2", 134, 2),
    ("ł" * 135, "UCS-2", 135, 3),
    ("😀" * 35, "UCS-2", 70, 1),
    ("😀" * 36, "UCS-2", 72, 2),
    ("😀" * 66, "UCS-2", 132, 2),
    ("😀" * 67, "UCS-2", 134, 3),
    ("ł" * 66 + "😀" + "ł" * 66, "UCS-2", 134, 3),
    ("€" + "ł" * 69, "UCS-2", 70, 1),
]


@pytest.mark.parametrize(("text", "encoding", "characters", "parts"), SIZES)
def test_a_text_costs_what_the_networks_charge(text: str, encoding: str, characters: int, parts: int) -> None:
    size = measure(text)
    assert (size.encoding, size.characters, size.parts) == (encoding, characters, parts)


def packed_by_hand(text: str) -> SmsSize:
    """The rules once more, letter by letter."""
    gsm = set(text) <= set(BASIC + EXTENSION)
    alone, chained = (160, 153) if gsm else (70, 67)
    costs = [2 if (c in EXTENSION if gsm else ord(c) > 0xFFFF) else 1 for c in text]
    parts, room = 1, chained
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, chained
        room -= cost
    return SmsSize("GSM-7" if gsm else "UCS-2", sum(costs), 1 if sum(costs) <= alone else parts)


@prove
@given(st.lists(st.tuples(st.sampled_from(["a", "€", "|", "å", "ł", "😀"]), st.integers(1, 90)), max_size=8))
def test_packing_agrees_with_packing_letter_by_letter(runs: list[tuple[str, int]]) -> None:
    text = "".join(letter * count for letter, count in runs)
    assert measure(text) == packed_by_hand(text)


@prove
@given(st.text(max_size=200))
def test_any_text_can_be_measured(text: str) -> None:
    assert measure(text) == packed_by_hand(text)


def test_a_cheap_text_has_no_warnings() -> None:
    assert explain("Hej Åsa, 5 € till dig! [x]") == []


def test_warnings_name_the_characters_and_the_parts() -> None:
    assert explain("ł😀ł" + "a" * 70) == [NeedsUnicode(("ł", "😀")), SeveralParts(2)]
    assert explain("a" * 161) == [SeveralParts(2)]
    assert [warning.code for warning in explain("ł" * 71)] == ["needs_unicode", "several_parts"]


def test_at_most_ten_characters_are_named() -> None:
    (warning,) = explain("абвгдежзийклмн")
    assert warning == NeedsUnicode(tuple("абвгдежзий"))


def test_a_template_is_filled_in() -> None:
    template = Template("Hej {{ Förnamn }}! Order {{Order nr}}: {{link}}")
    assert template.columns == {"first_name", "ordernr"}
    assert template.links == 1
    text = template.render({"first_name": "Åsa", "ordernr": "5", "other": "x"}, "https://u.se/g/x")
    assert text == "Hej Åsa! Order 5: https://u.se/g/x"


def test_values_are_put_in_as_text_and_never_expanded() -> None:
    template = Template("Hej {{first_name}}. {{link}}")
    text = template.render({"first_name": " {{link}}\r\n’Bo’\u200b {{x}} \\1 %s "}, "L")
    assert text == "Hej {{link}} 'Bo' {{x}} \\1 %s. L"


def test_links_are_counted_and_no_column() -> None:
    template = Template("{{LINK}} {{ link }}")
    assert (template.links, template.columns) == (2, frozenset())
    assert Template("utan").links == 0


def test_a_column_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        Template("{{first_name}}").render({}, "L")


@pytest.mark.parametrize(
    ("message", "code", "position"),
    [
        ("Hej {{", "unclosed_placeholder", 4),
        ("Hej {{first_name", "unclosed_placeholder", 4),
        ("Hej {{first_name}", "unclosed_placeholder", 4),
        ("{{a\nb}}", "unclosed_placeholder", 0),
        ("{{a {{b}}", "unclosed_placeholder", 0),
        ("Hej first_name}}", "unopened_placeholder", 14),
        ("{{}}", "empty_placeholder", 0),
        ("a {{ }}", "empty_placeholder", 2),
        ("{{-_.}}", "empty_placeholder", 0),
    ],
)
def test_malformed_braces_are_named_with_their_place(message: str, code: str, position: int) -> None:
    with pytest.raises(TemplateError) as error:
        Template(message)
    assert (error.value.code, error.value.position) == (code, position)


def test_single_braces_are_text() -> None:
    assert Template("{x} } {").render({}, "L") == "{x} } {"


@prove
@given(st.text(max_size=30), st.text(max_size=30))
def test_a_value_is_found_in_the_text_as_it_was(before: str, value: str) -> None:
    before = before.replace("{", "").replace("}", "")
    text = Template(before + "{{x}}").render({"x": value}, "L")
    assert text == normalise(before) + plain_value(value)


@pytest.mark.parametrize(
    ("canonical", "names"),
    [
        (
            "first_name",
            "förnamn Förnamn FÖRNAMN fornamn namn Name first_name First-Name first.name fo\u0308rnamn",
        ),
        (
            "phone",
            "telefon Telefonnummer MOBIL mobilnummer Mobil-nummer mobiltelefon phone Phone_Number mobile",
        ),
        ("epost", "E-post e_post epost E.POST"),
        ("link", "link Link LINK"),
    ],
)
def test_a_column_has_one_name_however_it_is_written(canonical: str, names: str) -> None:
    assert {canonical_column(name) for name in names.split()} == {canonical}
    assert canonical_column(f"\ufeff {names.split()[0]}\u00a0") == canonical


LINKS = [
    *(
        "https://exempel.se",
        "http://exempel.se/x?y=1#z",
        "HTTPS://EXEMPEL.SE",
        "www.exempel.se",
        "exempel.se",
    ),
    *("EXEMPEL.SE/X", "exempel.se/x", "kaffe.exempel.com", "åkes-kaffe.se", "1177.se", "x.com", "t.me/abc"),
    *("bit.ly/3xYz", "exempel.se:8080/x", "192.168.0.1/x", "exempel.xn--p1ai", "ftp://x.y", "e.kr/x"),
]
NO_LINKS = [
    *(
        "kl.9",
        "kl.9-18.",
        "kl. 10.30",
        "t.ex. kaffe",
        "t.ex.kaffe",
        "10.000 kr",
        "10.000.000",
        "2.50:-",
        "v.40",
    ),
    *(
        "bl.a. m.m. o.s.v. fr.o.m. p.g.a. d.v.s. f.d. m.fl.",
        "org.nr 556821-9819",
        "tel.nr",
        "200 f.Kr.",
        "10.st",
    ),
    *(
        "info@exempel.se",
        "anna.se@exempel.com",
        "Hej.Välkommen in",
        "mån.-fre.",
        "24.12.2026",
        "www",
        "a/b",
        "Hej!",
    ),
    *("Hej {{first_name}}.Kom {{link}}", "3.14", "...", "Tack.", "AB.", "https://"),
]


@pytest.mark.parametrize("address", LINKS)
def test_a_web_address_is_found(address: str) -> None:
    assert foreign_links(address) == [address]
    assert foreign_links(f"Besök ({address}), tack. {address}.") == [address, address]


@pytest.mark.parametrize("text", NO_LINKS)
def test_abbreviations_sums_and_times_are_no_addresses(text: str) -> None:
    assert foreign_links(text) == []


def test_an_address_cannot_be_hidden_in_a_placeholder_or_by_invisible_characters() -> None:
    assert foreign_links("{{first_name}}.se") and foreign_links("{{ x }}.se/y")
    assert foreign_links("exem\u200bpel.se") == ["exempel.se"]


@pytest.mark.parametrize("text", ["a" * 50_000, "a." * 25_000, "1.1" * 20_000, "}" * 50_000, "a://" * 9_000])
def test_hostile_texts_do_not_take_quadratic_time(text: str) -> None:
    started = time.perf_counter()
    assert isinstance(foreign_links(normalise(text)), list)
    assert measure(text).characters >= len(text)
    assert time.perf_counter() - started < 3  # 0.3 s here; quadratic ones take minutes
