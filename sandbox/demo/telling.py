"""How the demo tells its story, and how it insists that what it tells is so."""

from __future__ import annotations

from sandbox.demo.company import DemoError


def check(held: bool, what: str) -> None:
    """Raises DemoError with what should have held, if it does not."""
    if not held:
        raise DemoError(what)


def title(text: str) -> None:
    print(f"\n{text}", flush=True)


def tell(name: str, text: str) -> None:
    print(f"  {name:<12}{text}", flush=True)


def kronor(ore: int) -> str:
    return f"SEK {ore / 100:,.2f}"
