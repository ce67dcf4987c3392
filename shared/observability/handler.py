"""What is said through Python's logging, and what nobody catches, as structured lines that hold nobody's data.

Another library's words may quote what it was given (urllib3 names a whole URL), so only the template of its message is
kept, and where it was said. Of an exception only its type and its places are.
"""

import logging
import os
import sys
import threading
from types import TracebackType
from typing import Any

from shared.observability.logs import fault
from shared.privacy.redaction import describe

OURS = ("shared.", "functions.", "sandbox.")
SERVER = "gunicorn.error"
SPANS = "opentelemetry."
"""Spans that are lost are for nobody to look at: at most a warning."""


class ToldAlready(Exception):
    """Whoever raised it has written its line: the framework, which logs what it gets, adds nothing."""


class StructuredHandler(logging.Handler):
    """Each record is one line."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ToldAlready):
            return
        try:
            said = _said(record)
        except Exception:  # a template that does not fit its values must not stop the work
            said = f"{record.name} {record.funcName}:{record.lineno}"
        severity = "WARNING" if record.name.startswith(SPANS) else record.levelname
        fault(f"{said}: {describe(error)}" if error else said, severity, logger=record.name)


def _said(record: logging.LogRecord) -> str:
    if record.name.startswith(OURS):
        return record.getMessage()
    template = f" {record.msg}" if record.args and isinstance(record.msg, str) else ""
    return f"{record.name} {record.funcName}:{record.lineno}{template}"


def install() -> None:
    """Once a process; again changes nothing."""
    root = logging.getLogger()
    if any(isinstance(one, StructuredHandler) for one in root.handlers):
        return
    root.addHandler(StructuredHandler())
    _take_over_the_servers()
    os.register_at_fork(after_in_child=_take_over_the_servers)  # gunicorn sets its logging up after it has imported us
    sys.excepthook = _uncaught
    threading.excepthook = lambda one: _uncaught(one.exc_type, one.exc_value, one.exc_traceback)


def _take_over_the_servers() -> None:
    server = logging.getLogger(SERVER)
    server.handlers.clear()
    server.propagate = True


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> Any:
    fault(f"nobody caught {describe(error) if error else kind.__name__}", "CRITICAL")
