"""Cloud Storage on one machine: the part of its JSON interface that puts, lists and gets small objects."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from sandbox.stand_ins.web import json_answer

LARGEST_PAGE = 1_000


class CloudStorage:
    """One bucket in memory, whose objects live as long as the sandbox: no lifecycle deletes them."""

    def __init__(self, bucket: str, largest_page: int = LARGEST_PAGE) -> None:
        self.bucket = bucket
        self.largest_page = largest_page
        self._lock = threading.Lock()
        self._objects: dict[str, bytes] = {}
        self.app = _make_app(self)

    def objects(self) -> dict[str, str]:
        """What the bucket holds, by name."""
        with self._lock:
            return {name: data.decode("utf-8", "replace") for name, data in sorted(self._objects.items())}

    # What the routes call.

    def put(self, name: str, data: bytes, *, only_new: bool) -> bool:
        """False where it exists and only a new one was wanted."""
        with self._lock:
            if only_new and name in self._objects:
                return False
            self._objects[name] = data
            return True

    def get(self, name: str) -> bytes | None:
        with self._lock:
            return self._objects.get(name)

    def page(self, prefix: str, after: str, most: int) -> dict[str, Any]:
        with self._lock:
            names = sorted(name for name in self._objects if name.startswith(prefix) and name > after)
        shown: dict[str, Any] = {"kind": "storage#objects"}
        if names:
            shown["items"] = [{"kind": "storage#object", "name": name, "bucket": self.bucket} for name in names[:most]]
        if len(names) > most:
            shown["nextPageToken"] = names[most - 1]
        return shown


def _make_app(storage: CloudStorage) -> Flask:
    app = Flask(__name__)

    @app.before_request
    def know_the_bucket() -> ResponseReturnValue | None:
        found = (request.view_args or {}).get("bucket", storage.bucket)
        return None if found == storage.bucket else _refused(404, "The specified bucket does not exist.")

    @app.post("/upload/storage/v1/b/<bucket>/o")
    def upload(bucket: str) -> ResponseReturnValue:
        name = request.args.get("name", "")
        if request.args.get("uploadType") != "media" or not name:
            return _refused(400, "Required")
        if not storage.put(name, request.get_data(), only_new=request.args.get("ifGenerationMatch") == "0"):
            return _refused(412, "At least one of the pre-conditions you specified did not hold.")
        return json_answer({"kind": "storage#object", "name": name, "bucket": bucket})

    @app.get("/storage/v1/b/<bucket>/o")
    def listing(bucket: str) -> ResponseReturnValue:
        most = min(int(request.args.get("maxResults", LARGEST_PAGE)), storage.largest_page)
        return json_answer(storage.page(request.args.get("prefix", ""), request.args.get("pageToken", ""), most))

    @app.get("/storage/v1/b/<bucket>/o/<path:name>")
    def content(bucket: str, name: str) -> ResponseReturnValue:
        data = storage.get(name)
        if data is None:
            return _refused(404, f"No such object: {bucket}/{name}")
        return Response(data, mimetype="application/json")

    return app


def _refused(status: int, message: str) -> Response:
    return json_answer({"error": {"code": status, "message": message}}, status)
