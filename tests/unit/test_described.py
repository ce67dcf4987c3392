"""An answer that departs from the API's description is seen."""

import json

import pytest
import requests

from tests.functions.described import departures


def answer(status: int, body: object = None, media: str = "application/json") -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.headers["Content-Type"] = media
    made._content = json.dumps(body).encode() if body is not None else b""
    return made


PLANS = {"items": [{"code": "start", "name": "Start", "price_ore": 29900}]}


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("GET", "/v1/plans", answer(200, PLANS)),
        ("POST", "/v1/logout", answer(204)),
        ("GET", "/v1/sends/snd_a/report.csv", answer(200, "id", "text/csv; charset=utf-8")),
        ("GET", "/elsewhere", answer(418, {})),
        ("GET", "/v1/account", answer(405, {}, "application/problem+json")),
    ],
)
def test_what_is_described_and_what_is_not_the_apis_is_let_by(method: str, path: str, given: requests.Response) -> None:
    assert departures(method, path, given) == []


@pytest.mark.parametrize(
    ("method", "path", "given", "said"),
    [
        ("GET", "/v1/plans", answer(418, {}), "answers 418"),
        ("GET", "/v1/plans", answer(200, {"items": [{"code": "start", "name": "Start"}]}), "price_ore"),
        ("GET", "/v1/plans", answer(200, {"items": [PLANS["items"][0] | {"price_ore": "1"}]}), "integer"),
        ("GET", "/v1/plans", answer(200, PLANS, "text/html"), "text/html is not among"),
        ("POST", "/v1/logout", answer(204, {}), "there is a body"),
        ("GET", "/v1/sends/snd_a", answer(404, {"type": "about:blank"}, "application/problem+json"), "title"),
    ],
)
def test_another_status_type_or_shape_is_found(method: str, path: str, given: requests.Response, said: str) -> None:
    assert any(said in one for one in departures(method, path, given))
