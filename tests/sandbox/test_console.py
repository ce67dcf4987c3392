"""The console's JSON calls, over real stand-ins and a real database."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from sandbox.clock import SandboxClock
from sandbox.console import World, create_app
from sandbox.mariadb import MariaDb
from sandbox.run import DATABASE, Run
from sandbox.stand_ins.__main__ import make_world
from sandbox.stand_ins.web import WebServer
from tests.architecture.rules_source import ROOT
from tests.sandbox.conftest import Receiver

EXAMPLE = Path(__file__).parent / "example"
NUMBER = "+46701740605"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with MariaDb(tmp_path_factory.mktemp("server")) as server:
        server.create_database(DATABASE)
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Stands for the product: takes every callback and every scheduled run."""
    receiver = Receiver()
    server = WebServer(receiver.app)
    receiver.url = server.url
    yield receiver
    server.close()


@pytest.fixture
def world(tmp_path: Path, server: MariaDb, receiver: Receiver) -> World:
    port = int(receiver.url.rpartition(":")[2])
    run = Run(str(EXAMPLE), str(tmp_path), web_port=port, console_port=1, schedule_functions_port=port)
    SandboxClock(run.clock_file).set_to_ten_in_stockholm()
    server.access.save(run.database_file)
    run.function_logs.mkdir(parents=True)
    return make_world(run)


@pytest.fixture
def console(world: World) -> FlaskClient:
    return create_app(world).test_client()


def send_sms(world: World, sender: str = "+46701740699") -> None:
    with_server = WebServer(world.lekab.app)
    username, password = world.lekab._credentials
    body = {"username": username, "password": password, "from": sender, "to": [NUMBER], "message": "Hej!"}
    requests.post(f"{with_server.url}/restsms/lekabrest/send", json=body, timeout=5).raise_for_status()
    with_server.close()


@pytest.mark.parametrize("to", [NUMBER, "46701740605", "070-174 06 05", "0046701740605"])
def test_sms_are_found_by_number_however_it_is_written(world: World, console: FlaskClient, to: str) -> None:
    send_sms(world)
    (sms,) = console.get("/api/sms", query_string={"to": to}).get_json()["items"]
    assert (sms["to"], sms["from"], sms["message"]) == (NUMBER, "+46701740699", "Hej!")


def test_no_sms_for_another_number(world: World, console: FlaskClient) -> None:
    send_sms(world)
    assert console.get("/api/sms?to=0701740606").json == {"items": []}
    assert len(console.get("/api/sms").get_json()["items"]) == 1


def test_a_reply_reaches_the_product_before_the_call_is_answered(
    world: World, console: FlaskClient, receiver: Receiver
) -> None:
    body = {"to": "+46701740699", "from": "070-174 06 05", "message": "STOPP"}
    assert console.post("/api/sms/reply", json=body).status_code == 200
    (call,) = receiver.calls
    assert call.path.endswith("/mo")
    assert (call.query["from"], call.query["message"]) == ("46701740605", "STOPP")


def test_a_name_cannot_be_answered(console: FlaskClient) -> None:
    response = console.post("/api/sms/reply", json={"to": "Kaffebaren", "from": NUMBER, "message": "STOPP"})
    assert response.status_code == 409
    assert "Kaffebaren" in response.get_json()["error"]


def test_a_till_refuses_a_code_that_nobody_issued(console: FlaskClient) -> None:
    assert console.post("/api/till/redeem", json={"code": "1234567"}).status_code == 404


def test_a_checkout_that_does_not_exist_is_404(console: FlaskClient) -> None:
    body = {"checkout_url": "http://127.0.0.1/c/pay/cs_test_nothing"}
    assert console.post("/api/stripe/complete", json=body).status_code == 404


def test_the_clock_moves_for_all_and_tells_what_ran(console: FlaskClient, world: World, receiver: Receiver) -> None:
    before = world.clock.now()
    answer = console.post("/api/clock/advance", json={"days": 2, "hours": 1}).get_json()
    assert answer["runs"] == [{"function": "job", "status": 200, "times": 49}]
    assert answer["now"] <= console.get("/api/clock").get_json()["now"]
    assert 49 * 3600 <= (world.clock.now() - before).total_seconds() < 49 * 3600 + 60
    assert [call.path for call in receiver.calls] == ["job"] * 49


@pytest.mark.parametrize("body", [{}, {"days": 0}, {"days": -1}, {"days": "1"}, {"days": 10**6}, {"hours": None}, []])
def test_a_step_of_the_clock_that_makes_no_sense_is_400(console: FlaskClient, body: Any) -> None:
    response = console.post("/api/clock/advance", json=body)
    assert response.status_code == 400
    assert response.get_json()["error"]


def test_a_scheduled_function_runs_when_asked_to(console: FlaskClient, receiver: Receiver) -> None:
    assert console.post("/api/schedule/run", json={"function": "job"}).json == {"function": "job", "status": 200}
    assert [call.path for call in receiver.calls] == ["job"]


def test_an_unknown_function_is_404_and_a_failing_one_502(console: FlaskClient, receiver: Receiver) -> None:
    assert console.post("/api/schedule/run", json={"function": "nobody"}).status_code == 404
    receiver.failures = 1
    response = console.post("/api/schedule/run", json={"function": "job"})
    assert (response.status_code, response.get_json()["error"]) == (502, "job answered 500")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/sms/reply", b"{"),
        ("/api/sms/reply", b'{"to": "+46701740699"}'),
        ("/api/till/redeem", b'{"code": 1234567}'),
        ("/api/till/redeem", b'{"code": " "}'),
        ("/api/stripe/complete", b"[]"),
        ("/api/schedule/run", b""),
    ],
)
def test_a_malformed_body_is_400_and_says_what_is_missing(console: FlaskClient, path: str, body: bytes) -> None:
    response = console.post(path, data=body)
    assert response.status_code == 400
    assert "body must" in response.get_json()["error"]


