"""`python -m tests.end_to_end.one_call <function>`: loads one function as it is deployed, calls it once, and says what
it answered, how long it took, and how much memory the process held at most.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import functions_framework
from flask import Flask

from tests.architecture.rules_source import ROOT


def peak_mb() -> float:
    """The most that this process has held in memory."""
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def main() -> None:
    (name,) = sys.argv[1:]
    os.environ |= {"FUNCTION_TARGET": name, "SANDBOX_CALLER": name}
    create_app: Callable[[str, str, str], Flask] = functions_framework.create_app
    client = create_app(name, str(ROOT / "main.py"), "http").test_client()
    before = peak_mb()
    began = time.monotonic()
    answer = client.post("/")
    seconds = time.monotonic() - began
    told = {"status": answer.status_code, "answer": answer.get_json(), "seconds": seconds}
    print(json.dumps(told | {"start_mb": before, "peak_mb": peak_mb()}))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
