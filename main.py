"""The one deployed module: it serves the function that FUNCTION_TARGET names and imports no other."""

import gc
import importlib
import os
from pathlib import Path

from gunicorn.config import ControlSocketDisable

from shared.observability.edge import at_edge
from shared.observability.handler import install

install()
ControlSocketDisable.default = True  # nobody asks it, and it loads asyncio: a tenth of a start's processor time
_target = os.environ.get("FUNCTION_TARGET", "")
_found = list(Path(__file__).parent.glob(f"functions/*/{_target}.py")) if _target.isidentifier() else []
if len(_found) != 1:
    raise SystemExit(f"FUNCTION_TARGET must name one file of functions/*/, not {_target!r}")

gc.disable()  # what is loaded stays: to look through it again and again takes up to 60 ms of a start
_module = importlib.import_module(f"functions.{_found[0].parent.name}.{_target}")
globals()[_target] = at_edge(_target, getattr(_module, _target))
gc.freeze()
gc.enable()
