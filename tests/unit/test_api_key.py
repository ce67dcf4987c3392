"""How API keys are written: long enough, told by their start, and wrong when one character is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.api_key import ALPHABET, CHECKSUM_LENGTH, RANDOM_LENGTH, Mode, is_written_right, new_key

prove = settings(deadline=None, derandomize=True)
modes = st.sampled_from(Mode)


@prove
@given(modes)
def test_a_new_key_is_written_right_and_says_its_mode(mode: Mode) -> None:
    key = new_key(mode)
    assert is_written_right(key)
    assert key.startswith(f"upup_{mode}_")


def test_a_key_has_160_random_bits_or_more_and_no_two_are_the_same() -> None:
    assert len(ALPHABET) ** RANDOM_LENGTH >= 2**160
    assert len(ALPHABET) ** CHECKSUM_LENGTH >= 2**32
    assert len({new_key(Mode.LIVE) for _ in range(1_000)}) == 1_000


@prove
@given(modes, st.data())
def test_one_wrong_character_is_found(mode: Mode, data: st.DataObject) -> None:
    key = new_key(mode)
    place = data.draw(st.integers(0, len(key) - 1))
    other = data.draw(st.sampled_from(ALPHABET + "-_ åÅ\0").filter(lambda one: one != key[place]))
    assert not is_written_right(key[:place] + other + key[place + 1 :])


@prove
@given(modes, st.data())
def test_two_neighbours_in_the_wrong_order_a_lost_and_a_doubled_character_are_found(
    mode: Mode, data: st.DataObject
) -> None:
    key = new_key(mode)
    place = data.draw(st.integers(0, len(key) - 2))
    swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    assert swapped == key or not is_written_right(swapped)
    assert not is_written_right(key[:place] + key[place + 1 :])
    assert not is_written_right(key[:place] + key[place] + key[place:])


@prove
@given(st.text())
def test_no_other_text_is_a_key(text: str) -> None:
    assert not is_written_right(text)
    assert not is_written_right(f"upup_live_{text}")


def test_a_live_keys_rest_is_no_test_key() -> None:
    assert not is_written_right(new_key(Mode.LIVE).replace("_live_", "_test_"))
