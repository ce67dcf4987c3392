"""The load balancer's part: routes and request logs."""

import io
import json

import pytest
from flask import Flask, request
from werkzeug.test import Client

from sandbox.dispatcher import Dispatcher


def named(name: str) -> Flask:
    app = Flask(name)

    def answer(**_path: str) -> str:
        return f"{name} {request.headers['X-Forwarded-For']}"

    app.add_url_rule("/", view_func=answer, endpoint="start")
    app.add_url_rule("/<path:path>", view_func=answer)
    return app


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def client(log: io.StringIO) -> Client:
    routes = {
        "/*": named("rest"),
        "/v1/sends": named("list"),
        "/v1/sends/*": named("one"),
        "/v1/sends/quote": named("quote"),
        "/v1/sends/special/*": named("special"),
        "/v1/sends/*/report.csv": named("report"),
        "/v1/gift/*": named("gift"),
    }
    unlogged = ["/v1/gift/*", "/v1/gift/*/report", "/g/*", "/v1/callbacks/*"]
    return Client(Dispatcher(routes, log, unlogged))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/sends", "list"),
        ("/v1/sends/snd_1", "one"),
        ("/v1/sends/snd_1/deliveries", "one"),
        ("/v1/sends/quote", "quote"),
        ("/v1/sends/snd_1/report.csv", "report"),
        ("/v1/sends/snd_1/report_csv", "one"),
        ("/v1/sends/snd_1/more/report.csv", "one"),
        ("/v1/sends/special/one", "special"),
        ("/v1/sends/special", "one"),
        ("/v1/sends/", "rest"),
        ("/v1/sendsome", "rest"),
        ("/v1/other", "rest"),
        ("/login", "rest"),
        ("/", "rest"),
    ],
)
def test_the_longest_matching_route_wins(client: Client, path: str, name: str) -> None:
    assert client.get(path).text.split()[0] == name


def test_where_nothing_takes_the_rest_a_path_without_a_route_is_not_there(log: io.StringIO) -> None:
    client = Client(Dispatcher({"/v1/sends": named("list")}, log))
    assert client.get("/other").status_code == 404


def test_the_client_address_is_passed_on_as_google_does(client: Client) -> None:
    response = client.get("/v1/sends", headers={"X-Forwarded-For": "1.2.3.4"}, environ_base={"REMOTE_ADDR": "5.6.7.8"})
    assert response.text == "list 1.2.3.4, 5.6.7.8, 127.0.0.1"


def logged(log: io.StringIO) -> list[str]:
    return [json.loads(line)["request"]["path"] for line in log.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/v1/sends/snd_0123456789abcdef?cursor=x", "/v1/sends/snd_0123456789abcdef"),
        ("/v1/sends/snd_0123456789abcdef/report.csv", "/v1/sends/snd_0123456789abcdef/report.csv"),
        ("/v1/sends/070-1740605/deliveries", "/v1/sends/.../deliveries"),
        ("/v1/sends/snd_46701740605", "/v1/sends/..."),
        ("/%C3%85shild/Anna", "/.../..."),
        ("/v1/gift/tok3n/opt-out", "/v1/gift/..."),
        ("/g/tok3n", "/g/..."),
        ("/v1/callbacks/lekab/s3cret/dr?to=46701740605", "/v1/callbacks/..."),
    ],
)
def test_request_logs_hold_no_query_no_token_and_no_secret(
    client: Client, log: io.StringIO, asked: str, shown: str
) -> None:
    client.get(asked)
    assert logged(log) == [shown]


def test_a_path_cannot_forge_a_log_line(client: Client, log: io.StringIO) -> None:
    client.get("/a%0a{}")
    assert logged(log) == ["/..."]
