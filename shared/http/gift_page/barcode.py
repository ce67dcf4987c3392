"""An EAN-13 as a picture within the page."""

from markupsafe import Markup

from shared.domain.ean import MODULES, QUIET_LEFT, QUIET_RIGHT, bars

WIDTH = QUIET_LEFT + MODULES + QUIET_RIGHT
HEIGHT = 60
"""In modules; the standard's own are 69, and a phone's screen has other things to show."""

SVG = Markup(
    '<svg class="bars" viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges">'
    '<path fill="#fff" d="M0 0h{}v{}H0z"/><path fill="#000" d="{}"/></svg>'
)


def barcode(ean: str, name: str) -> Markup | None:
    """The bars with their quiet zones, under that name for who cannot see them; None for what is no EAN-13."""
    modules = bars(ean)
    if modules is None:
        return None
    return SVG.format(WIDTH, HEIGHT, name, WIDTH, HEIGHT, _path(modules))


def _path(modules: str) -> str:
    """One bar for each run of dark modules."""
    drawn, at = [], QUIET_LEFT
    for run in modules.replace("01", "0 1").replace("10", "1 0").split():
        if run[0] == "1":
            drawn.append(f"M{at} 0h{len(run)}v{HEIGHT}h-{len(run)}z")
        at += len(run)
    return "".join(drawn)
