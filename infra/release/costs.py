"""`python -m infra.release.costs`: what a month costs, as Markdown, of infra/prices.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PRICES = Path(__file__).parents[1] / "prices.yaml"
OTHERS = ("stage", "dev")

Line = dict[str, Any]


def read(file: Path = PRICES) -> dict[str, Any]:
    prices: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return prices


def cost(line: Line, environment: str, deliveries: int, companies: int) -> float:
    units = float(line.get("a_month", {}).get(environment, 0))
    units += float(line.get("a_delivery", 0)) * deliveries + float(line.get("a_company", 0)) * companies
    beyond = units - float(line.get("free", 0))
    return max(0.0, beyond) * float(line["price"])


def growing(prices: dict[str, Any], name: str, deliveries: int, companies: int) -> float:
    """The units of Google's line that so many deliveries of so many companies are thought to use."""
    line = prices["google"][name]
    return float(line.get("a_delivery", 0)) * deliveries + float(line.get("a_company", 0)) * companies


def of_units(prices: dict[str, Any], name: str, units: float) -> float:
    """In dollars, where nothing of it is free."""
    return units * float(prices["google"][name]["price"])


def google(prices: dict[str, Any], environment: str, deliveries: int, companies: int) -> float:
    """In dollars."""
    return sum(cost(line, environment, deliveries, companies) for line in prices["google"].values())


def suppliers(prices: dict[str, Any], deliveries: int) -> float:
    """In kronor."""
    return sum(cost(line, "production", deliveries, 0) for line in prices["suppliers"].values())


def table(prices: dict[str, Any]) -> str:
    sizes = list(zip(prices["deliveries"], prices["companies"], strict=True))
    rows = [_row("Production, a month", *(f"{deliveries:,} deliveries" for deliveries, _ in sizes), "Because")]
    rows.append("|---|" + "---:|" * len(sizes) + "---|")
    for name, line in prices["google"].items():
        rows.append(_row(name, *(_dollars(cost(line, "production", *size)) for size in sizes), line["because"]))
    rows.append(_row("**Google Cloud**", *(f"**{_dollars(google(prices, 'production', *s))}**" for s in sizes), ""))
    for name, line in prices["suppliers"].items():
        rows.append(_row(name, *(f"{cost(line, 'production', *size):,.0f} kr" for size in sizes), line["because"]))
    rows.append(_row("**A delivery, all in all**", *(_each(prices, *size) for size in sizes), ""))
    for other in OTHERS:
        rows.append(_row(f"{other}, besides", _dollars(google(prices, other, 0, 0)), *("" for _ in sizes[1:]), ""))
    return "\n".join(rows)


def _each(prices: dict[str, Any], deliveries: int, companies: int) -> str:
    if not deliveries:
        return ""
    kronor = google(prices, "production", deliveries, companies) * prices["sek_a_dollar"] + suppliers(
        prices, deliveries
    )
    return f"{kronor / deliveries:.2f} kr"


def _dollars(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 10 else f"${amount:.2f}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(table(read()))
