"""Cloud Storage on one machine: the part of its JSON interface that puts, lists and gets small objects."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from sandbox.stand_ins.web import json_answer

LARGEST_PAGE = 1_000


class Bucket(Protocol):
    def put(self, name: str, data: bytes, *, only_new: bool) -> bool:
        """False where it exists and only a new one was wanted."""
        ...

    def get(self, name: str) -> bytes | None: ...

    def generations(self) -> dict[str, int]:
        """By each object's name a number that is another once it has been written again."""
        ...


class CloudStorage:
    """One bucket in memory, whose objects live as long as the sandbox: no lifecycle deletes them. `others`: by name."""

    def __init__(
        self, bucket: str, largest_page: int = LARGEST_PAGE, others: Mapping[str, Bucket] | None = None
    ) -> None:
        self.bucket = bucket
        self.largest_page = largest_page
        self._lock = threading.Lock()
        self._objects: dict[str, tuple[int, bytes]] = {}
        self._written = 0
        self.buckets: dict[str, Bucket] = {bucket: self, **(others or {})}
        self.app = _make_app(self)

    def objects(self) -> dict[str, str]:
        """What the bucket holds, by name."""
        with self._lock:
            return {name: data.decode("utf-8", "replace") for name, (_, data) in sorted(self._objects.items())}

    # What the routes call.

    def put(self, name: str, data: bytes, *, only_new: bool) -> bool:
        with self._lock:
            if only_new and name in self._objects:
                return False
            self._written += 1
            self._objects[name] = self._written, data
            return True

    def get(self, name: str) -> bytes | None:
        with self._lock:
            found = self._objects.get(name)
        return found[1] if found else None

    def generations(self) -> dict[str, int]:
        with self._lock:
            return {name: generation for name, (generation, _) in self._objects.items()}


class FolderBucket:
    """A folder's files as they are on disk at this moment, all below one prefix."""

    def __init__(self, prefix: str, folder: Path) -> None:
        self._prefix = f"{prefix}/"
        self._folder = folder.resolve()

    def put(self, name: str, data: bytes, *, only_new: bool) -> bool:
        raise PermissionError(name)

    def get(self, name: str) -> bytes | None:
        file = (self._folder / name.removeprefix(self._prefix)).resolve()
        if not name.startswith(self._prefix) or not file.is_relative_to(self._folder) or not file.is_file():
            return None
        return file.read_bytes()

    def generations(self) -> dict[str, int]:
        files = [file for file in self._folder.rglob("*") if file.is_file()]
        return {f"{self._prefix}{file.relative_to(self._folder).as_posix()}": file.stat().st_mtime_ns for file in files}


def page(name: str, bucket: Bucket, prefix: str, after: str, most: int) -> dict[str, Any]:
    """A part of the list of a bucket's objects, by name."""
    found = bucket.generations()
    names = sorted(one for one in found if one.startswith(prefix) and one > after)
    shown: dict[str, Any] = {"kind": "storage#objects"}
    if names:
        shown["items"] = [
            {"kind": "storage#object", "name": one, "bucket": name, "generation": str(found[one])}
            for one in names[:most]
        ]
    if len(names) > most:
        shown["nextPageToken"] = names[most - 1]
    return shown


def _make_app(storage: CloudStorage) -> Flask:
    app = Flask(__name__)

    @app.before_request
    def know_the_bucket() -> ResponseReturnValue | None:
        found = (request.view_args or {}).get("bucket", storage.bucket)
        return None if found in storage.buckets else _refused(404, "The specified bucket does not exist.")

    @app.post("/upload/storage/v1/b/<bucket>/o")
    def upload(bucket: str) -> ResponseReturnValue:
        name = request.args.get("name", "")
        if request.args.get("uploadType") != "media" or not name:
            return _refused(400, "Required")
        only_new = request.args.get("ifGenerationMatch") == "0"
        try:
            is_put = storage.buckets[bucket].put(name, request.get_data(), only_new=only_new)
        except PermissionError:
            return _refused(403, "The caller does not have storage.objects.create access.")
        if not is_put:
            return _refused(412, "At least one of the pre-conditions you specified did not hold.")
        return json_answer({"kind": "storage#object", "name": name, "bucket": bucket})

    @app.get("/storage/v1/b/<bucket>/o")
    def listing(bucket: str) -> ResponseReturnValue:
        most = min(int(request.args.get("maxResults", LARGEST_PAGE)), storage.largest_page)
        prefix, after = request.args.get("prefix", ""), request.args.get("pageToken", "")
        return json_answer(page(bucket, storage.buckets[bucket], prefix, after, most))

    @app.get("/storage/v1/b/<bucket>/o/<path:name>")
    def content(bucket: str, name: str) -> ResponseReturnValue:
        data = storage.buckets[bucket].get(name)
        if data is None:
            return _refused(404, f"No such object: {bucket}/{name}")
        return Response(data, mimetype="application/octet-stream")

    return app


def _refused(status: int, message: str) -> Response:
    return json_answer({"error": {"code": status, "message": message}}, status)
