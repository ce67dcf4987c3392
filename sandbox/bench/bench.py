"""Runs the benchmarks, each in its turn and by itself, and tells of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.bench.accepting import accept_100k_csv, accept_one
from sandbox.bench.costs import cost_per_million
from sandbox.bench.delivering import deliver_batch, deliver_single
from sandbox.bench.domain import pack_sms, parse_numbers
from sandbox.bench.encrypting import encrypt_1m
from sandbox.bench.fairness import fair_small_sends
from sandbox.bench.pages import gift_page
from sandbox.bench.receiving import receipts
from sandbox.bench.reports import dump_one_company_report
from sandbox.bench.result import Result, table, write
from sandbox.bench.starting import cold_starts
from sandbox.soak.report import machine

FILE = Path("bench.json")

Benchmark = Callable[[], Sequence[Result]]


def benchmarks() -> Mapping[str, Benchmark]:
    """By name, in the order in which they run."""
    return {
        "accept_100k_csv": accept_100k_csv,
        "accept_one": accept_one,
        "dump_one_company_report": dump_one_company_report,
        "deliver_single": deliver_single,
        "deliver_batch": deliver_batch,
        "receipts": receipts,
        "fair_small_sends": fair_small_sends,
        "cost_per_million": cost_per_million,
        "encrypt_1m": encrypt_1m,
        "cold_start": cold_starts,
        "gift_page": gift_page,
        "parse_numbers": parse_numbers,
        "pack_sms": pack_sms,
    }


def bench(only: Sequence[str]) -> int:
    """0 where all were measured, whether or not they met their targets: docs/performance.md says why not; 2 where one
    is asked for that there is not."""
    if unknown := set(only) - benchmarks().keys():
        print(f"no {', '.join(sorted(unknown))}: there are {', '.join(benchmarks())}", file=sys.stderr)
        return 2
    chosen = {name: run for name, run in benchmarks().items() if not only or name in only}
    print(f"bench: {machine()}", flush=True)
    results: list[Result] = []
    for name, run in chosen.items():
        started = time.monotonic()
        results += run()
        print(f"  {name:<28} {time.monotonic() - started:5.0f} s", file=sys.stderr, flush=True)
    print(table(results))
    write(results, FILE)
    return 0
