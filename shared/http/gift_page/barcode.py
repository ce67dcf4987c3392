"""An EAN-13 as a picture within the page."""

from functools import cache
from itertools import pairwise

from markupsafe import Markup

from shared.domain.ean import MODULES, QUIET_LEFT, QUIET_RIGHT, bars

WIDTH = QUIET_LEFT + MODULES + QUIET_RIGHT
HEIGHT = 60
"""In modules; the standard's own are 69, and a phone's screen has other things to show."""

PARTS = tuple(pairwise((0, *range(3, 46, 7), *range(50, 93, 7), 95)))
"""Where guards and digits begin and end: two sixes of digits between three guards."""

SVG = Markup(
    '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
    '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
)


def barcode(path: str, name: str) -> Markup:
    """Those bars with their quiet zones, under that name for who cannot see them."""
    return SVG.format(WIDTH, HEIGHT, name, WIDTH, HEIGHT, path)


def bars_path(ean: str) -> str | None:
    """One bar for each run of dark modules; None for what is no EAN-13."""
    modules = bars(ean)
    return None if modules is None else "".join([_part(at, modules[at:end]) for at, end in PARTS])


@cache
def _part(start: int, modules: str) -> str:
    """Of a digit or a guard, of which no bar goes on in the next."""
    drawn, at = [], QUIET_LEFT + start
    for run in modules.replace("01", "0 1").replace("10", "1 0").split():
        if run[0] == "1":
            drawn.append(f"M{at} 0h{len(run)}v{HEIGHT}h-{len(run)}z")
        at += len(run)
    return "".join(drawn)
