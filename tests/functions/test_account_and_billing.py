"""GET /v1/account and POST /v1/billing/top-ups."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.program import TERMS, Program, a_company, codes, ok, refused


def test_an_account_has_plan_state_balance_and_retention(upup: Addresses) -> None:
    company = a_company(upup)
    account = company.account()
    created_at = account.pop("created_at")
    assert datetime.fromisoformat(created_at).tzinfo is not None and created_at.endswith("Z")
    assert account == {
        "id": company.account_id,
        "company_name": "Kaffebaren AB",
        "org_number": "5568219819",
        "plan": "start",
        "state": "active",
        "balance_ore": 0,
        "reserved_ore": 0,
        "currency": "SEK",
        "retention": {"encrypt_after_days": 30, "erase_after_days": 365},
        "dpa_version": TERMS,
        "dpa": {"accepted_version": TERMS, "current_version": TERMS, "accept_by": None},
        "closing": None,
        "stopped": None,
        "second_factor_required": False,
    }


def test_an_account_is_active_once_its_plan_is_paid(nobody: Program) -> None:
    checkout = nobody.sign_up()["checkout_url"]
    nobody.log_in()
    assert nobody.account()["state"] == "pending"
    nobody.pay(checkout)
    wait_for(lambda: nobody.account()["state"] == "active", "the activation")


@pytest.mark.parametrize("amount_ore", [10_000, 123_457, 90_000_000])
def test_a_deposit_is_credited_in_full_once_it_is_paid(upup: Addresses, amount_ore: int) -> None:
    company = a_company(upup)
    answer = ok(company.post("/v1/billing/top-ups", {"amount_ore": amount_ore}), 201)
    assert answer.keys() == {"checkout_url"}
    assert company.account()["balance_ore"] == 0
    company.pay(answer["checkout_url"])
    wait_for(lambda: company.account()["balance_ore"] == amount_ore, "the deposit")


@pytest.mark.parametrize("amount", [0, -1, 9_999, 90_000_001, 10**30, "10000", 10_000.5, True, None, [10_000]])
def test_an_amount_is_whole_ore_within_the_limits(company: Program, amount: object) -> None:
    refused(company.post("/v1/billing/top-ups", {"amount_ore": amount}), 422, "amount_ore")


def test_a_top_up_before_the_plan_is_paid_is_a_conflict(nobody: Program) -> None:
    nobody.sign_up()
    nobody.log_in()
    refused(nobody.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 409)


def test_the_same_key_is_the_same_top_up(company: Program) -> None:
    first = ok(company.post("/v1/billing/top-ups", {"amount_ore": 10_000}, Idempotency_Key="top-1"), 201)
    assert ok(company.post("/v1/billing/top-ups", {"amount_ore": 10_000}, Idempotency_Key="top-1"), 201) == first
    other = ok(company.post("/v1/billing/top-ups", {"amount_ore": 10_000}, Idempotency_Key="top-2"), 201)
    assert other != first
    problem = refused(
        company.post("/v1/billing/top-ups", {"amount_ore": 20_000}, Idempotency_Key="top-1"), 422, "Idempotency-Key"
    )
    assert codes(problem) == {"reused"}


def test_the_same_key_many_times_at_once_is_one_top_up(company: Program) -> None:
    def post(_: int) -> tuple[int, str]:
        answer = company.post("/v1/billing/top-ups", {"amount_ore": 10_000}, Idempotency_Key="top-many")
        return answer.status_code, answer.json().get("checkout_url", "")

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(post, range(6)))
    assert {status for status, _ in answers} <= {201, 409, 503}
    assert len({url for status, url in answers if status == 201}) == 1
