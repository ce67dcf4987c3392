"""`python start_all.py FOLDER < functions.json`: starts each function of an unpacked archive, and asks it one thing.

Runs alone, by the Python that is judged: it imports nothing of ours. Prints a JSON object: the answer by function, and
under "imports" what the code names somewhere and this Python does not have.
"""

import ast
import contextlib
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import functions_framework
from flask import Flask

SIGNATURES = {"http": "http", "pubsub": "cloudevent", "schedule": "http"}
NOT_OURS = {"message": {"data": "bm90aGluZw==", "messageId": "1"}, "subscription": "projects/p/subscriptions/s"}
"""A push of Pub/Sub with what no function takes: it must be taken and dropped."""

FEW = 10
"""Functions that load what they share sooner each for itself."""


def answer(folder: Path, name: str, kind: str, path: str) -> dict[str, object]:
    os.environ["FUNCTION_TARGET"] = name
    create_app: Callable[[str, str, str], Flask] = functions_framework.create_app
    client = create_app(name, str(folder / "main.py"), SIGNATURES[kind]).test_client()
    got = client.get(path) if kind == "http" else client.post(path, json=NOT_OURS if kind == "pubsub" else {})
    return {"status": got.status_code, "type": got.headers.get("Content-Type", ""), "length": len(got.data)}


def in_a_fork(folder: Path, name: str, kind: str, path: str) -> dict[str, object]:
    """Each function alone, as in its own instance."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            os.write(writing, json.dumps(answer(folder, name, kind, path)).encode())
        except BaseException as error:  # whatever it is, it is this function's answer
            os.write(writing, json.dumps({"error": f"{type(error).__name__}: {error}"[:1000]}).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        told: dict[str, object] = json.loads(said.read() or '{"error": "it died"}')
    os.waitpid(child, 0)
    return told


def imported(folder: Path) -> set[str]:
    """Every module that the code imports, at its start or later."""
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    return found - {"_typeshed.wsgi"}


def missing(modules: set[str]) -> list[str]:
    return sorted(name for name in modules if not _is_there(name))


def warm_up(modules: set[str]) -> None:
    """What functions share is loaded once, before the forks; what fails, fails there too."""
    for name in sorted(modules):
        if not name.startswith(("main", "functions.")):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    modules = imported(folder)
    wanted = json.load(sys.stdin)
    if len(wanted) > FEW:
        warm_up(modules)
    told = {one["name"]: in_a_fork(folder, **one) for one in wanted}
    print(json.dumps({"functions": told, "imports": missing(modules)}))


if __name__ == "__main__":
    main()
