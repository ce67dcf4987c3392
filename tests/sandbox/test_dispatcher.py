"""The load balancer's part: routes, static pages, request logs."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.test import Client

from sandbox.dispatcher import Dispatcher
from sandbox.static_pages import StaticPages


def named(name: str) -> Flask:
    app = Flask(name)

    def answer(**_path: str) -> str:
        return f"{name} {request.headers['X-Forwarded-For']}"

    app.add_url_rule("/<path:path>", view_func=answer)
    return app


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def client(tmp_path: Path, log: io.StringIO) -> Client:
    pages = tmp_path / "web"
    pages.mkdir()
    (pages / "index.html").write_text("start page")
    (pages / "login.html").write_text("login page")
    (pages / "app.js").write_text("1")
    (tmp_path / "secret.txt").write_text("not yours")
    routes = {
        "/v1/sends": named("list"),
        "/v1/sends/*": named("one"),
        "/v1/sends/quote": named("quote"),
        "/v1/sends/special/*": named("special"),
        "/v1/sends/*/report.csv": named("report"),
        "/v1/gift/*": named("gift"),
    }
    return Client(Dispatcher(routes, StaticPages(pages), log))


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
    ],
)
def test_the_longest_matching_route_wins(client: Client, path: str, name: str) -> None:
    assert client.get(path).text.split()[0] == name


@pytest.mark.parametrize("path", ["/v1/sends/", "/v1/sendsome", "/v1/other"])
def test_a_call_that_no_route_matches_is_a_problem(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("/", "start page", "text/html; charset=utf-8"),
        ("/login", "login page", "text/html; charset=utf-8"),
        ("/app.js", "1", "text/javascript; charset=utf-8"),
    ],
)
def test_everything_else_is_a_static_page(client: Client, path: str, text: str, kind: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.text, response.headers["Content-Type"]) == (200, text, kind)


@pytest.mark.parametrize("path", ["/nothing", "/../secret.txt", "/%2e%2e/secret.txt", "/" + "x" * 5000, "/a%00b"])
def test_what_is_not_there_is_404_and_no_path_leaves_the_folder(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


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
