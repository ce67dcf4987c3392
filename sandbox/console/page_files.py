"""The console's page: its own files, and what it takes from the product's pages: style sheet, modules, texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, send_from_directory

from shared.http.pages.static_pages import KINDS

_OWN = Path(__file__).parent / "page"
_PRODUCT = Path(__file__).resolve().parents[2] / "web"


def add_to(app: Flask) -> None:
    app.add_url_rule("/", view_func=lambda: _file(_OWN, "index.html"), endpoint="index")
    app.add_url_rule("/<path:name>", view_func=lambda name: _file(_OWN, name), endpoint="own")
    # The modules find the console's texts where the product's would be; those take the product's from /pages/texts.
    for place in ("style.css", "favicon.svg", "modules/<path:name>", "vendor/<path:name>", "pages/texts/<path:name>"):
        folder = _PRODUCT / place.partition("<")[0].removeprefix("pages/")
        app.add_url_rule(f"/{place}", view_func=_serving(folder), endpoint=place)


def _serving(place: Path) -> Callable[..., Response]:
    def serve(name: str = "") -> Response:
        return _file(place, name) if name else _file(place.parent, place.name)

    return serve


def _file(folder: Path, name: str) -> Response:
    return send_from_directory(folder, name, mimetype=KINDS.get(Path(name).suffix), max_age=0)
