"""The edge of a scheduled function: it answers with figures, and a failure is one that Cloud Scheduler tries again."""

from collections.abc import Callable

from flask import Response

from shared.http.as_json import to_json
from shared.observability.logs import fault, tell
from shared.privacy.redaction import describe


def run_job(job: Callable[[], dict[str, int]]) -> Response:
    """200 with what was done, 500 without detail when it failed; either is also in the log as a structured line."""
    try:
        done = job()
    except Exception as error:  # the log must not hold what the error says
        fault(describe(error), job=job.__name__)
        return Response(status=500)
    tell({"job": job.__name__, **done})
    return Response(to_json(done), content_type="application/json")
