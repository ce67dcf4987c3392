"""The lines of docs/api.md run as they stand."""

import os
import re
import subprocess
from pathlib import Path

from sandbox.machine import CHECKOUT
from sandbox.running import Addresses
from tests.functions.program import Program

PAGE = CHECKOUT / "docs" / "api.md"
SECONDS = 60


def lines() -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def test_the_lines_of_the_page_run_one_after_the_other(upup: Addresses, tmp_path: Path) -> None:
    run = subprocess.run(  # noqa: S603 - our own page
        ["/bin/bash", "-euo", "pipefail", "-c", lines()],
        cwd=tmp_path,
        env=os.environ | {"API": upup.web, "CONSOLE": upup.console, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    assert '"code":"extra_forbidden"' in run.stdout.replace(" ", ""), "the problem document is shown"


def test_the_description_is_public_may_be_kept_and_is_304_while_it_is_the_same(nobody: Program) -> None:
    first = nobody.get("/v1/openapi.json")
    assert first.json()["openapi"] == "3.1.0"
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = nobody.call("GET", "/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert nobody.call("GET", "/v1/openapi.json", headers={"If-None-Match": '"another"'}).status_code == 200


def test_the_description_names_the_cookie_that_this_address_sets(company: Program) -> None:
    security = company.get("/v1/openapi.json").json()["components"]["securitySchemes"]
    assert security["session"]["name"] in company.session.cookies.keys()  # noqa: SIM118 - a jar, not a dict
