"""Who one is before staff's pages: chosen at the sandbox's load balancer, told to the product in a signed header."""

import pytest
from flask import Flask, request
from werkzeug.test import Client

from sandbox.identity_aware_proxy import SIGN_IN, IdentityAwareProxy

SIGNED = "X-Goog-IAP-JWT-Assertion"


@pytest.fixture
def client() -> Client:
    """Before an application that tells whom the header names."""
    behind = Flask("behind")
    behind.add_url_rule("/<path:path>", view_func=lambda path: f"{path}: {request.headers.get(SIGNED, 'nobody')}")
    return Client(IdentityAwareProxy(behind, lambda email: f"signed {email}", ["one@upup.example", "two@upup.example"]))


def sign_in(client: Client, email: str, back: str = "/staff") -> None:
    answer = client.post(SIGN_IN, data={"email": email, "back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, back)


def test_staffs_pages_ask_first_who_one_is_and_go_on_to_where_one_wanted(client: Client) -> None:
    answer = client.get("/staff/dead-letters")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "one@upup.example" in page and "two@upup.example" in page
    assert 'name="back" value="/staff/dead-letters"' in page
    sign_in(client, "two@upup.example", "/staff/dead-letters")
    assert client.get("/staff/dead-letters").text == "staff/dead-letters: signed two@upup.example"
    assert client.get("/v1/staff/inbox").text == "v1/staff/inbox: signed two@upup.example"


def test_another_person_is_chosen_after_the_first_is_forgotten(client: Client) -> None:
    sign_in(client, "one@upup.example")
    assert client.get("/staff?gcp-iap-mode=CLEAR_LOGIN_COOKIE").headers["Location"].startswith(SIGN_IN)
    assert client.get("/v1/staff/inbox").text == "v1/staff/inbox: nobody"
    sign_in(client, "two@upup.example")
    assert client.get("/staff").text == "staff: signed two@upup.example"


@pytest.mark.parametrize("path", ["/v1/account", "/staffing", "/v1/staffing", "/portal"])
def test_who_one_is_at_staffs_pages_is_told_nowhere_else(client: Client, path: str) -> None:
    sign_in(client, "one@upup.example")
    assert client.get(path).text == f"{path[1:]}: nobody"


def test_a_program_that_brings_the_header_needs_no_cookie(client: Client) -> None:
    sign_in(client, "one@upup.example")
    assert client.get("/v1/staff/inbox", headers={SIGNED: "its own"}).text == "v1/staff/inbox: its own"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/staff", "/staffing", "/portal", '/x"><b>'])
def test_signing_in_leads_to_staffs_pages_only(client: Client, back: str) -> None:
    answer = client.post(SIGN_IN, data={"email": "one@upup.example", "back": back})
    assert answer.headers["Location"] == "/staff"
    assert "<b>" not in client.get(SIGN_IN, query_string={"back": back}).text
