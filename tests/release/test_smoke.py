"""The smoke test against a running UpUp: it passes there, and says what is wrong elsewhere."""

import pytest

from infra.release.smoke import SmokeFailed, smoke
from sandbox.running import Addresses
from tests.functions.program import Program, a_company, ok, with_key


def key_of(program: Program) -> str:
    return str(program.session.headers["Authorization"]).removeprefix("Bearer ")


@pytest.fixture(scope="module")
def owner(upup: Addresses) -> Program:
    return a_company(upup, balance_ore=10_000)


def test_a_test_key_is_enough_and_nothing_is_spent_or_told(upup: Addresses, owner: Program) -> None:
    said: list[str] = []
    program, before = with_key(owner, "test"), owner.account()["balance_ore"]
    key = key_of(program)
    smoke(upup.web, key, "UpUp", said.append)
    assert owner.account()["balance_ore"] == before
    (sent,) = program.sends()
    assert (sent["state"], sent["recipients"]["accepted"]) == ("done", 1)
    assert len(said) == 1 and key not in said[0]


def test_a_key_that_would_send_in_earnest_is_refused_before_it_sends(upup: Addresses, owner: Program) -> None:
    key = key_of(with_key(owner, "live"))
    with pytest.raises(SmokeFailed, match="no test key") as refused:
        smoke(upup.web, key, "UpUp", print)
    assert key not in str(refused.value)
    assert owner.sends() == []


def test_what_is_wrong_is_named_and_the_key_is_not(upup: Addresses) -> None:
    with pytest.raises(SmokeFailed, match=r"GET http://127\.0\.0\.1:9/: ConnectionError"):
        smoke("http://127.0.0.1:9", "upup_test_key", "UpUp", print)
    with pytest.raises(SmokeFailed, match="answers 401") as refused:
        smoke(upup.web, "upup_test_key", "UpUp", print)
    assert "upup_test_key" not in str(refused.value)
    assert ok(Program(upup).get("/v1/plans"))["items"]
