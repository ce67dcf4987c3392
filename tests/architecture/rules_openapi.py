"""Which bodies a route's handler reads, found in its source and in the functions of shared/http/ that it calls."""

import ast
from importlib import import_module

from pydantic import BaseModel

from shared.http.openapi.routes import Route
from tests.architecture.rules_source import ROOT

READS = ("body", "parse")
"""`call.body(Model)` and `parse(text, Model)`."""

Names = dict[str, tuple[str, str]]
"""By the name in one module, the module and the name that it stands for."""


def bodies_read(route: Route) -> set[str]:
    tree = ast.parse(route.file.read_text("utf-8"))
    handlers = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and _is_of(one, route)]
    return {model for handler in handlers for model in models_in(handler, _imports(tree), frozenset())}


def models_in(function: ast.AST, names: Names, seen: frozenset[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if _last(call.func) in READS:
            found |= {one.id for one in call.args if isinstance(one, ast.Name) and _is_model(names.get(one.id))}
        place = _called(call.func, names)
        if place and place not in seen:
            found |= _in_another(place, seen | {place})
    return found


def _in_another(place: tuple[str, str], seen: frozenset[tuple[str, str]]) -> set[str]:
    module, name = place
    file = ROOT / f"{module.replace('.', '/')}.py"
    if not module.startswith("shared.http.") or not file.is_file():
        return set()
    tree = ast.parse(file.read_text("utf-8"))
    defined = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    if name not in defined:
        return set()
    return models_in(defined[name], _imports(tree) | {one: (module, one) for one in defined}, seen)


def _is_of(handler: ast.FunctionDef, route: Route) -> bool:
    calls = [one for one in handler.decorator_list if isinstance(one, ast.Call)]
    return any([ast.literal_eval(one) for one in call.args[:2]] == [route.method, route.path] for call in calls)


def _imports(tree: ast.AST) -> Names:
    return {
        one.asname or one.name: (node.module, one.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for one in node.names
    }


def _last(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _called(called: ast.expr, names: Names) -> tuple[str, str] | None:
    """Module and name of a function that was imported, or whose module was."""
    if isinstance(called, ast.Name):
        return names.get(called.id)
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in names:
        return ".".join(names[called.value.id]), called.attr
    return None


def _is_model(place: tuple[str, str] | None) -> bool:
    if place is None or not place[0].startswith("shared.http"):
        return False
    kind = getattr(import_module(place[0]), place[1])
    return isinstance(kind, type) and issubclass(kind, BaseModel)
