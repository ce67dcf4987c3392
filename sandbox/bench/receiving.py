"""Delivery receipts through Lekab's callback, each about an SMS of its own, against a function that does nothing."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from urllib.parse import urlencode

from sandbox import functions_table
from sandbox.bench import served
from sandbox.bench.clients import GOOGLES, Request, load
from sandbox.bench.delivering import NO_RECEIPTS, Line, line
from sandbox.bench.measure import ROUNDS
from sandbox.bench.result import Result

FUNCTION, USER = "lekab_callback", "fn-lekab-callback"
SENDERS = 20
SECONDS = 2.0
RECEIPTS = 8_000
"""More than any machine takes in all rounds: a receipt that comes again would be less work."""


def receipts() -> Sequence[Result]:
    """One instance, with its threads and its connections, by turns with the bare one."""
    with line(NO_RECEIPTS | {"LEKAB_BATCH": "true"}, top_ups=1) as given:
        given.deliver(RECEIPTS)
        row = next(one for one in functions_table.read(given.run.functions_table) if one.name == FUNCTION)
        with served.function(given.run, FUNCTION) as ours, served.bare(row.concurrency) as bare:
            waiting = _receipts(given)

            def receive(seconds: float) -> float:
                return load(ours.url, SENDERS, seconds, lambda _: waiting.pop()).per_second

            def ask_bare(seconds: float) -> float:
                return load(bare.url, SENDERS, seconds, lambda _: Request("GET", "/", GOOGLES)).per_second

            receive(SECONDS / 4), ask_bare(SECONDS / 4)  # connections and imports
            given.count_statements()
            before, left = given.statements(USER), len(waiting)
            rounds = [(receive(SECONDS), ask_bare(SECONDS)) for _ in range(ROUNDS)]
            statements = (given.statements(USER) - before) / (left - len(waiting))
            given.expect("delivered", RECEIPTS - len(waiting))
    ours_a_second, bare_a_second = (statistics.median(side) for side in zip(*rounds, strict=True))
    return [
        Result("receipts", ours_a_second, "receipts/s", bare_a_second, "bare function's requests/s", 0.30),
        Result("receipts_statements", statements, "statements a receipt", 1, "one a receipt", 1.5),
    ]


def _receipts(given: Line) -> list[Request]:
    """As Lekab calls, one for each SMS that is on its way."""
    path = f"/v1/callbacks/lekab/{given.run.lekab_callback_secret}/dr"
    said = {"status": "Delivered", "statusmessage": "DELIVRD", "timestamp": "2026-11-23T10:00:00", "from": "Kaffebaren"}
    return [
        Request("GET", f"{path}?{urlencode(said | {'id': sms_ref, 'to': phone.removeprefix('+')})}", GOOGLES)
        for sms_ref, phone in given.rows("SELECT sms_ref, phone FROM deliveries WHERE state = 'sent'")
    ]
