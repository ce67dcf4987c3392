"""What each function is asked first: something that it can answer in earnest, with its database where it has one."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sandbox import functions_table
from sandbox.bench.clients import Request
from sandbox.functions_table import Function
from sandbox.run import Run

Json = dict[str, dict[str, object]]

_NO_ID = "aaaaaaaaaaaaaaaa"
_MESSAGE = re.compile(r"(\w+)=(str|int)\b")


@dataclass(frozen=True)
class Asker:
    """`cookie` is of somebody who is logged in, `staff` the proxy's header of one of UpUp's, `send_id` a send."""

    run: Run
    cookie: str
    staff: str
    send_id: str

    def request(self, function: Function) -> Request:
        if function.kind == "http":
            return self._http(function)
        if function.kind == "pubsub":
            return Request("POST", "/", {"Content-Type": "application/json"}, self._message(function))
        return Request("POST", "/", {})

    def _http(self, function: Function) -> Request:
        method, path = self._operation(function)
        headers = {"Origin": self.run.public_url, "Cookie": self.cookie}
        if function.staff:
            headers["X-Goog-IAP-JWT-Assertion"] = self.staff
        if method == "GET":
            return Request(method, path, headers)
        return Request(method, path, headers | {"Content-Type": "application/json"}, b"{}")

    def _operation(self, function: Function) -> tuple[str, str]:
        """The first that reads, else the first of all, of those that the API's description has of the function."""
        operations = [(method, self._filled(path)) for method, path in self._operations.get(function.name, ())]
        reads = [one for one in operations if one[0] == "GET"]
        return (reads or operations or [("GET", function.routes[0].replace("*", ""))])[0]

    @cached_property
    def _operations(self) -> dict[str, list[tuple[str, str]]]:
        """Methods and paths of the API's description by the function that has them."""
        table = functions_table.read(self.run.functions_table)
        paths: Json = json.loads((_checkout(self.run) / "shared/http/openapi/openapi.json").read_text("utf-8"))["paths"]
        found: dict[str, list[tuple[str, str]]] = {}
        for path, methods in paths.items():
            ours = [(method.upper(), path) for method in methods if method in ("get", "post", "patch", "delete")]
            found.setdefault(_owner(table, path), []).extend(ours)
        return found

    def _filled(self, path: str) -> str:
        known: dict[str, str] = {
            "send_id": self.send_id,
            "month": "2026-11",
            "secret": self.run.clearon_callback_secret if "clearon" in path else self.run.lekab_callback_secret,
        }
        return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], f"{found[1][:3]}_{_NO_ID}"), path)

    def _message(self, function: Function) -> bytes:
        source = (_checkout(self.run) / f"functions/pubsub/{function.name}.py").read_text("utf-8")
        made: dict[str, Callable[[str], object]] = {
            "str": lambda name: self.send_id if name == "send_id" else f"{name[:3]}_{_NO_ID}",
            "int": lambda name: 1,
        }
        data = json.dumps({name: made[kind](name) for name, kind in _MESSAGE.findall(source)}).encode()
        message = {
            "data": base64.b64encode(data).decode(),
            "attributes": {},
            "messageId": "1",
            "publishTime": "2026-11-23T10:00:00Z",
        }
        return json.dumps({"message": message, "subscription": "projects/upup/subscriptions/bench"}).encode()


def _checkout(run: Run) -> Path:
    return Path(run.checkout)


def _owner(table: Sequence[Function], path: str) -> str:
    """The function whose route fits best."""
    fits = [(len(route.replace("*", "")), one.name) for one in table for route in one.routes if _fits(route, path)]
    return max(fits)[1] if fits else ""


def _fits(route: str, path: str) -> bool:
    pattern = re.escape(route.removesuffix("/*")).replace(r"\*", "[^/]+") + ("(/.*)" if route.endswith("/*") else "")
    return re.fullmatch(pattern, path) is not None
