"""Every route of the HTTP functions, read from their code, so that none can be forgotten by a test."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

FUNCTIONS = Path(__file__).parents[2] / "functions" / "http"


@dataclass(frozen=True)
class Route:
    """`role` is the least that a member needs; None lets everyone in, and `staff` UpUp's own alone."""

    method: str
    path: str
    role: str | None = None
    staff: bool = False

    def filled(self, value: str) -> str:
        """A path to call, with this in each place."""
        return re.sub(r"<[^>]*>", value, self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _routes(file: Path) -> list[Route]:
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [_route(call) for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "route"]


def _route(call: ast.Call) -> Route:
    """Raises ValueError where the arguments are no literals: such a route could not be read here."""
    arguments = [ast.literal_eval(argument) for argument in call.args]
    return Route(*arguments, **{word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg})


ROUTES = [route for file in sorted(FUNCTIONS.glob("*.py")) for route in _routes(file)]
