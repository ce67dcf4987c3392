"""The Idempotency-Key of a request: which are taken, and what follows from one without a database."""

from datetime import UTC, datetime

import pytest
from flask import Flask, request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from shared.database.queries.people import Session
from shared.database.transactions import Transaction
from shared.domain.errors import NotAcceptable
from shared.http.call import Call
from shared.http.idempotency import LONGEST_KEY, Once, read_once
from shared.privacy.tokens import TokenHasher

APP = Flask(__name__)
TOKENS = TokenHasher(bytes(32))
PRINTABLE = st.text(alphabet=[chr(code) for code in range(33, 127)], min_size=1, max_size=LONGEST_KEY)


def read(key: str | None, *body: bytes, company: str = "acc_1", operation: str = "sends") -> Once:
    headers = Headers([("Idempotency-Key", key)] if key is not None else [])
    with APP.test_request_context("/v1/sends", method="POST", headers=headers):
        session = Session("mbr_1", company, "owner", "per_1")
        call = Call(request, {}, datetime(2026, 11, 23, tzinfo=UTC), session)
        return read_once(call, TOKENS, operation, list(body))


def test_a_request_without_a_key_makes_something_new_each_time() -> None:
    once = read(None, b"body")
    assert once.key_hmac is None
    no_transaction = Transaction(None)
    assert once.make_id(no_transaction, "top") != once.make_id(no_transaction, "top")


@given(PRINTABLE)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_same_key_is_the_same_request_and_the_key_itself_is_kept_nowhere(key: str) -> None:
    once, again = read(key, b"body"), read(key, b"body")
    assert once == again
    assert once.key_hmac is not None
    assert len(once.key_hmac) == len(once.body_hmac) == 32


def test_another_company_operation_or_key_is_another_request() -> None:
    hmacs = {
        once.key_hmac
        for once in (
            read("key", b"x"),
            read("Key", b"x"),
            read("key", b"x", company="acc_2"),
            read("key", b"x", operation="top-ups"),
        )
    }
    assert len(hmacs) == 4


def test_another_body_is_told_apart_also_when_only_the_parts_borders_move() -> None:
    hmacs = {read("key", *body).body_hmac for body in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""], [])}
    assert len(hmacs) == 5


@pytest.mark.parametrize("key", ["", "x" * (LONGEST_KEY + 1), "nyckel-å", "a\tb", "a\x7fb"])
def test_a_key_that_cannot_be_used_is_refused_by_name(key: str) -> None:
    with pytest.raises(NotAcceptable) as refused:
        read(key)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("Idempotency-Key", "invalid")]


@pytest.mark.parametrize("key", ["x", "x" * LONGEST_KEY, "3f1e-42 a~!"])
def test_a_key_within_bounds_is_taken(key: str) -> None:
    assert read(key).key_hmac is not None
