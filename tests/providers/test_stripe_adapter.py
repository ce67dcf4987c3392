"""Stripe's adapter over the wire, with the real `stripe` client against the sandbox's Stripe."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import stripe

from shared.ports import PaidAlready, Subject, SupplierUnavailable
from shared.providers.stripe import RETRIES, UnsignedEvent, read_event
from tests.providers.odd_server import Answer, OddServer, closed_url
from tests.providers.stripe_support import SECRET, Served, adapter, stripe_served


@pytest.fixture
def served() -> Iterator[Served]:
    with stripe_served() as served:
        yield served


def test_a_plan_is_bought_at_its_price_and_names_the_company(served: Served) -> None:
    url = served.adapter.subscribe("acc_1", "Kaffebaren AB", "anna@exempel.example", "growth")
    before = served.session(served.session_id(url))
    assert (before.mode, before.reference, before.amount_ore, before.paid) == ("subscription", "acc_1", 99_900, False)
    assert before.url == url
    served.stand_in.complete(url)
    after = served.session(before.id)
    assert after.paid
    assert after.customer == before.customer
    assert after.subscription is not None


def test_a_deposit_is_paid_by_the_customer_it_is_for(served: Served) -> None:
    customer = served.session(
        served.session_id(served.adapter.subscribe("acc_1", "Kaffebaren AB", "anna@exempel.example", "start"))
    ).customer
    assert customer is not None
    url = served.adapter.top_up("top_1", customer, 123_456)
    served.stand_in.complete(url)
    found = served.session(served.session_id(url))
    assert (found.mode, found.reference, found.amount_ore) == ("payment", "top_1", 123_456)
    assert (found.paid, found.customer, found.subscription) == (True, customer, None)


def test_the_same_company_and_the_same_top_up_get_the_same_checkout_again(served: Served) -> None:
    subscribing = [served.adapter.subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "start") for _ in range(3)]
    again = adapter(served.url).subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "start")
    customer = served.session(served.session_id(again)).customer
    assert customer is not None
    depositing = [served.adapter.top_up("top_1", customer, 50_000) for _ in range(3)]
    other = served.adapter.top_up("top_2", customer, 50_000)
    assert set(subscribing) == {again}
    assert len(set(depositing)) == 1
    assert other not in depositing


def test_a_plan_that_stripe_does_not_sell_is_unavailable_and_makes_no_checkout(served: Served) -> None:
    with pytest.raises(SupplierUnavailable):
        served.adapter.subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "gratis")


def test_an_unknown_session_is_none_and_a_wrong_key_is_unavailable(served: Served) -> None:
    assert served.adapter.checkout("cs_test_aldrig") is None
    with pytest.raises(SupplierUnavailable):
        adapter(served.url, key="sk_test_fel").subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "start")


def test_a_stripe_that_is_away_is_unavailable() -> None:
    with pytest.raises(SupplierUnavailable):
        adapter(closed_url()).checkout("cs_test_1")


def test_a_stripe_that_is_silent_is_unavailable_within_its_time(odd: OddServer) -> None:
    odd.silent = True
    began = time.monotonic()
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url, timeout=1).checkout("cs_test_1")
    assert 1 <= time.monotonic() - began < 1 * (RETRIES + 1) + 5  # far below the 80 s that the library would wait


@pytest.mark.parametrize(
    "answer", [Answer(402, {"error": {"type": "card_error"}}), Answer(404, "oj"), Answer(200, "<")]
)
def test_an_answer_that_is_no_success_is_unavailable(odd: OddServer, answer: Answer) -> None:
    odd.answer = answer
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).top_up("top_1", "cus_1", 50_000)


def test_what_went_wrong_at_stripe_does_not_carry_what_was_sent(served: Served) -> None:
    with pytest.raises(SupplierUnavailable) as failure:
        served.adapter.top_up("top_1", "cus_hemlig", 50_000)
    assert "cus_hemlig" not in str(failure.value)


def signed(payload: bytes, secret: str = SECRET, age_seconds: int = 0) -> str:
    moment = int(time.time()) - age_seconds
    signature = stripe.WebhookSignature._compute_signature(f"{moment}.{payload.decode()}", secret)
    return f"t={moment},v1={signature}"


EVENT = b'{"id": "evt_1", "object": "event", "type": "invoice.paid", "data": {"object": {"id": "in_1"}}}'


def test_an_event_of_the_stand_in_is_read_with_its_signature(served: Served) -> None:
    url = served.adapter.subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "start")
    session_id = served.stand_in.complete(url)
    assert served.stand_in.wait_until_idle(10)
    events = [read_event(one.body, one.headers["Stripe-Signature"], SECRET) for one in served.receiver.calls]
    assert ("checkout.session.completed", session_id) in [event[1:] for event in events]
    assert len({event[0] for event in events}) == len(events)


def test_a_signature_that_is_right_is_all_that_is_asked_for() -> None:
    assert read_event(EVENT, signed(EVENT), SECRET) == ("evt_1", "invoice.paid", "in_1")


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "nonsens",
        "t=1,v1=00",
        signed(EVENT, "whsec_annan"),
        signed(EVENT + b" "),
        signed(EVENT, age_seconds=301),
    ],
    ids=["missing", "nonsense", "made up", "another secret", "another body", "too old"],
)
def test_a_wrong_old_or_missing_signature_is_refused(signature: str) -> None:
    with pytest.raises(UnsignedEvent):
        read_event(EVENT, signature, SECRET)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b"null", b"17", b'{"id": "evt_1"}', EVENT.replace(b'"id": "in_1"', b'"x": 1')]
)
def test_a_signed_body_that_is_no_event_is_refused_all_the_same(payload: bytes) -> None:
    with pytest.raises(UnsignedEvent):
        read_event(payload, signed(payload), SECRET)


def test_a_checkout_that_has_expired_is_begun_anew_for_the_same_customer_and_one_that_is_paid_is_not(
    served: Served,
) -> None:
    wanted = ("acc_1", "Kaffebaren AB", "a@exempel.example", "start")
    first = served.session(served.session_id(served.adapter.subscribe(*wanted)))
    served.stand_in._store._clock.advance(hours=25)  # type: ignore[attr-defined]  # a test's own clock
    url = served.adapter.subscribe(*wanted)
    second = served.session(served.session_id(url))
    assert first.id != second.id
    assert (first.customer, served.session(first.id).expired) == (second.customer, True)
    served.stand_in.complete(url)
    with pytest.raises(PaidAlready):
        served.adapter.subscribe(*wanted)


def test_a_subscription_is_known_with_its_plan_through_the_portal_and_a_card_that_fails(served: Served) -> None:
    url = served.adapter.subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "start")
    served.stand_in.complete(url)
    session = served.session(served.session_id(url))
    portal = served.adapter.portal(str(session.customer))

    def now() -> tuple[str | None, bool, bool, bool]:
        found = served.adapter.subscription(str(session.subscription))
        assert found
        return found.plan, found.unpaid, found.renews, found.ended

    assert now() == ("start", False, True, False)
    served.stand_in.use_portal(portal, "plan", "growth")
    served.stand_in.use_portal(portal, "bad_card")
    served.stand_in._store._clock.advance(days=31)  # type: ignore[attr-defined]  # a test's own clock
    served.stand_in.advance()
    assert now() == ("growth", True, True, False)
    served.stand_in.use_portal(portal, "good_card")
    assert now() == ("growth", False, True, False)
    served.adapter.renew(str(session.subscription), False)
    assert now() == ("growth", False, False, False)
    served.adapter.renew(str(session.subscription), True)
    served.stand_in.use_portal(portal, "cancel")
    served.adapter.renew(str(session.subscription), False)
    served.adapter.renew(str(session.subscription), True)
    assert now() == ("growth", False, False, False), "what its owner cancelled stays so"
    found = served.adapter.subscription(str(session.subscription))
    assert found and found.ends_at and served.stand_in._store._clock.now() < found.ends_at
    assert served.stand_in.wait_until_idle(10)
    kinds = {read_event(one.body, one.headers["Stripe-Signature"], SECRET)[1] for one in served.receiver.calls}
    assert {"invoice.payment_failed", "invoice.paid", "customer.subscription.updated"} <= kinds


def test_what_of_a_payment_is_gone_is_told_without_what_we_paid_back_ourselves(served: Served) -> None:
    plan = served.adapter.subscribe("acc_1", "Kaffebaren AB", "a@exempel.example", "start")
    customer = str(served.session(served.session_id(plan)).customer)
    url = served.adapter.top_up("top_1", customer, 10_000)
    served.stand_in.complete(url)
    session = served.session(served.session_id(url))
    payment = str(session.payment)
    served.adapter.pay_back("pbk_1", payment, 1_000)
    served.stand_in.refund(payment, 2_000)
    dispute = served.stand_in.dispute(payment, 3_000)
    found = served.adapter.payment(payment)
    assert found
    assert (found.customer, found.paid_ore, found.refunded_ore, found.disputed_ore) == (customer, 10_000, 2_000, 3_000)
    assert served.adapter.subject("charge.dispute.created", dispute) == Subject(payment=payment)
    assert served.adapter.subject("charge.dispute.created", "du_nobody") == Subject()
    began = served.stand_in._store._clock.now()  # a test's own clock
    assert set(served.adapter.payments_taken_since(began)) == {payment}
    assert [one.id for one in served.adapter.paid_since(began)] == [session.id]
    served.stand_in.close_dispute(dispute, won=True)
    won = served.adapter.payment(payment)
    assert won and (won.refunded_ore, won.disputed_ore) == (2_000, 0)


def test_a_plans_paid_invoices_name_the_company_and_its_end_says_whether_payments_failed(served: Served) -> None:
    clock = served.stand_in._store._clock  # a test's own
    began = clock.now()
    for company_id in ("acc_1", "acc_2"):
        served.stand_in.complete(
            served.adapter.subscribe(company_id, "Kaffebaren AB", f"{company_id}@exempel.example", "start")
        )
    sessions = {one.reference: one for one in served.adapter.paid_since(began)}
    served.stand_in.complete(served.adapter.top_up("top_1", str(sessions["acc_1"].customer), 10_000))
    portal = {one: served.adapter.portal(str(sessions[one].customer)) for one in sessions}
    served.stand_in.use_portal(portal["acc_1"], "bad_card")
    served.stand_in.use_portal(portal["acc_2"], "cancel")
    for days in (31, 22):
        clock.advance(days=days)  # type: ignore[attr-defined]  # a test's own clock
        served.stand_in.advance()
    invoices = list(served.adapter.plan_invoices_since(began))
    assert sorted((one.company_id, one.amount_ore, one.created_at) for one in invoices) == [
        ("acc_1", 29_900, began.replace(microsecond=0)),
        ("acc_2", 29_900, began.replace(microsecond=0)),
    ], "neither deposits nor what was not paid"
    assert list(served.adapter.plan_invoices_since(began + timedelta(days=1))) == []
    ends = {one: served.adapter.subscription(str(sessions[one].subscription)) for one in sessions}
    assert {one: (end.ended, end.ended_unpaid) for one, end in ends.items() if end} == {
        "acc_1": (True, True),
        "acc_2": (True, False),
    }
