"""The console's calls for faults and for members of staff."""

from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2 import id_token

from sandbox.clock import SandboxClock
from sandbox.console import World, create_app
from sandbox.mariadb import Access
from sandbox.processes import free_port
from sandbox.run import IAP_AUDIENCE, Run
from sandbox.settings import environment
from sandbox.stand_ins.__main__ import make_world, serve_suppliers
from sandbox.stand_ins.web import WebServer

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(str(EXAMPLE), str(tmp_path), web_port=1, console_port=1)


@pytest.fixture
def world(run: Run) -> World:
    """A world whose database is down: nothing listens on its port."""
    SandboxClock(run.clock_file).set_to_ten_in_stockholm()
    access(run).save(run.database_file)
    run.function_logs.mkdir(parents=True)
    return make_world(run)


@pytest.fixture
def console(world: World) -> FlaskClient:
    return create_app(world).test_client()


def access(run: Run) -> Access:
    return Access(free_port(), str(run.database_folder / "data"), "upup", "secret", "secret")


def test_a_fault_bites_each_supplier_where_the_functions_are_told_to_call_it(
    console: FlaskClient, run: Run, world: World
) -> None:
    given = environment(run, access(run), "")
    servers = serve_suppliers(run, world)
    statuses = {}
    for name in servers:
        url = given[f"{name.upper()}_URL"]
        made = console.post("/api/faults", json={"provider": name, "kind": "error", "count": 1})
        statuses[name] = (requests.get(url, timeout=5).status_code, made.status_code)
        assert requests.get(url, timeout=5).status_code in (401, 404)
    for server in servers.values():
        server.close()
    assert statuses == dict.fromkeys(("lekab", "clearon", "stripe", "mailchimp", "hubspot"), (500, 201))


def test_a_fault_is_made_listed_with_how_often_it_bit_and_deleted(console: FlaskClient, world: World) -> None:
    body = {"provider": "lekab", "kind": "error", "probability": 1, "count": 3, "seed": 7}
    made = console.post("/api/faults", json=body)
    assert made.status_code == 201
    assert made.get_json() == {**body, "id": made.get_json()["id"], "seconds": None, "bitten": 0}
    assert world.faults.of("lekab").bites("error")
    (listed,) = console.get("/api/faults").get_json()["items"]
    assert listed == {**made.get_json(), "bitten": 1}
    assert console.delete(f"/api/faults/{listed['id']}").status_code == 200
    assert console.get("/api/faults").get_json() == {"items": []}
    assert console.delete(f"/api/faults/{listed['id']}").status_code == 404


def test_what_is_left_out_has_its_usual_value_and_a_seed_to_repeat_it_with(console: FlaskClient) -> None:
    made = console.post("/api/faults", json={"provider": "pubsub", "kind": "duplicate"}).get_json()
    assert (made["probability"], made["count"]) == (1, None)
    assert isinstance(made["seed"], int)


def test_all_faults_end_at_once(console: FlaskClient) -> None:
    for kind in ("error", "slow"):
        console.post("/api/faults", json={"provider": "stripe", "kind": kind})
    assert console.delete("/api/faults").get_json() == {"deleted": 2}
    assert console.get("/api/faults").get_json() == {"items": []}


@pytest.mark.parametrize(
    "body", [{"provider": "lekab", "kind": "sloth"}, {"provider": "database", "kind": "reorder"}, {}, []]
)
def test_a_fault_that_cannot_be_is_400_with_the_reason(console: FlaskClient, body: Any) -> None:
    answer = console.post("/api/faults", json=body)
    assert answer.status_code == 400
    assert "must be" in answer.get_json()["error"] or "cannot have reorder" in answer.get_json()["error"]
    assert console.get("/api/faults").get_json() == {"items": []}


def test_without_a_database_stats_and_the_clock_go_on_and_a_dump_says_why_there_is_none(console: FlaskClient) -> None:
    assert console.get("/api/stats").get_json()["database"] == {"statements": 0}
    assert console.post("/api/clock/advance", json={"days": 1}).status_code == 200
    dump = console.get("/api/dump")
    assert (dump.status_code, dump.get_json()["code"]) == (503, "database_down")
    assert dump.get_json()["error"] == "the database is down: nothing can be dumped"


def test_a_token_is_what_googles_library_accepts_with_the_keys_that_the_settings_name(
    console: FlaskClient, world: World, run: Run
) -> None:
    answer = console.post("/api/staff/token", json={"email": "staff@upup.example"}).get_json()
    assert answer["header"] == "X-Goog-IAP-JWT-Assertion"
    settings = environment(run, access(run), "")
    server = WebServer(world.iap.app, run.iap_port)
    claims = id_token.verify_token(
        answer["value"], Request(), audience=settings["IAP_AUDIENCE"], certs_url=settings["IAP_CERTS_URL"]
    )
    assert claims["email"] == "staff@upup.example"
    assert claims["email"] in settings["STAFF_EMAILS"].split(",")
    assert (claims["iss"], claims["aud"]) == ("https://cloud.google.com/iap", IAP_AUDIENCE)
    assert claims["sub"].startswith("accounts.google.com:")
    (pem,) = requests.get(settings["IAP_CERTS_URL"], timeout=5).json().values()
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")
    server.close()


def test_a_token_of_another_sandbox_is_not_accepted(console: FlaskClient, run: Run, world: World) -> None:
    server = WebServer(make_world(run).iap.app)
    token = console.post("/api/staff/token", json={"email": "staff@upup.example"}).get_json()["value"]
    with pytest.raises(GoogleAuthError):
        id_token.verify_token(token, Request(), certs_url=f"{server.url}/iap/verify/public_key")
    server.close()


def test_anybody_gets_a_token_so_that_a_refusal_can_be_tried(console: FlaskClient) -> None:
    assert console.post("/api/staff/token", json={"email": "mallory@evil.example"}).status_code == 200
    assert console.post("/api/staff/token", json={"email": " "}).status_code == 400


def test_a_checkout_is_paid_at_an_address_that_no_fault_of_stripe_reaches(world: World, run: Run) -> None:
    assert world.stripe.app.config["PAGES_URL"] == f"http://127.0.0.1:{run.checkout_port}"
    assert run.checkout_port != run.stripe_port
