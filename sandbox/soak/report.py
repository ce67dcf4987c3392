"""What a soak prints."""

from __future__ import annotations

import os
from collections import Counter

from sandbox.soak.checks import Findings


def table(found: Findings, figures: dict[str, str]) -> str:
    """One line each, name and figure; reasons below when there are any."""
    lines = {
        "deliveries": f"{found.deliveries.total()} ({counted(found.deliveries)})",
        **figures,
        "lost": str(found.lost),
        "doubled": str(found.doubled),
        "stuck": str(found.stuck),
    }
    width = max(map(len, lines))
    text = [f"  {name:<{width}}  {figure}" for name, figure in lines.items()]
    return "\n".join([*text, *(f"  DID NOT HOLD: {reason}" for reason in found.reasons)])


def counted(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted((+numbers).items())) or "none"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} processors, {memory:.0f} GiB"
