"""WWW-Authenticate: what a program and a browser are told when they may not come in."""

import pytest
from flask import Flask, Response, request

from shared.database.queries.people import Session
from shared.domain.errors import Forbidden, Refusal
from shared.http.bearer import allowed
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.problem import problem
from tests.unit.edge import Parts

APP = Flask(__name__)
MISSPELT = "Bearer upup_live_nothing"


def asked(scope: str | None, **headers: str) -> Response:
    """What a viewer's route of that scope answers."""
    api = Api(Parts())

    @api.route("GET", "/v1/x", role="viewer", scope=scope)
    def handle(call: Call) -> Answer:
        return Answer(204)

    with APP.test_request_context("/v1/x", headers=headers):
        return api.answer(request)


@pytest.mark.parametrize(
    ("scope", "headers", "challenge"),
    [
        ("sends:read", {}, 'Bearer realm="UpUp"'),
        ("sends:read", {"Authorization": "Basic QTpC"}, 'Bearer realm="UpUp"'),
        ("sends:read", {"Authorization": MISSPELT}, 'Bearer realm="UpUp", error="invalid_token"'),
        (None, {}, 'Session realm="UpUp"'),
        (None, {"Authorization": MISSPELT}, 'Bearer realm="UpUp", error="invalid_token"'),
    ],
)
def test_a_401_says_how_to_come_in(scope: str | None, headers: dict[str, str], challenge: str) -> None:
    answer = asked(scope, **headers)
    assert (answer.status_code, answer.headers.getlist("WWW-Authenticate")) == (401, [challenge])


@pytest.mark.parametrize("kind", [kind for kind in Refusal.__subclasses__() if kind.status == 401])
def test_no_401_makes_a_browser_ask_for_a_password(kind: type[Refusal]) -> None:
    refused = [kind, *kind.__subclasses__()]
    schemes = {problem(one("No."), "1").headers["WWW-Authenticate"].partition(" ")[0] for one in refused}
    assert schemes == {"Bearer", "Session"}, "browsers know Basic, Digest, Negotiate and NTLM"


def test_a_key_without_the_scope_is_told_which_one_is_missing() -> None:
    program = Session("key_1", "acc_1", "", "", frozenset({"sends:read"}))
    with pytest.raises(Forbidden) as refused:
        allowed(program, "viewer", "sends:write")
    challenge = 'Bearer realm="UpUp", error="insufficient_scope", scope="sends:write"'
    assert problem(refused.value, "1").headers["WWW-Authenticate"] == challenge
