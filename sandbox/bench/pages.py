"""A gift's page, opened again and again."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from sandbox import functions_table
from sandbox.bench import served
from sandbox.bench.clients import GOOGLES, Request, load
from sandbox.bench.delivered import deliver
from sandbox.bench.measure import ROUNDS
from sandbox.bench.result import Result
from sandbox.running import running

CLIENTS = 8
SECONDS = 2.0
SHARE = 0.5


def gift_page() -> Sequence[Result]:
    """Warm, in a process of its own, by turns with a function that does nothing and is served likewise."""
    with running() as at:
        given = deliver(at)
        row = next(one for one in functions_table.read(given.run.functions_table) if one.name == "gift_page")
        asked = Request("GET", f"/g/{given.token}", GOOGLES)
        with served.function(given.run, "gift_page") as ours, served.bare(row.concurrency) as bare:
            for one in (ours, bare):
                load(one.url, CLIENTS, SECONDS / 2, lambda _: asked)
            rounds = [
                [load(one.url, CLIENTS, SECONDS, lambda _: asked).per_second for one in (ours, bare)]
                for _ in range(ROUNDS)
            ]
    value, baseline = (statistics.median(side) for side in zip(*rounds, strict=True))
    return [Result("gift_page", value, "requests/s", baseline, "bare function", SHARE)]
