"""The harness of `make bench`: what is held against what, how it is told, and one benchmark run from end to end."""

import json
from pathlib import Path

import pytest

from infra.release import costs
from sandbox.bench import bench as harness
from sandbox.bench import starting
from sandbox.bench.clients import Request
from sandbox.bench.costs import SEND_SIZES, Counted, told
from sandbox.bench.costs import _growth as growth
from sandbox.bench.measure import by_turns, median
from sandbox.bench.result import Result, table, write

FAST = Result("accept_one", 450.0, "requests/s", 3_000.0, "a bare function", 0.15)
SLOW = Result("cold_start_sends", 1.5, "seconds", 1.0, "a bare function and its imports", 1.2)
FORM = {"name", "value", "unit", "baseline", "baseline_name", "target", "ratio"}


def test_where_more_is_better_the_ratio_reaches_the_target() -> None:
    assert FAST.ratio == 0.15
    assert FAST.is_met
    assert not Result("accept_one", 449.0, "requests/s", 3_000.0, "a bare function", 0.15).is_met


def test_where_less_is_better_the_ratio_stays_within_the_target() -> None:
    assert not SLOW.is_met
    assert Result("cold_start_sends", 1.2, "seconds", 1.0, "a bare function and its imports", 1.2).is_met


def test_the_table_marks_what_misses_its_target_and_nothing_else() -> None:
    heading, fast, slow = table([FAST, SLOW]).splitlines()
    assert "ratio" in heading
    assert "450" in fast and "MISSED" not in fast
    assert slow.rstrip().endswith("1.20  MISSED")


def test_the_file_has_each_result_and_the_machine(tmp_path: Path) -> None:
    write([FAST, SLOW], tmp_path / "bench.json")
    told = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert told["machine"].keys() == {"machine", "python", "mariadb", "stripe"}
    assert [row.keys() for row in told["results"]] == [FORM, FORM]
    assert told["results"][1]["ratio"] == 1.5


def test_both_sides_are_measured_by_turns() -> None:
    order: list[str] = []
    by_turns(lambda: order.append("ours"), lambda: order.append("baseline"), rounds=2)
    assert order == ["ours", "baseline"] * 2
    assert median(iter((9.0, 1.0, 2.0)).__next__) == 2.0


def test_a_cold_start_is_held_against_its_own_turns_and_says_how_much_of_it_is_ours() -> None:
    program = starting._Program("sends", Path("main.py"), {}, Request("GET", "/", {}))
    imports = {"flask": 50.0, "shared": 0.5, "shared.app": 2.5}
    pairs = starting._Pairs(program, program, imports, [(1.3, 1.1), (1.2, 1.0), (9.0, 0.9)])
    assert pairs.result == Result(
        "cold_start_sends", 1300.0, "ms", 1000.0, "bare + its imports; 2 modules of ours: 3 ms", starting.MOST
    )


def test_one_benchmark_runs_alone_and_is_written_down(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert harness.bench(["parse_numbers"]) == 0
    results = json.loads(Path("bench.json").read_text("utf-8"))["results"]
    assert results and all(row["name"].startswith("parse_numbers") and row["value"] > 0 for row in results)
    assert "parse_numbers" in capsys.readouterr().out


def test_a_benchmark_that_there_is_not_is_refused_and_the_others_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.bench(["accept_on"]) == 2
    assert "no accept_on: there are accept_100k_csv, accept_one," in capsys.readouterr().err


def test_what_grows_by_the_delivery_is_told_from_what_grows_by_the_send() -> None:
    few, many = SEND_SIZES
    each, a_send = growth({"SQL statements": 100 + 3.0 * few}, {"SQL statements": 100 + 3.0 * many})
    assert each == {"SQL statements": 3.0}
    assert a_send == {"SQL statements": 100.0}


def test_a_millions_cost_is_its_units_times_their_prices() -> None:
    each = {"requests": 2.0, "requests from outside": 1.0, "request logs": 0.0, "log bytes": 0.0, "messages": 0.5}
    each |= {"vCPU seconds": 0.1, "GiB seconds": 0.05, "calls to keys": 0.0, "SQL statements": 4.0}
    a_send = dict.fromkeys(each, 0.0) | {"calls to keys": 2.0}
    units = Counted({"all of it": each}, a_send).of_a_million()
    assert units["SQL statements"] == 4_000_000
    assert units["calls to keys"] == 2_000, "of a thousand sends"
    prices = costs.read()
    assert costs.of_units(prices, "functions, requests", units["functions, requests"]) == pytest.approx(0.8)
    found = {"functions, requests": 0.8}
    assert any("functions, requests" in line and "8.0 kr" in line for line in told(prices, units, found))
