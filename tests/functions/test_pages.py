"""The pages as the sandbox serves them, by the functions that are deployed, from the bucket that stands for web/."""

import http.client
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.running import Addresses
from shared.http.pages.hosting import CONFIG, Hosting
from shared.http.staff import HEADER
from tests.architecture.rules_source import ROOT
from tests.functions.program import SECONDS, Program, refused, staff_member

WEB = ROOT / "web"
HOSTING = Hosting.read((WEB / CONFIG).read_bytes())
NAMES = sorted(file.relative_to(WEB).as_posix() for file in WEB.rglob("*") if file.is_file())
SERVED = [name for name in NAMES if not HOSTING.is_ignored(name)]


def got(program: Program, path: str, **headers: str) -> requests.Response:
    """Without `Program`'s look at the API's description, which knows no pages."""
    return program.session.get(f"{program.at.web}{path}", headers=headers, timeout=SECONDS, allow_redirects=False)


def test_every_file_is_served_as_it_is_and_staffs_to_staff_alone(nobody: Program, staff: Program) -> None:
    assert len(SERVED) > 100
    for name in SERVED:
        answer = got(staff if name.startswith("staff/") else nobody, f"/{name}")
        assert (answer.status_code, answer.content) == (200, (WEB / name).read_bytes()), name
        if name.startswith("staff/"):
            refused(got(nobody, f"/{name}", **{HEADER: "made-up"}), 401)


def test_what_is_no_page_is_not_served(nobody: Program) -> None:
    assert CONFIG in NAMES and "package.json" in NAMES
    for name in set(NAMES) - set(SERVED):
        assert got(nobody, f"/{name}").status_code == 404, name


def test_a_page_is_sent_again_only_once_it_has_changed(nobody: Program) -> None:
    tag = got(nobody, "/portal").headers["ETag"]
    again = got(nobody, "/portal/sends/snd_1", **{"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/favicon.ico", "/favicon.svg"])
def test_the_icon_that_browsers_ask_for_by_themselves_is_there(nobody: Program, path: str) -> None:
    answer = got(nobody, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    "path", ["/robots.txt", "/nothing", "/../staff/main.js", "/%2e%2e/main.py", "/a%00b", "/a%0ab", "/" + "x" * 4000]
)
def test_a_path_that_leads_nowhere_ends_at_the_page_that_says_so(upup: Addresses, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(upup.web).netloc, timeout=SECONDS)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (404, (WEB / "404.html").read_bytes())
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    connection.close()


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/staff/nothing", "/v1/sends/"])
def test_a_call_that_no_function_has_is_a_problem(nobody: Program, path: str) -> None:
    refused(got(nobody, path), 404)


def test_who_comes_through_the_proxy_and_is_not_of_the_staff_is_told_so(upup: Addresses) -> None:
    answer = got(staff_member(upup, "anna@kaffebaren.example"), "/staff", Accept="text/html")
    assert (answer.status_code, answer.content) == (403, (WEB / "403.html").read_bytes())
    assert answer.headers["Cache-Control"] == "no-store"
