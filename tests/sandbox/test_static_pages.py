"""The pages' folder as the hosting would serve it."""

import json
from pathlib import Path

import pytest
from werkzeug.test import Client

from sandbox.hosting import glob
from sandbox.static_pages import StaticPages
from tests.architecture.rules_source import ROOT

RULES = {
    "ignore": ["firebase.json", "**/.*", "drafts/**"],
    "rewrites": [{"source": "/portal/**", "destination": "/portal/index.html"}],
    "headers": [
        {
            "source": "**",
            "headers": [
                {"key": "Cache-Control", "value": "no-cache"},
                {"key": "Strict-Transport-Security", "value": "max-age=1"},
            ],
        },
        {"source": "/gifts/*.svg", "headers": [{"key": "Cache-Control", "value": "max-age=60"}]},
    ],
}


@pytest.fixture
def client(tmp_path: Path) -> Client:
    files = {
        "firebase.json": json.dumps({"hosting": RULES}),
        "404.html": "no such page",
        "index.html": "start page",
        "portal/index.html": "portal",
        "portal/main.js": "1",
        "gifts/coffee.svg": "<svg/>",
        "drafts/page.html": "not yet",
        ".npmrc": "x",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "font.woff2").write_bytes(b"wOF2")
    return Client(StaticPages(tmp_path))


def test_paths_within_the_portal_are_one_page_but_its_files_are_files(client: Client) -> None:
    for path in ("/portal", "/portal/", "/portal/sends", "/portal/sends/snd_1"):
        assert client.get(path).text == "portal"
    assert client.get("/portal/main.js").text == "1"
    assert client.get("/portals").status_code == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/portal/main.js", "text/javascript; charset=utf-8"),
        ("/gifts/coffee.svg", "image/svg+xml"),
        ("/font.woff2", "font/woff2"),
    ],
)
def test_each_kind_of_file_is_called_by_its_name(client: Client, path: str, kind: str) -> None:
    assert client.get(path).headers["Content-Type"] == kind


@pytest.mark.parametrize("path", ["/firebase.json", "/.npmrc", "/drafts/page", "/drafts/page.html"])
def test_what_is_not_deployed_is_not_served(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.text) == (404, "no such page")
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_later_of_two_rules_holds(client: Client) -> None:
    assert client.get("/gifts/coffee.svg").headers.getlist("Cache-Control") == ["max-age=60"]


def test_https_is_insisted_on_only_where_there_is_https(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert client.get("/", base_url="https://upup.example").headers["Strict-Transport-Security"] == "max-age=1"


def test_an_unchanged_file_is_not_sent_again(client: Client, tmp_path: Path) -> None:
    tag = client.get("/").headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = client.get("/", headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    (tmp_path / "index.html").write_text("a new start page")
    changed = client.get("/", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.text) == (200, "a new start page")


def test_a_page_is_read_and_not_written(client: Client) -> None:
    head = client.head("/")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "10")
    refused = client.post("/")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


def test_a_sign_that_the_sandbox_does_not_read_is_refused() -> None:
    with pytest.raises(ValueError, match="signs"):
        glob("**/*.@(js|css)")


def test_the_real_pages_are_served_strictly() -> None:
    headers = Client(StaticPages(ROOT / "web")).get("/portal/sends/snd_1", base_url="https://upup.example").headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert int(headers["Strict-Transport-Security"].partition("=")[2].partition(";")[0]) >= 31_536_000
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
