"""A send in chunks: all of it once, two at a time, in whatever order they end."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.chunks import IN_FLIGHT, SIZE, chunk_after, chunk_to_ask_for


@given(
    accepted=st.integers(min_value=1, max_value=SIZE * 12) | st.sampled_from([1, SIZE, SIZE + 1, 2 * SIZE, 100_000]),
    seed=st.integers(),
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_chunks_cover_every_position_once_with_two_at_most_in_flight(accepted: int, seed: int) -> None:
    dice = random.Random(seed)
    in_flight: list[tuple[int, int]] = []
    first = 1
    while len(in_flight) < IN_FLIGHT and (chunk := chunk_after(first, accepted)):
        in_flight.append(chunk)
        first = chunk[1] + 1
    covered: list[int] = []
    while in_flight:
        assert len(in_flight) <= IN_FLIGHT
        done = in_flight.pop(dice.randrange(len(in_flight)))
        assert 1 <= done[1] - done[0] + 1 <= SIZE
        covered += range(done[0], done[1] + 1)
        if following := chunk_to_ask_for(done[0], accepted):
            in_flight.append(following)
    assert sorted(covered) == list(range(1, accepted + 1))


def test_there_is_no_chunk_past_the_end() -> None:
    assert chunk_after(SIZE + 1, SIZE) is None
    assert chunk_after(1, 0) is None
    assert chunk_to_ask_for(1, SIZE * IN_FLIGHT) is None
