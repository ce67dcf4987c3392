"""Staff are who Identity-Aware Proxy says they are, and on our list; whoever else says so is not believed."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Request
from google.auth import jwt
from google.auth.crypt import RSASigner
from google.auth.crypt.es import EsSigner
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import create_environ

from sandbox.stand_ins.web import WebServer
from shared.domain.errors import Forbidden, Unauthenticated
from shared.http.staff import HEADER, ISSUER, StaffDoor
from shared.ports import SupplierUnavailable
from shared.settings import StaffSettings

AUDIENCE = "/projects/17/global/backendServices/4711"
KEY_ID = "key-1"


def new_key() -> Any:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


@dataclass
class Proxy:
    """Signs as the proxy does, and publishes its keys; `asked` counts how often."""

    key: Any = field(default_factory=new_key)
    status: int = 200
    asked: int = 0

    def __post_init__(self) -> None:
        app = Flask("keys")
        app.add_url_rule("/keys", view_func=self._keys)
        self.server = WebServer(app)

    def _keys(self) -> tuple[dict[str, str], int]:
        self.asked += 1
        return {KEY_ID: public(self.key)}, self.status

    def door(self, *emails: str) -> StaffDoor:
        return StaffDoor(
            StaffSettings(iap_audience=AUDIENCE, staff_emails=emails, iap_certs_url=f"{self.server.url}/keys"), 2
        )

    def token(self, key: Any = None, key_id: str | None = KEY_ID, **changes: Any) -> str:
        return signed(EsSigner(key or self.key, key_id=key_id), claims(**changes))


def signed(signer: Any, body: dict[str, object]) -> str:
    return str(jwt.encode(signer, body).decode())  # type: ignore[no-untyped-call]  # google-auth has no types


def claims(**changes: object) -> dict[str, object]:
    now = int(time.time())
    usual: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "email": "anna@upup.example",
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.server.close()


@pytest.fixture(scope="module")
def door() -> Iterator[StaffDoor]:
    """One that has its keys already."""
    proxy = Proxy()
    door = proxy.door("anna@upup.example")
    door.member(request(proxy.token()))
    yield door
    proxy.server.close()


def request(token: str | None, **headers: str) -> Request:
    given = headers if token is None else {HEADER: token, **headers}
    return Request(create_environ("/v1/staff/deliveries", headers=given))


@pytest.mark.parametrize("email", ["anna@upup.example", "Anna@UpUp.Example", "ANNA@UPUP.EXAMPLE"])
@pytest.mark.parametrize("listed", ["anna@upup.example", "ANNA@upup.example"])
def test_who_the_proxy_names_and_the_list_has_comes_in_however_it_is_written(
    proxy: Proxy, email: str, listed: str
) -> None:
    door = proxy.door("karin@upup.example", listed)
    assert door.member(request(proxy.token(email=email))) == "anna@upup.example"


def test_who_is_not_on_the_list_is_forbidden(proxy: Proxy) -> None:
    with pytest.raises(Forbidden):
        proxy.door("karin@upup.example").member(request(proxy.token()))
    with pytest.raises(Forbidden):
        proxy.door().member(request(proxy.token()))


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "/projects/17/global/backendServices/1"},
    "several audiences": {"aud": [AUDIENCE]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://accounts.google.com"},
    "no issuer": {"iss": None},
    "expired": {"iat": int(time.time()) - 3_600, "exp": int(time.time()) - 60},
    "never expires": {"exp": None},
    "not yet": {"iat": int(time.time()) + 3_600, "exp": int(time.time()) + 7_200},
    "of no time": {"iat": "today"},
    "nobody": {"email": None},
    "no text": {"email": ["anna@upup.example"]},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_a_header_that_the_proxy_signed_for_something_else_opens_nothing(proxy: Proxy, wrong: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        proxy.door("anna@upup.example").member(request(proxy.token(**wrong)))


def test_a_signature_by_another_key_opens_nothing(proxy: Proxy) -> None:
    for token in (
        proxy.token(new_key()),
        proxy.token(new_key(), key_id=None),
        proxy.token(key_id="key-2"),
        proxy.token(new_key(), key_id="key-2"),
    ):
        with pytest.raises(Unauthenticated):
            proxy.door("anna@upup.example").member(request(token))


def test_claims_that_were_changed_after_they_were_signed_open_nothing(proxy: Proxy) -> None:
    header, _, signature = proxy.token(email="karin@upup.example").split(".")
    with pytest.raises(Unauthenticated):
        proxy.door("anna@upup.example").member(request(f"{header}.{part(claims())}.{signature}"))


def part(body: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")


@pytest.mark.parametrize("algorithm", ["none", "None", "", "HS256", "RS256", "ES384", None, ["ES256"], {"a": 1}])
def test_a_header_that_chooses_its_own_algorithm_opens_nothing(proxy: Proxy, algorithm: object) -> None:
    body = part(claims())
    _, _, signature = proxy.token().split(".")
    for header in ({"alg": algorithm, "kid": KEY_ID}, {"alg": algorithm}, {"kid": KEY_ID}):
        for signed in ("", signature):
            with pytest.raises(Unauthenticated):
                proxy.door("anna@upup.example").member(request(f"{part(header)}.{body}.{signed}"))


def test_an_rsa_signature_under_the_proxys_key_id_opens_nothing(proxy: Proxy) -> None:
    key = rsa.generate_private_key(65537, 2048)
    token = signed(RSASigner(key, key_id=KEY_ID), claims())  # type: ignore[no-untyped-call]  # google-auth has no types
    with pytest.raises(Unauthenticated):
        proxy.door("anna@upup.example").member(request(token))


NO_TOKENS = [
    "",
    " ",
    "anna@upup.example",
    "..",
    "a.b.c",
    "å.ä.ö",
    ".".join([part({})] * 3),
    ".".join([part("x")] * 3),
    "[" * 5_000,
    ".".join([base64.urlsafe_b64encode(b"[" * 5_000).decode()] * 3),
]


@pytest.mark.parametrize("token", NO_TOKENS)
def test_what_is_no_token_opens_nothing(door: StaffDoor, token: str) -> None:
    with pytest.raises(Unauthenticated):
        door.member(request(token))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=80))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_text_whatever_makes_the_door_fail(door: StaffDoor, text: str) -> None:
    with pytest.raises(Unauthenticated):
        door.member(request(text))


def test_a_session_or_the_proxys_unsigned_headers_open_nothing(proxy: Proxy) -> None:
    unsigned = {"X-Goog-Authenticated-User-Email": "accounts.google.com:anna@upup.example"}
    cookies = {"Cookie": f"session=x; __Host-session=x; {HEADER}={proxy.token()}"}
    bearer = {"Authorization": f"Bearer {proxy.token()}"}
    for headers in ({}, unsigned, cookies, bearer):
        with pytest.raises(Unauthenticated):
            proxy.door("anna@upup.example").member(request(None, **headers))


def test_the_keys_are_fetched_once_and_then_remembered(proxy: Proxy) -> None:
    door = proxy.door("anna@upup.example")
    for _ in range(5):
        door.member(request(proxy.token()))
    assert proxy.asked == 1


def test_without_the_keys_nobody_comes_in_and_it_is_not_their_fault(proxy: Proxy) -> None:
    door = proxy.door("anna@upup.example")
    proxy.status = 500
    with pytest.raises(SupplierUnavailable):
        door.member(request(proxy.token()))
    proxy.server.close()
    with pytest.raises(SupplierUnavailable):
        door.member(request(proxy.token()))
    proxy.server.open()
    proxy.status = 200
    assert door.member(request(proxy.token())) == "anna@upup.example"


def test_no_refusal_repeats_what_the_header_said(proxy: Proxy) -> None:
    for token in (proxy.token(aud="secret-audience"), "secret", part({"secret": 1})):
        with pytest.raises(Unauthenticated) as caught:
            proxy.door("anna@upup.example").member(request(token))
        assert "secret" not in caught.value.detail
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
