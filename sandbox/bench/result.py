"""What was measured, beside what it is held against."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from sandbox.soak.report import machine

AT_MOST = ("seconds", "ms", "calls", "statements", "MB", "öre", "dollars", "connections")
"""Units of which less is better: their ratio must be at most the target."""


@dataclass(frozen=True)
class Result:
    """One line of the table: `ratio` is value ÷ baseline, and at least the target where more is better."""

    name: str
    value: float
    unit: str
    baseline: float
    baseline_name: str
    target: float

    @property
    def ratio(self) -> float:
        return self.value / self.baseline

    @property
    def is_met(self) -> bool:
        less = self.unit.split("/")[0].split(" ")[0] in AT_MOST
        return self.ratio <= self.target if less else self.ratio >= self.target


def write(results: Sequence[Result], file: Path) -> None:
    """As other programs read it."""
    rows = [asdict(one) | {"ratio": round(one.ratio, 4)} for one in results]
    about = {"machine": machine(), "python": platform.python_version(), "mariadb": "10.11", "stripe": version("stripe")}
    file.write_text(json.dumps({"machine": about, "results": rows}, indent=2, ensure_ascii=False) + "\n", "utf-8")


def table(results: Sequence[Result]) -> str:
    """For people; what misses its target is marked."""
    rows = [("", "value", "unit", "baseline", "what it is", "ratio", "target")]
    for one in results:
        held = "" if one.is_met else "  MISSED"
        numbers = (_figure(one.value), one.unit, _figure(one.baseline), one.baseline_name, f"{one.ratio:.2f}")
        rows.append((one.name, *numbers, f"{one.target:.2f}{held}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
