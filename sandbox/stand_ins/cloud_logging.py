"""Cloud Logging on one machine: `entries:list` over the key service's audit log, in Cloud Audit Logs' shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, Response, request

from sandbox.stand_ins.kms_access import Entry
from sandbox.stand_ins.web import json_answer, rfc3339

Json = dict[str, Any]

DATA_ACCESS = ("Encrypt", "Decrypt", "ListCryptoKeyVersions")
"""Calls of the log that Google writes only where it is switched on; the others are in `activity`."""

DEFAULT_PAGE, LARGEST_PAGE = 50, 1_000
_TERM = re.compile(r'([A-Za-z.]+)(>=|<=|=|:|<|>)"([^"]*)"')
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda found, wanted: found == wanted,
    ":": lambda found, wanted: wanted in found,
    ">=": lambda found, wanted: found >= wanted,
    "<=": lambda found, wanted: found <= wanted,
    "<": lambda found, wanted: found < wanted,
    ">": lambda found, wanted: found > wanted,
}


class AuditLog(Protocol):
    def entries(self) -> list[Entry]: ...


class InvalidArgumentError(Exception):
    """Answered as Google answers it, with 400."""


class CloudLogging:
    """Knows the part of Google's query language that stands in `field op "text"`, joined by AND."""

    def __init__(self, audit_log: AuditLog, key_ring: str) -> None:
        self._audit_log = audit_log
        self._key_ring = key_ring
        self._project = key_ring.split("/")[1]
        self.app = _make_app(self)

    def page(self, body: Json) -> Json:
        if body.get("resourceNames") != [f"projects/{self._project}"]:
            raise InvalidArgumentError("resourceNames must name this project")
        if body.get("orderBy", "timestamp asc") not in ("timestamp asc", "timestamp desc"):
            raise InvalidArgumentError("orderBy is unknown")
        terms = _terms(str(body.get("filter", "")))
        fitting = [one for one in self._all() if all(_fits(one, *term) for term in terms)]
        if body.get("orderBy") == "timestamp desc":
            fitting.reverse()
        size = min(int(body.get("pageSize", DEFAULT_PAGE)), LARGEST_PAGE)
        start = int(body.get("pageToken") or 0)
        page: Json = {"entries": fitting[start : start + size]}
        if start + size < len(fitting):
            page["nextPageToken"] = str(start + size)
        return page if page["entries"] else {}

    def _all(self) -> list[Json]:
        return [self._described(number, one) for number, one in enumerate(self._audit_log.entries())]

    def _described(self, number: int, one: Entry) -> Json:
        _, project, _, location, _, ring = self._key_ring.split("/")
        log = "data_access" if one.call in DATA_ACCESS else "activity"
        labels = {"project_id": project, "location": location, "key_ring_id": ring, "crypto_key_id": one.key}
        return {
            "logName": f"projects/{project}/logs/cloudaudit.googleapis.com%2F{log}",
            "insertId": f"{number:012x}",
            "timestamp": rfc3339(one.at),
            "severity": "INFO",
            "resource": {"type": "cloudkms_cryptokey", "labels": labels},
            "protoPayload": {
                "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
                "serviceName": "cloudkms.googleapis.com",
                "methodName": one.call,
                "resourceName": f"{self._key_ring}/cryptoKeys/{one.key}",
                "authenticationInfo": {"principalEmail": f"{one.caller}@{project}.iam.gserviceaccount.com"},
            },
        }


def _terms(text: str) -> list[tuple[str, str, str]]:
    terms = [_TERM.fullmatch(term.strip()) for term in text.split(" AND ")] if text.strip() else []
    if not all(terms):
        raise InvalidArgumentError("Unparseable filter")
    return [(term[1], term[2], term[3]) for term in terms if term]


def _fits(entry: Json, field: str, operator: str, wanted: str) -> bool:
    found: Any = entry
    for name in field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if found is None:
        return False
    if field == "timestamp":
        return _COMPARISONS[operator](datetime.fromisoformat(found), datetime.fromisoformat(wanted))
    return _COMPARISONS[operator](str(found).casefold(), wanted.casefold())  # Google's texts know no case


def _make_app(cloud_logging: CloudLogging) -> Flask:
    app = Flask(__name__)

    @app.errorhandler(InvalidArgumentError)
    def refuse(error: InvalidArgumentError) -> Response:
        return json_answer({"error": {"code": 400, "message": str(error), "status": "INVALID_ARGUMENT"}}, 400)

    @app.post("/v2/entries:list")
    def entries_list() -> Response:
        body = request.get_json(silent=True)
        return json_answer(cloud_logging.page(body if isinstance(body, dict) else {}))

    return app
