"""A send goes through the pipeline in chunks: a message names one, and two of a send are in flight at most.

So a send of 100,000 never stands before another company's single gift: a chunk that is done asks for the next but one.
"""

from datetime import timedelta

SIZE = 500
IN_FLIGHT = 2

CLAIM = timedelta(minutes=2)
"""How long a worker may hold rows without renewing its claim: longer than any one group of calls takes, and than the
function that issues coupons runs. Only a dead worker's claim runs out."""

STANDS_STILL = timedelta(minutes=2)
"""A send of which no chunk has ended for so long is looked at: longer than a claim runs without being renewed."""


def chunk_after(first: int, accepted: int) -> tuple[int, int] | None:
    """The chunk that begins at position `first`, or None past the end."""
    return (first, min(first + SIZE - 1, accepted)) if first <= accepted else None


def chunk_of(position: int, accepted: int) -> tuple[int, int]:
    """The chunk that holds this position."""
    first = (position - 1) // SIZE * SIZE + 1
    return first, min(first + SIZE - 1, accepted)


def chunk_to_ask_for(done_first: int, accepted: int) -> tuple[int, int] | None:
    """The chunk that takes the place of a finished one among those in flight."""
    return chunk_after(done_first + IN_FLIGHT * SIZE, accepted)
