"""JSON as we answer it. By itself, as a job needs no more of a request than this, and `call` loads pydantic."""

import json


def to_json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
