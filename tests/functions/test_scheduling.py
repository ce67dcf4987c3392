"""Sends that begin later, and sends that are cancelled."""

import pytest

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.program import PHONES, Json, Program, a_company, a_send, ok, refused


@pytest.fixture(scope="module")
def company(upup: Addresses) -> Program:
    return a_company(upup, balance_ore=1_000_000)


def progress(company: Program, send_id: str) -> Json:
    found: Json = ok(company.get(f"/v1/sends/{send_id}"))
    return found


def test_a_scheduled_send_reserves_its_price_and_waits(company: Program) -> None:
    before = company.account()["balance_ore"]
    sent = company.send(*PHONES[:2], scheduled_at=company.ahead(hours=2))
    assert sent["state"] == "scheduled"
    shown = progress(company, sent["id"])
    assert shown["deliveries"]["accepted"] == 2
    assert shown["scheduled_at"] is not None
    assert company.account()["balance_ore"] == before - sent["price_ore"]


def test_a_cancelled_send_gives_everything_back_and_reaches_nobody(company: Program) -> None:
    before = company.account()["balance_ore"]
    sent = company.send(*PHONES[2:5], scheduled_at=company.ahead(hours=2))
    cancelled = ok(company.post(f"/v1/sends/{sent['id']}/cancel", {}))
    assert cancelled["state"] == "cancelled"
    assert cancelled["deliveries"]["cancelled"] == 3
    assert company.account()["balance_ore"] == before
    assert ok(company.post(f"/v1/sends/{sent['id']}/cancel", {}))["state"] == "cancelled"


def test_a_send_of_which_everything_has_left_is_not_cancelled(company: Program) -> None:
    sent = company.send(PHONES[6])
    wait_for(lambda: progress(company, sent["id"])["state"] == "done", "the send")
    refused(company.post(f"/v1/sends/{sent['id']}/cancel", {}), 409)
    assert progress(company, sent["id"])["state"] == "done"


def test_a_time_without_a_zone_is_refused(company: Program) -> None:
    wanted = a_send(PHONES[7]) | {"scheduled_at": "2026-12-01T10:00:00"}
    refused(company.post("/v1/sends", wanted), 422, "scheduled_at")
