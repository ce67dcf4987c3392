"""A delivery's public id leads back to its row for us, and tells nobody else anything."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import ids
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.tokens import TokenHasher

prove = settings(deadline=None, derandomize=True)

IDS = DeliveryIds(TokenHasher(bytes(32)))
OTHERS = DeliveryIds(TokenHasher(bytes([1] * 32)))
SEND = "snd_aaaaaaaaaaaaaaaa"

sends = st.binary(min_size=10, max_size=10).map(lambda data: f"snd_{ids.encode(data)}")
positions = st.integers(0, 2**32 - 1)


@prove
@given(sends, positions)
def test_an_id_leads_back_to_its_send_and_position(send_id: str, position: int) -> None:
    assert IDS.decode(IDS.encode(send_id, position)) == (send_id, position)


@prove
@given(st.sets(st.tuples(sends, positions), min_size=2, max_size=50))
def test_no_two_deliveries_have_the_same_id(deliveries: set[tuple[str, int]]) -> None:
    assert len({IDS.encode(*one) for one in deliveries}) == len(deliveries)


@prove
@given(sends, positions)
def test_every_id_has_the_same_form(send_id: str, position: int) -> None:
    text = IDS.encode(send_id, position)
    assert text.startswith("dlv_")
    assert len(text) == 30
    assert set(text[4:]) <= set("abcdefghijklmnopqrstuvwxyz234567")


@prove
@given(st.binary(min_size=16, max_size=16).map(lambda data: f"dlv_{ids.encode(data)}"))
def test_a_made_up_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a delivery's id"):
        IDS.decode(text)


@prove
@given(st.text(max_size=40))
def test_what_is_no_id_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        IDS.decode(text)


@pytest.mark.parametrize(
    "change",
    [str.upper, lambda text: text.replace("dlv_", "snd_"), lambda text: text[4:], lambda text: f"dlv_{text}"],
)
def test_an_id_in_another_form_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(ValueError):
        IDS.decode(change(IDS.encode(SEND, 1)))


def test_an_id_under_another_key_is_refused() -> None:
    with pytest.raises(ValueError, match="not a delivery's id"):
        OTHERS.decode(IDS.encode(SEND, 1))


def test_counting_up_tells_nothing() -> None:
    raw = [ids.decode(IDS.encode(SEND, position).removeprefix("dlv_")) for position in range(1, 501)]
    assert raw != sorted(raw)
    numbers = [int.from_bytes(block, "big") for block in raw]
    differing = [(one ^ two).bit_count() for one, two in pairwise(numbers)]
    assert 60 < sum(differing) / len(differing) < 68  # of 128 bits, as between blocks made at random
    assert min(differing) > 30
    for at in range(16):  # no byte stays, as the send's ten would
        assert len({block[at] for block in raw}) > 100
