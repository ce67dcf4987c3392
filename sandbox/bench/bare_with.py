"""The function that does nothing but to load what BENCH_IMPORTS names: another's start without that one's own code."""

import importlib
import os
from contextlib import suppress

from flask import Request

for name in os.environ["BENCH_IMPORTS"].split():
    with suppress(ImportError):  # parts of an extension, which come with it and alone do not
        importlib.import_module(name)


def bare(request: Request) -> str:
    return "ok"
