"""Whether an answer is one that the API's description promises: every call of an outside program is held to it."""

import json
import re
from functools import cache
from typing import Any

import requests
from jsonschema_rs import validator_for

from shared.http.answers.description import FILE

NOT_DESCRIBED = {"405"}
"""What the edge says of methods that no operation has."""
HELP = "see shared/http/openapi/__init__.py"


def departures(method: str, path: str, answer: requests.Response) -> list[str]:
    """What of an answer is not as described; nothing is said of paths and methods that are not described at all."""
    operation = _operation(method, path)
    status = str(answer.status_code)
    if operation is None or status in NOT_DESCRIBED:
        return []
    if status not in operation["responses"]:
        return [f"{method} {path} answers {status}, which its operation does not name: {HELP}"]
    return [f"{method} {path} {status}: {fault} ({HELP})" for fault in _faults(operation["responses"][status], answer)]


def undescribed(event: str, body: object) -> list[str]:
    """What of a webhook's body is not as described."""
    content = _document()["webhooks"][event]["post"]["requestBody"]["content"]["application/json"]
    schema = json.dumps(content["schema"], sort_keys=True)
    return [f"{error.message} at {error.instance_path}" for error in _validator(schema).iter_errors(body)]


def _faults(described: dict[str, Any], answer: requests.Response) -> list[str]:
    described = _resolved(described)
    missing = [f"the header {name} is missing" for name in described.get("headers", {}) if name not in answer.headers]
    return missing + _faults_of_content(described.get("content", {}), answer)


def _faults_of_content(content: dict[str, Any], answer: requests.Response) -> list[str]:
    media = answer.headers.get("Content-Type", "").partition(";")[0]
    if not content:
        return [] if not answer.content else ["there is a body"]
    if media not in content:
        return [f"{media} is not among {', '.join(content)}"]
    if not media.endswith("json"):
        return []
    schema = json.dumps(content[media]["schema"], sort_keys=True)
    return [f"{error.message} at {error.instance_path}" for error in _validator(schema).iter_errors(answer.json())]


@cache
def _validator(schema: str) -> Any:
    return validator_for(json.loads(schema) | {"components": _document()["components"]})


@cache
def _operation(method: str, path: str) -> Any:
    exact = _document()["paths"].get(path, {}).get(method.lower())
    return exact or next((one for fits, name, one in _templates() if name == method.lower() and fits(path)), None)


@cache
def _templates() -> list[Any]:
    return [
        (re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path))).fullmatch, method, operation)
        for path, methods in _document()["paths"].items()
        for method, operation in methods.items()
    ]


def _resolved(described: dict[str, Any]) -> dict[str, Any]:
    name = described.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = _document()["components"]["responses"][name] if name else described
    return found


@cache
def _document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found
