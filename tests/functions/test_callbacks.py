"""Lekab's and ClearOn's callbacks: hints about what we know, and nothing else."""

import json

import pytest

from tests.functions.insider import Insider
from tests.functions.program import Program, a_send, ok, refused

PHONE = "070-1740691"
REPLY_NUMBER = "070-1740692"


@pytest.fixture(scope="module")
def sent(company: Program) -> str:
    """A send that was delivered, from a number that can be answered."""
    send = company.send(PHONE, sender=REPLY_NUMBER)
    company.delivered(send)
    return str(send["id"])


def seen(company: Program, send_id: str) -> object:
    """All that a company sees of its money, its sends and their deliveries."""
    return company.account(), company.sends(), company.deliveries(send_id)


def stop(insider: Insider, secret: str | None = None) -> int:
    query = {"id": "1", "from": "46701740691", "to": "46701740692", "message": "STOPP"}
    return insider.lekab_callback("mo", secret, **query).status_code


def opted_out(company: Program) -> int:
    return int(ok(company.post("/v1/sends/quote", a_send(PHONE)))["recipients"]["opted_out"])


def test_a_callback_with_a_wrong_secret_is_404_and_changes_nothing(
    company: Program, sent: str, insider: Insider
) -> None:
    before = seen(company, sent)
    assert stop(insider, "wrong") == 404
    assert opted_out(company) == 0
    for secret in ("wrong", "%C3%A5", insider.run.lekab_callback_secret[:-1], insider.run.clearon_callback_secret):
        refused(insider.lekab_callback("dr", secret, id="x", status="Failed"), 404)
    for secret in ("wrong", insider.run.lekab_callback_secret):
        refused(insider.clearon_callback({"redemptions": []}, secret), 404)
    assert seen(company, sent) == before


def test_a_receipt_of_an_unknown_sms_changes_nothing(company: Program, sent: str, insider: Insider) -> None:
    before = seen(company, sent)
    for sms_id in ("unknown", "", "å", "x" * 500, sent, "' OR 1=1"):
        for status in ("Delivered", "Failed", "DELIVERED", "no such word", ""):
            assert insider.lekab_callback("dr", id=sms_id, status=status).status_code == 200
    assert insider.lekab_callback("dr").status_code == 200
    assert seen(company, sent) == before


def test_a_receipt_that_comes_late_does_not_undo_a_delivery(company: Program, sent: str, insider: Insider) -> None:
    ((sms_id,),) = insider.rows("SELECT sms_ref FROM deliveries WHERE send_id = %s", sent)
    before = seen(company, sent)
    for status in ("Sent", "Undeliverable", "Delivered"):
        assert insider.lekab_callback("dr", id=sms_id, status=status).status_code == 200
    assert seen(company, sent) == before


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {"redemptions": None},
        {"redemptions": [None, 7, {}, {"reference": None}, {"reference": ["x"]}]},
        {"redemptions": [{"reference": "cpn_unknown"}, {"reference": "å"}, {"reference": "x" * 5000}]},
    ],
    ids=json.dumps,
)
def test_a_redemption_of_what_we_do_not_know_changes_nothing(
    company: Program, sent: str, insider: Insider, body: object
) -> None:
    before = seen(company, sent)
    assert insider.clearon_callback(body).status_code == 200
    assert seen(company, sent) == before


@pytest.mark.parametrize(("name", "value"), [("from", "nobody"), ("from", ""), ("to", "46701740600"), ("to", "Kaffe")])
def test_an_answer_of_or_to_nobody_we_know_opts_nobody_out(
    company: Program, sent: str, insider: Insider, name: str, value: str
) -> None:
    query = {"from": "46701740691", "to": "46701740692", "message": "STOPP"} | {name: value}
    assert insider.lekab_callback("mo", **query).status_code == 200
    assert opted_out(company) == 0


def test_the_right_secret_and_word_do_opt_out(company: Program, sent: str, insider: Insider) -> None:
    assert sent
    assert stop(insider) == 200
    assert opted_out(company) == 1
