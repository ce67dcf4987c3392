"""POST /v1/webhooks/stripe: signed, once, and only what is really paid."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.insider import Insider
from tests.functions.program import Json, Program, a_company, ok, refused

AMOUNT_ORE = 50_000


@pytest.fixture
def payer(upup: Addresses) -> Program:
    return a_company(upup)


def begin(payer: Program) -> str:
    """A top-up that waits to be paid: its Checkout."""
    url: str = ok(payer.post("/v1/billing/top-ups", {"amount_ore": AMOUNT_ORE}), 201)["checkout_url"]
    return url


def session_at(insider: Insider, url: str) -> Json:
    return insider.stripe(f"checkout/sessions/{url.rpartition('/')[2]}")


def event(session: Json, kind: str = "checkout.session.completed") -> bytes:
    """What Stripe would post of the session, in an event of its own."""
    body = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "type": kind,
        "created": 1_800_000_000,
        "data": {"object": session},
    }
    return json.dumps(body).encode()


def paid(session: Json) -> Json:
    """A lie about it."""
    return session | {"payment_status": "paid", "status": "complete"}


def test_an_unpaid_session_credits_nothing_whatever_the_event_says(payer: Program, insider: Insider) -> None:
    session = session_at(insider, begin(payer))
    assert insider.stripe_webhook(event(paid(session))).status_code == 200
    assert payer.account()["balance_ore"] == 0


def test_a_wrong_signature_is_400_and_changes_nothing(payer: Program, insider: Insider) -> None:
    url = begin(payer)
    body = event(paid(session_at(insider, url)))
    refused(insider.stripe_webhook(body, secret="whsec_forged"), 400)
    refused(payer.call("POST", "/v1/webhooks/stripe", data=body), 400)
    refused(payer.call("POST", "/v1/webhooks/stripe", data=body, headers={"Stripe-Signature": "t=1,v1=x"}), 400)
    assert payer.account()["balance_ore"] == 0
    event_id = json.loads(body)["id"]
    assert insider.rows("SELECT id FROM stripe_events WHERE id = %s", event_id) == []


@pytest.mark.parametrize(("age", "status"), [(0, 200), (290, 200), (310, 400)])
def test_a_signature_is_good_for_300_seconds(payer: Program, insider: Insider, age: int, status: int) -> None:
    session = session_at(insider, begin(payer))
    assert insider.stripe_webhook(event(session), age=age).status_code == status


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"not json", b'{"id": 1, "type": 2}', b'{"id":"evt_1","type":"x"}']
)
def test_a_signed_body_that_is_no_event_is_no_fault_of_ours(insider: Insider, body: bytes) -> None:
    assert insider.stripe_webhook(body).status_code in (200, 400)


def test_an_event_that_comes_many_times_counts_once(payer: Program, insider: Insider) -> None:
    session = session_at(insider, url := begin(payer))
    body = event(paid(session))
    with ThreadPoolExecutor(7) as pool:
        paying = pool.submit(payer.pay, url)  # sends an event of its own into the midst of these
        answers = list(pool.map(lambda _: insider.stripe_webhook(event(paid(session))), range(6)))
        paying.result()
    answers += [insider.stripe_webhook(body) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        answers += pool.map(insider.stripe_webhook, [body] * 3)
    assert {answer.status_code for answer in answers} == {200}
    wait_for(lambda: payer.account()["balance_ore"], "the credit")
    assert payer.account()["balance_ore"] == AMOUNT_ORE
    entries = insider.rows(
        "SELECT account, amount_ore FROM ledger_entries WHERE company_id = %s AND account = 'available'",
        payer.account_id,
    )
    assert [amount for _, amount in entries] == [AMOUNT_ORE]


def test_events_of_what_we_do_not_know_change_nothing(payer: Program, insider: Insider) -> None:
    before = payer.account()
    for kind in ("invoice.paid", "customer.subscription.deleted", "charge.dispute.created", "made.up"):
        assert insider.stripe_webhook(event({"id": "xx_1", "object": "thing"}, kind)).status_code == 200
    assert payer.account() == before
