"""`python -m sandbox.functions_host <kind> <port> <checkout>`: serves all functions of one kind, as deployed.

Each is made by functions-framework's own create_app from the checkout's main.py, and gunicorn serves them
together from one worker, which dies and comes back like an instance of Cloud Run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import functions_framework
from gunicorn.app.base import BaseApplication

from sandbox import functions_table
from sandbox.dispatcher import Dispatcher, healthy
from sandbox.functions_table import KINDS, Function, Kind
from sandbox.identity_aware_proxy import IdentityAwareProxy, signer
from shared.database.grants import user_of
from shared.settings import secrets_in_production

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 16
SECRETS = secrets_in_production()
_SIGNATURES: dict[Kind, str] = {"http": "http", "pubsub": "cloudevent", "schedule": "http"}


def dispatcher(checkout: Path, kind: Kind) -> Dispatcher:
    """Loads every function of the kind; imports the product's code, so call it in the worker only."""
    functions = functions_table.of_kind(functions_table.read(checkout / "infra" / "functions.yaml"), kind)
    routes: dict[str, WSGIApplication] = {"/healthz": healthy}
    for function in functions:
        app = _application(function, checkout / "main.py")
        routes |= dict.fromkeys(function.routes or (f"/{function.name}",), app)
    unlogged = [route for function in functions if function.unlogged for route in function.routes]
    return Dispatcher(routes, log=sys.stderr, unlogged=unlogged)


def _application(function: Function, source: Path) -> WSGIApplication:
    """The function with the environment of its own service: it is read when the function is loaded."""
    withheld = {name: os.environ.pop(name) for name in SECRETS - set(function.secrets) if name in os.environ}
    itself = {
        "FUNCTION_TARGET": function.name,
        "SANDBOX_CALLER": function.name,
        "DATABASE_USER": user_of(function.name),
    }
    os.environ |= itself
    try:
        return _create_app(function, source)
    finally:
        os.environ |= withheld


def _create_app(function: Function, source: Path) -> WSGIApplication:
    create_app: Callable[[str, str, str], WSGIApplication] = functions_framework.create_app
    return create_app(function.name, str(source), _SIGNATURES[function.kind])


class Host(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One gunicorn worker with threads on a loopback port."""

    def __init__(self, kind: Kind, port: int, checkout: Path) -> None:
        self._kind, self._port, self._checkout = kind, port, checkout
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"127.0.0.1:{self._port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "timeout": 0,  # as functions-framework sets it: the caller's time-out counts
            "graceful_timeout": 1,
            "keepalive": 60,
            "limit_request_line": 8190,
            "control_socket_disable": True,
            "proc_name": f"upup-{self._kind}",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        try:
            functions = dispatcher(self._checkout, self._kind)
        except SystemExit as error:
            # gunicorn gives up on an error, but starts a worker that exits again and again.
            raise RuntimeError(f"a function does not start: {error}") from error
        if self._kind != "http" or "IAP_CERTS_URL" not in os.environ:
            return functions
        members = os.environ["STAFF_EMAILS"].split(",")
        return IdentityAwareProxy(functions, signer(os.environ["IAP_CERTS_URL"]), members)


def main() -> None:
    name, port, checkout = sys.argv[1:]
    kind: Kind = next(kind for kind in KINDS if kind == name)
    Host(kind, int(port), Path(checkout)).run()


if __name__ == "__main__":
    main()
