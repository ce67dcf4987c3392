"""The words that opt out, senders, ids, plans and the size of a body."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import ids, sender
from shared.domain.gift import Gift
from shared.domain.opt_out import WORDS, is_opt_out
from shared.domain.plan import BY_CODE, PLANS
from shared.domain.recipient_file import MAX_BYTES
from shared.http.call import LARGEST_BODY


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_that_opts_out_is_known_however_it_is_written(word: str) -> None:
    for written in (
        word,
        word.lower(),
        word.title(),
        f"  {word}\n",
        f'"{word}!"',
        f"{word}.",
        f"({word})",
        f"👍{word}",
    ):
        assert is_opt_out(written)


def test_a_decomposed_letter_is_the_same_word() -> None:
    assert is_opt_out("AVBO\u0308J")
    assert is_opt_out("avbo\u0308j")


@pytest.mark.parametrize("answer", ["", "Tack!", "stoppa", "stopp inte", "STO PP", "nonstop", "🎁", "Stoppur", "AVBOJ"])
def test_an_answer_that_is_another_word_opts_nobody_out(answer: str) -> None:
    assert not is_opt_out(answer)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_answer_can_be_judged(answer: str) -> None:
    assert is_opt_out(answer) in (True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kaffebaren", "Kaffebaren"),
        ("  Kaffe  ", "Kaffe"),
        ("A", "A"),
        ("Bar 42", "Bar 42"),
        ("ElvaTecken1", "ElvaTecken1"),
        ("070-174 06 05", "+46701740605"),
        ("+46701740605", "+46701740605"),
    ],
)
def test_a_sender_is_a_name_or_a_number_in_one_form(text: str, expected: str) -> None:
    assert sender.normalise(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "TolvTecken12",
        "Kaffé",
        "Kaffe!",
        "Kaffe\n",
        "42",
        "12345678901",
        "08-465 46 05",
        "Kaffe\u00a0Bar",
        "🎁",
    ],
)
def test_what_no_phone_would_show_is_no_sender(text: str) -> None:
    with pytest.raises(sender.InvalidSender):
        sender.normalise(text)


@given(st.text(max_size=20))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_sender_once_made_plain_stays_as_it_is_and_fits_its_column(text: str) -> None:
    try:
        found = sender.normalise(text)
    except sender.InvalidSender:
        return
    assert sender.normalise(found) == found
    assert found.isascii()
    assert len(found) <= 16


def test_ids_are_twenty_characters_with_their_kind_and_never_the_same() -> None:
    made = {ids.new_id("snd") for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(len(one) == 20 and one.startswith("snd_") and one.islower() for one in made)


@given(st.binary(max_size=40))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_was_encoded_is_decoded(data: bytes) -> None:
    assert ids.decode(ids.encode(data)) == data


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_nothing_but_what_encode_writes_is_decoded(text: str) -> None:
    try:
        data = ids.decode(text)
    except ValueError:
        return
    assert ids.encode(data) == text


@pytest.mark.parametrize("text", ["A", "aaaaaaa1", "AAAAAAAA", "aaaaaaa=", "ä", "ıaaaaaaa", "a b"])
def test_what_looks_almost_like_an_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ids.decode(text)


def test_plans_are_found_by_their_codes_and_grow_in_price() -> None:
    assert list(BY_CODE) == ["start", "growth", "business"]
    prices = [plan.price_ore for plan in PLANS]
    assert prices == sorted(prices)
    assert all(price > 0 and price % 100 == 0 for price in prices)


def test_the_fee_is_what_is_left_of_the_price_and_only_a_pools_value_is_earned_at_once() -> None:
    clearon, pool = (
        Gift("coffee", "Kaffe", "Coffee", "goods", 3_900, 3_500, "single_purpose", issuer, "coffee", 90)
        for issuer in ("clearon", "code_pool")
    )
    assert clearon.fee_ore == pool.fee_ore == 400
    assert not clearon.is_earned_on_hand_over
    assert pool.is_earned_on_hand_over


def test_a_body_may_be_as_large_as_the_file_in_it() -> None:
    assert LARGEST_BODY == MAX_BYTES