def test_who_is_a_member_or_a_contact_is_listed_and_counted(console: FlaskClient, world: World) -> None:
    email = "asa@exempel.example"
    hubspot = {"id": email, "idProperty": "email", "properties": {"email": email}}
    world.hubspot.upsert([hubspot])
    digest = hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()
    world.mailchimp.keep(digest, {"email_address": email, "status_if_new": "subscribed"})
    (member,) = console.get("/api/mailchimp/members").get_json()["items"]
    (contact,) = console.get("/api/hubspot/contacts").get_json()["items"]
    assert (member["email_address"], contact["properties"]["email"]) == (email, email)
    stats = console.get("/api/stats").get_json()
    assert (stats["mailchimp"]["members"], stats["hubspot"]["contacts"]) == (1, 1)


def test_stats_have_every_provider(console: FlaskClient, world: World) -> None:
    send_sms(world)
    stats = console.get("/api/stats").get_json()
    assert stats["lekab"] == {"requests": 1, "sms": 1, "numbers": 1, "numbers_with_several_sms": 0}
    assert stats["clearon"].keys() >= {"requests", "coupons", "references", "references_with_several_coupons"}
    assert stats["stripe"].keys() >= {"events_sent"}
    assert stats["mailchimp"] == {"requests": 0, "members": 0, "forgotten": 0, "most_at_once": 0}
    assert stats["hubspot"] == {"requests": 0, "contacts": 0, "blocked": 0}
    assert stats["kms"] == {"encrypt": 0, "decrypt": 0}
    assert stats["pubsub"] == {"published": 0, "pushed": 0, "dead": 0, "refused": 0}
    assert stats["database"]["statements"] > 0


def test_a_dump_holds_database_binary_logs_backlog_and_function_logs(
    console: FlaskClient, world: World, server: MariaDb
) -> None:
    (world.function_logs / "http.log").write_text("a line of a function", "utf-8")
    dump = console.get("/api/dump")
    assert dump.mimetype == "text/plain"
    parts = ["===== SQL dump", "===== binary logs", "===== message backlog", "===== log http.log"]
    places = [dump.text.index(part) for part in parts]
    assert places == sorted(places)
    assert "CREATE DATABASE `upup`" in dump.text
    assert "a line of a function" in dump.text


def test_what_phones_got_is_not_in_the_dump(console: FlaskClient, world: World) -> None:
    send_sms(world)
    assert NUMBER[1:] in console.get("/api/sms").text
    assert NUMBER[1:] not in console.get("/api/dump").text


def test_the_page_runs_only_its_own_script(console: FlaskClient) -> None:
    page = console.get("/")
    assert 'src="/main.js"' in page.text
    assert "<script>" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "trusted-types 'none'" in policy
    assert "unsafe" not in policy
    assert console.get("/main.js").mimetype == "text/javascript"
    assert console.get("/console.css").mimetype == "text/css"


def test_style_and_modules_are_the_products_and_nothing_else_of_its_pages_is_served(console: FlaskClient) -> None:
    for path in ("style.css", "modules/ui.js", "pages/texts/sv.js"):
        file = ROOT / "web" / path.removeprefix("pages/")
        assert console.get(f"/{path}").data == file.read_bytes()
    for path in ("/pages/index.html", "/modules/../hosting.json", "/hosting.json", "/../app.py", "/modules/"):
        assert console.get(path).status_code == 404


def test_one_call_has_all_that_the_page_shows(world: World, console: FlaskClient) -> None:
    send_sms(world)
    live = console.get("/api/live").get_json()
    assert live["phone"]["number"] == NUMBER
    assert [sms["message"] for sms in live["phone"]["items"]] == ["Hej!"]
    assert (live["mailbox"]["items"], live["gifts"], live["checkouts"], live["faults"]) == ([], [], [], [])
    assert live["jobs"] == ["job"]
    assert live["product_url"] == world.public_url
    assert live["stats"].keys() >= {"lekab", "database"}
    assert console.get("/api/live?number=070-174 06 06").get_json()["phone"]["items"] == []


def test_a_conversation_has_what_the_phone_wrote_in_its_place(world: World, console: FlaskClient) -> None:
    send_sms(world)
    console.post("/api/sms/reply", json={"to": "+46701740699", "from": NUMBER, "message": "STOPP"})
    items = console.get("/api/live", query_string={"number": NUMBER}).get_json()["phone"]["items"]
    assert {(one["own"], one["message"]) for one in items} == {(False, "Hej!"), (True, "STOPP")}


def test_a_till_reads_only_what_is_a_gifts_link(console: FlaskClient) -> None:
    refused = console.post("/api/till/scan", json={"link": "http://127.0.0.1/elsewhere"})
    assert (refused.status_code, refused.get_json()["code"]) == (400, "malformed")


def test_a_product_that_says_nothing_of_a_gift_is_502(console: FlaskClient, world: World) -> None:
    """The receiver takes every call, and answers none with JSON."""
    answer = console.post("/api/till/scan", json={"link": f"{world.public_url}/g/abc"})
    assert (answer.status_code, answer.get_json()["code"]) == (502, "product_silent")


def test_the_keys_that_terraform_makes_are_there(world: World) -> None:
    ring = "projects/upup-sandbox/locations/europe-north1/keyRings/upup"
    for key in ("transit", "fingerprints"):
        wrapped = world.kms.encrypt(f"{ring}/cryptoKeys/{key}", b"secret", b"context")
        assert b"secret" not in wrapped
