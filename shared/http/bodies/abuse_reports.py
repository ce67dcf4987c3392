"""The body of a recipient's report."""

import json

from shared.domain.misuse import Reason
from shared.http.bodies.common import Strict
from shared.http.call import Call, parse

FORM = "application/x-www-form-urlencoded"


class AbuseBody(Strict):
    reason: Reason


def read_abuse(call: Call) -> Reason:
    """By JSON, or by the page's form. Raises `NotAcceptable`, `Malformed`, `UnsupportedMedia`."""
    if call.request.path.startswith("/g/") and call.request.mimetype == FORM:
        return parse(json.dumps({"reason": call.request.form.get("reason")}), AbuseBody).reason
    return call.body(AbuseBody).reason
