"""The edge of a scheduled function: it answers with figures, and a failure is one that Cloud Scheduler tries again."""

import logging
from collections.abc import Callable

from flask import Response

from shared.http.call import to_json
from shared.metrics import tell
from shared.privacy.redaction import describe

log = logging.getLogger(__name__)


def run_job(job: Callable[[], dict[str, int]]) -> Response:
    """200 with what was done, also in the log as a structured line; 500 without detail when it failed."""
    try:
        done = job()
    except Exception as error:  # the log must not hold what the error says
        log.error("%s failed: %s", job.__name__, describe(error))
        return Response(status=500)
    tell({"job": job.__name__, **done})
    return Response(to_json(done), content_type="application/json")
