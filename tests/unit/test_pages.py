"""The pages as a browser gets them: found by path, with their headers, to whom they are for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from flask import Request
from werkzeug.test import Client

from shared.domain.errors import Forbidden, Unauthenticated
from shared.http.pages.edge import Pages
from shared.http.pages.hosting import glob
from shared.http.pages.static_pages import StaticPages
from shared.ports import SupplierUnavailable
from tests.architecture.rules_source import ROOT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

RULES = {
    "ignore": ["hosting.json", "**/.*", "drafts/**"],
    "rewrites": [
        {"source": "/favicon.ico", "destination": "/favicon.svg"},
        {"source": "/portal/**", "destination": "/portal/index.html"},
        {"source": "/staff/**", "destination": "/staff/index.html"},
    ],
    "headers": [
        {"source": "**", "headers": {"Cache-Control": "max-age=0", "Strict-Transport-Security": "max-age=1"}},
        {"source": "/gifts/*.svg", "headers": {"Cache-Control": "max-age=60"}},
        {"source": "/staff/**", "headers": {"Cache-Control": "private"}},
    ],
}
FILES = {
    "hosting.json": json.dumps(RULES),
    "403.html": "not for you",
    "404.html": "no such page",
    "index.html": "start page",
    "login.html": "log in",
    "favicon.svg": "<svg/>",
    "portal/index.html": "portal",
    "portal/main.js": "1",
    "gifts/coffee.svg": "<svg/>",
    "font.woff2": "wOF2",
    "drafts/page.html": "not yet",
    ".npmrc": "x",
    "staff/index.html": "staff",
    "staff/main.js": "2",
}


@dataclass
class FakeSite:
    files: dict[str, str] = field(default_factory=lambda: dict(FILES))
    is_away: bool = False

    def read(self, path: str) -> bytes | None:
        if self.is_away:
            raise SupplierUnavailable("site: no connection")
        return self.files[path].encode() if path in self.files else None


class FakeDoor:
    """Lets in whoever says that they are staff."""

    def member(self, request: Request) -> str:
        said = request.headers.get("I-Am")
        if said is None:
            raise Unauthenticated("Come through the proxy.")
        if said != "staff":
            raise Forbidden("This is for staff.")
        return said


@dataclass
class FakeParts:
    site: FakeSite
    public_url: str = "https://upup.example"
    staff_door: Any = field(default_factory=FakeDoor)

    @property
    def core(self) -> Any:
        return self


def client_of(site: FakeSite, *, staff: bool = False, public_url: str = "https://upup.example") -> Client:
    pages = Pages(FakeParts(site, public_url), staff=staff)

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return pages.answer(Request(environ))(environ, start_response)

    return Client(application)


@pytest.fixture
def site() -> FakeSite:
    return FakeSite()


@pytest.fixture
def client(site: FakeSite) -> Client:
    return client_of(site)


@pytest.fixture
def staff(site: FakeSite) -> Client:
    return client_of(site, staff=True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "start page"),
        ("/login", "log in"),
        ("/login/", "log in"),
        ("/login?token=x", "log in"),
        ("/login.html", "log in"),
        ("/favicon.ico", "<svg/>"),
        ("/portal", "portal"),
        ("/portal/", "portal"),
        ("/portal/sends/snd_1", "portal"),
        ("/portal/main.js", "1"),
    ],
)
def test_a_path_finds_its_page_or_its_file(client: Client, path: str, text: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.text) == (200, text)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/portal/main.js", "text/javascript; charset=utf-8"),
        ("/gifts/coffee.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
        ("/font.woff2", "font/woff2"),
    ],
)
def test_each_kind_of_file_is_called_by_its_name(client: Client, path: str, kind: str) -> None:
    assert client.get(path).headers["Content-Type"] == kind


ODD = ["/nothing", "/portals", "/../hosting.json", "/%2e%2e/hosting.json", "/" + "x" * 5000, "/a%00b", "/a%0ab", "/%ff"]


@pytest.mark.parametrize("path", ["/hosting.json", "/.npmrc", "/drafts/page", "/drafts/page.html", *ODD])
def test_what_is_not_there_or_not_to_be_served_is_404(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.text) == (404, "no such page")
    assert response.headers["Cache-Control"] == "max-age=0"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_later_of_two_rules_holds(client: Client) -> None:
    assert client.get("/gifts/coffee.svg").headers.getlist("Cache-Control") == ["max-age=60"]


def test_https_is_insisted_on_only_where_there_is_https(client: Client, site: FakeSite) -> None:
    assert client.get("/").headers["Strict-Transport-Security"] == "max-age=1"
    assert "Strict-Transport-Security" not in client_of(site, public_url="http://127.0.0.1:8080").get("/").headers


def test_an_unchanged_file_is_not_sent_again(client: Client, site: FakeSite) -> None:
    tag = client.get("/").headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/", headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == "max-age=0"
    site.files["index.html"] = "a new start page"
    changed = client.get("/", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.text) == (200, "a new start page")


def test_a_page_is_read_and_not_written(client: Client) -> None:
    head = client.head("/")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "10")
    refused = client.post("/")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/v1/staff/nothing"])
def test_a_call_that_is_not_there_is_a_problem_that_nobody_keeps(client: Client, path: str) -> None:
    for response in (client.get(path), client.post(path)):
        assert (response.status_code, response.mimetype) == (404, "application/problem+json")
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/staff", "/staff/", "/staff/main.js", "//staff/main.js", "/portal/../staff/main.js"])
def test_staffs_pages_are_not_among_those_for_everybody(client: Client, path: str) -> None:
    text = client.get(path).text
    assert text in ("no such page", "portal")


@pytest.mark.parametrize(("path", "text"), [("/staff", "staff"), ("/staff/accounts", "staff"), ("/staff/main.js", "2")])
def test_staff_see_staffs_pages(staff: Client, path: str, text: str) -> None:
    assert staff.get(path, headers={"I-Am": "staff"}).text == text


def test_staffs_function_has_no_other_pages(staff: Client) -> None:
    assert staff.get("/login", headers={"I-Am": "staff"}).status_code == 404


@pytest.mark.parametrize("path", ["/staff", "/staff/main.js", "/staff/nothing", "/elsewhere"])
def test_nobody_sees_staffs_pages_without_the_proxys_word(staff: Client, path: str) -> None:
    for response in (staff.get(path), staff.head(path), staff.post(path)):
        assert (response.status_code, response.mimetype) == (401, "application/problem+json")
        assert response.headers["Cache-Control"] == "no-store"


def test_who_is_not_of_the_staff_is_told_so_on_a_page(staff: Client) -> None:
    response = staff.get("/staff", headers={"I-Am": "anna", "Accept": "text/html,*/*"})
    assert (response.status_code, response.text) == (403, "not for you")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Strict-Transport-Security"] == "max-age=1"
    assert staff.get("/staff/main.js", headers={"I-Am": "anna"}).mimetype == "application/problem+json"


@pytest.mark.parametrize("is_staffs", [False, True])
def test_pages_that_are_away_are_told_of_and_may_be_asked_for_again(site: FakeSite, is_staffs: bool) -> None:
    site.is_away = True
    client = client_of(site, staff=is_staffs)
    for who in ("staff", "anna"):
        response = client.get("/staff", headers={"I-Am": who, "Accept": "text/html"})
        assert (response.status_code, response.mimetype) == (503, "application/problem+json")
        assert response.headers["Cache-Control"] == "no-store"
        assert "Retry-After" in response.headers


def test_a_site_without_its_rules_is_not_served(
    client: Client, site: FakeSite, capsys: pytest.CaptureFixture[str]
) -> None:
    del site.files["hosting.json"]
    response = client.get("/login?token=secret")
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    told = capsys.readouterr().out
    assert "LookupError" in told and "secret" not in told


def test_a_sign_that_is_not_read_is_refused() -> None:
    with pytest.raises(ValueError, match="signs"):
        glob("**/*.@(js|css)")


class Checkout:
    def read(self, path: str) -> bytes | None:
        file = ROOT / "web" / path
        return file.read_bytes() if file.is_file() else None


def real(path: str, *, staff: bool = False) -> dict[str, str]:
    page = StaticPages(Checkout(), lambda name: name.startswith("staff/") == staff, https=True).answer("GET", path)
    assert page.status == 200
    return dict(page.headers)


@pytest.mark.parametrize("staff", [False, True])
def test_the_real_pages_are_served_strictly(staff: bool) -> None:
    headers = real("/staff/accounts" if staff else "/portal/sends/snd_1", staff=staff)
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert int(headers["Strict-Transport-Security"].partition("=")[2].partition(";")[0]) >= 31_536_000
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def kept(headers: dict[str, str]) -> dict[str, str]:
    return {
        name: value for name, _, value in (one.strip().partition("=") for one in headers["Cache-Control"].split(","))
    }


@pytest.mark.parametrize("path", ["/", "/login", "/portal/main.js", "/modules/api.js", "/site.json", "/style.css"])
def test_a_page_and_its_modules_are_of_two_releases_for_a_minute_at_most(path: str) -> None:
    """Their addresses are the same in each release: a browser asks each time, and only the CDN keeps them a while."""
    found = kept(real(path))
    assert (found["max-age"], "must-revalidate" in found, "public" in found) == ("0", True, True)
    assert 0 < int(found["s-maxage"]) <= 60


@pytest.mark.parametrize("path", ["/staff", "/staff/", "/staff/accounts", "/staff/main.js"])
def test_nothing_between_keeps_staffs_pages(path: str) -> None:
    assert set(kept(real(path, staff=True))) == {"private", "no-cache"}
