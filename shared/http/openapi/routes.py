"""Every route of the HTTP functions, read from their code, so that none can be forgotten."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

FUNCTIONS = Path(__file__).parents[3] / "functions" / "http"


@dataclass(frozen=True)
class Route:
    """`role` is the least that a member needs; None lets everyone in, and `staff` UpUp's own alone."""

    method: str
    path: str
    role: str | None = None
    staff: bool = False
    scope: str | None = None
    careful: bool = False
    file: Path = field(default=Path(), compare=False)
    """Where it stands."""

    def filled(self, value: str) -> str:
        """A path to call, with this in each place."""
        return re.sub(r"<[^>]*>", value, self.path)

    @property
    def places(self) -> list[str]:
        return re.findall(r"<([^>]*)>", self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _routes(file: Path) -> list[Route]:
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [_route(call, file) for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "route"]


def _route(call: ast.Call, file: Path) -> Route:
    """Raises ValueError where the arguments are no literals: such a route could not be read here."""
    method, path, *role = [ast.literal_eval(argument) for argument in call.args]
    words = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    return Route(method, path, file=file, **({"role": role[0]} if role else {}), **words)


ROUTES = [route for file in sorted(FUNCTIONS.glob("*.py")) for route in _routes(file)]
