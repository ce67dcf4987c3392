"""The one deployed module: it serves the function that FUNCTION_TARGET names and imports no other."""

import importlib
import os
from pathlib import Path

_target = os.environ.get("FUNCTION_TARGET", "")
_found = list(Path(__file__).parent.glob(f"functions/*/{_target}.py")) if _target.isidentifier() else []
if len(_found) != 1:
    raise SystemExit(f"FUNCTION_TARGET must name one file of functions/*/, not {_target!r}")

globals()[_target] = getattr(importlib.import_module(f"functions.{_found[0].parent.name}.{_target}"), _target)
