"""Stripe's stand-in, talked to by the real client: objects, Checkout, webhooks, time and errors."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import stripe
from stripe import StripeClient

from sandbox.stand_ins.stripe import NotPayable, Stripe, UnknownSession
from sandbox.stand_ins.stripe.page_texts import LANGUAGES
from sandbox.stand_ins.web import WebServer
from tests.sandbox.conftest import ManualClock, Receiver

KEY, SECRET = "sk_test_sandbox", "whsec_sandbox"
SUCCESS = "http://127.0.0.1:8080/welcome?session={CHECKOUT_SESSION_ID}"


def day(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).date().isoformat()


def plain(found: Any) -> Any:
    """An object of the client's, which is no dict, as one."""
    return found.to_dict()


class Served:
    def __init__(self, sandbox: Stripe, url: str, receiver: Receiver) -> None:
        self.sandbox = sandbox
        self.url = url
        self.client = StripeClient(KEY, base_addresses={"api": url}, max_network_retries=0)
        self._receiver = receiver

    def events(self) -> list[Any]:
        """What the webhook got so far, each with a signature that the real client accepts."""
        assert self.sandbox.wait_until_idle(10)
        return [
            self.client.construct_event(call.body, call.headers["Stripe-Signature"], SECRET)
            for call in self._receiver.calls
        ]

    def types(self) -> list[str]:
        return sorted(event.type for event in self.events())

    def plan_checkout(self, **more: Any) -> Any:
        prices = self.client.v1.prices.list({"lookup_keys": ["start"], "active": True})
        params = {
            "mode": "subscription",
            "line_items": [{"price": prices.data[0].id, "quantity": 1}],
            "cancel_url": "http://127.0.0.1:8080/prices",
        }
        return self._checkout({**params, **more})

    def top_up_checkout(self, **more: Any) -> Any:
        top_up = {"currency": "sek", "unit_amount": 50_000, "product_data": {"name": "Påfyllning"}}
        params = {
            "mode": "payment",
            "line_items": [{"price_data": top_up, "quantity": 1}],
            "invoice_creation": {"enabled": True, "invoice_data": {"metadata": {"kind": "top-up"}}},
            "metadata": {"top_up": "1"},
        }
        return self._checkout({**params, **more})

    def _checkout(self, params: dict[str, Any]) -> Any:
        given: Any = {"success_url": SUCCESS, "client_reference_id": "acc_1", **params}
        return self.client.v1.checkout.sessions.create(given)

    def subscribe(self, **more: Any) -> Any:
        session_id = self.sandbox.complete(self.plan_checkout(**more).url)
        session = self.client.v1.checkout.sessions.retrieve(session_id, {"expand": ["subscription"]})
        return session.subscription


@pytest.fixture
def served(clock: ManualClock, receiver: Receiver) -> Iterator[Served]:
    plans = [
        {"lookup_key": "start", "unit_amount": 49_900, "nickname": "Start"},
        {"lookup_key": "large", "unit_amount": 149_900, "nickname": "Stor"},
    ]
    sandbox = Stripe(clock, KEY, f"{receiver.url}/stripe", SECRET, plans)  # type: ignore[arg-type]  # JSON
    server = WebServer(sandbox.app)
    yield Served(sandbox, server.url, receiver)
    server.close()
    sandbox.close()


def test_customers_are_made_read_changed_and_deleted(served: Served) -> None:
    customers = served.client.v1.customers
    made = customers.create({"name": "Kaffe AB", "email": "a@b.se", "metadata": {"0": "x", "account": "1"}})
    changed = customers.update(made.id, {"name": "Te AB", "metadata": {"0": "", "plan": "start"}})

    assert (changed.name, changed.email) == ("Te AB", "a@b.se")
    assert plain(customers.retrieve(made.id).metadata) == {"account": "1", "plan": "start"}
    assert customers.delete(made.id).deleted
    assert customers.retrieve(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        customers.update(made.id, {"name": "Kaffe AB"})


def test_prices_are_found_by_lookup_key_with_their_product(served: Served) -> None:
    found = served.client.v1.prices.list({"lookup_keys": ["large"], "expand": ["data.product"]})

    assert [(price.unit_amount, price.currency) for price in found.data] == [(149_900, "sek")]
    assert found.data[0].recurring is not None
    assert found.data[0].recurring.interval == "month"
    assert found.data[0].product.name == "Stor"  # type: ignore[union-attr]  # expanded
    assert len(served.client.v1.products.list({"active": True}).data) == 2


def test_a_paid_plan_is_an_active_subscription_and_the_webhook_is_told(served: Served) -> None:
    customer = served.client.v1.customers.create({"email": "a@b.se"})
    more = {"customer": customer.id, "subscription_data": {"metadata": {"account": "acc_1"}}}
    session = served.plan_checkout(**more)
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 49_900)

    assert served.sandbox.complete(session.url) == session.id

    paid = served.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert (paid.status, paid.payment_status, paid.client_reference_id) == ("complete", "paid", "acc_1")
    assert paid.line_items.data[0].description == "Start"  # type: ignore[union-attr]  # expanded
    subscription = served.client.v1.subscriptions.retrieve(str(paid.subscription))
    assert (subscription.status, subscription.customer) == ("active", customer.id)
    assert plain(subscription.metadata) == {"account": "acc_1"}
    assert day(subscription["items"].data[0].current_period_end) == "2026-12-23"
    invoice = served.client.v1.invoices.retrieve(str(subscription.latest_invoice))
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == (
        "paid",
        49_900,
        "subscription_create",
    )
    assert invoice.parent.subscription_details.subscription == subscription.id  # type: ignore[union-attr]  # expanded
    assert served.types() == ["checkout.session.completed", "customer.subscription.created", "invoice.paid"]
    assert served.sandbox.stats() == {"events_sent": 3}


def test_a_paid_top_up_has_a_payment_and_an_invoice(served: Served) -> None:
    session = served.top_up_checkout(payment_intent_data={"metadata": {"account": "acc_1"}})
    served.sandbox.complete(session.url)

    paid = served.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    payment = served.client.v1.payment_intents.retrieve(str(paid.payment_intent))
    assert (payment.status, payment.amount_received) == ("succeeded", 50_000)
    assert plain(payment.metadata) == {"account": "acc_1"}
    assert plain(paid.invoice.metadata) == {"kind": "top-up"}  # type: ignore[union-attr]  # expanded
    assert served.types() == ["checkout.session.completed", "invoice.paid"]


def test_an_event_can_be_read_back_and_listed(served: Served) -> None:
    served.sandbox.complete(served.top_up_checkout().url)
    told = next(event for event in served.events() if event.type == "checkout.session.completed")

    assert plain(served.client.v1.events.retrieve(told.id).data.object["metadata"]) == {"top_up": "1"}
    listed = served.client.v1.events.list({"types": ["invoice.paid"], "created": {"gte": told.created}})
    assert [event.type for event in listed.data] == ["invoice.paid"]
    all_of_them = served.client.v1.events.list({"limit": 1}).auto_paging_iter()
    assert [event.type for event in all_of_them] == ["checkout.session.completed", "invoice.paid"]
    assert served.client.v1.events.list({"created": {"gt": told.created}}).data == []


def test_an_event_that_is_not_received_comes_again_with_a_good_signature(served: Served, receiver: Receiver) -> None:
    receiver.failures = 2
    served.sandbox.complete(served.top_up_checkout().url)

    events = served.events()
    assert len(events) == 4
    assert len({event.id for event in events}) == 2


def test_a_signature_of_another_secret_is_refused(served: Served, receiver: Receiver) -> None:
    served.sandbox.complete(served.top_up_checkout().url)
    served.events()
    call = receiver.calls[0]
    with pytest.raises(stripe.SignatureVerificationError):
        served.client.construct_event(call.body, call.headers["Stripe-Signature"], "whsec_other")


def test_a_customer_pays_by_clicking(served: Served) -> None:
    session = served.plan_checkout()
    page = requests.get(session.url, timeout=5)

    assert page.status_code == 200
    assert "Start (per månad)" in page.text
    assert "Betala 499,00\u00a0kr" in page.text
    assert "Testläge" in page.text
    assert 'href="http://127.0.0.1:8080/prices"' in page.text
    assert "Test mode" in requests.get(f"{session.url}?lang=en", timeout=5).text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8080;" in policy
    assert re.search("<script|style=", page.text) is None

    for _ in range(2):  # a second click does not pay again
        paid = requests.post(session.url, allow_redirects=False, timeout=5)
        assert paid.status_code == 303
        assert paid.headers["Location"] == f"http://127.0.0.1:8080/welcome?session={session.id}"
    assert len(served.events()) == 3
    assert "Redan betald" in requests.get(session.url, timeout=5).text


def test_a_declined_card_pays_nothing_and_another_may_be_tried(served: Served) -> None:
    session = served.plan_checkout()
    page = requests.post(session.url, data={"card": "declined"}, timeout=5)

    assert "Kortet nekades" in page.text
    assert served.events() == []
    requests.post(session.url, data={"card": "good"}, allow_redirects=False, timeout=5)
    assert "checkout.session.completed" in served.types()


def test_a_card_that_is_declined_later_pays_the_first_period_only(served: Served, clock: ManualClock) -> None:
    session = served.plan_checkout(customer=served.client.v1.customers.create({}).id)
    requests.post(session.url, data={"card": "later"}, allow_redirects=False, timeout=5)
    paid = served.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert paid.payment_status == "paid"
    clock.advance(days=31)
    served.sandbox.advance()
    assert served.client.v1.subscriptions.retrieve(paid.subscription.id).status == "past_due"  # type: ignore[union-attr]


def test_the_pages_say_the_same_in_both_languages() -> None:
    swedish, english = LANGUAGES["sv"], LANGUAGES["en"]
    places = re.compile(r"\{\w+\}")
    assert {key: places.findall(text) for key, text in swedish.items()} == {
        key: places.findall(text) for key, text in english.items()
    }
    assert all((*swedish.values(), *english.values()))


def test_what_a_page_shows_is_escaped(served: Served) -> None:
    data = {"currency": "sek", "unit_amount": 1, "product_data": {"name": "<b>&"}}
    session = served.top_up_checkout(line_items=[{"price_data": data, "quantity": 3}])

    assert "3 × &lt;b&gt;&amp;" in requests.get(session.url, timeout=5).text


def test_a_session_is_paid_once_and_never_after_it_expired(served: Served, clock: ManualClock) -> None:
    paid, cancelled, forgotten = (served.top_up_checkout() for _ in range(3))
    served.sandbox.complete(paid.url)
    assert served.client.v1.checkout.sessions.expire(cancelled.id).status == "expired"
    clock.advance(hours=24)

    for session, status in ((paid, "complete"), (cancelled, "expired"), (forgotten, "expired")):
        with pytest.raises(NotPayable, match=status):
            served.sandbox.complete(session.url)
    with pytest.raises(UnknownSession):
        served.sandbox.complete(f"{served.url}/c/pay/cs_test_unknown")
    assert requests.get(forgotten.url, timeout=5).status_code == 410
    assert requests.get(f"{served.url}/c/pay/cs_test_unknown", timeout=5).status_code == 404


def test_an_open_session_expires_after_a_day(served: Served, clock: ManualClock) -> None:
    session = served.plan_checkout()
    clock.advance(hours=23)
    served.sandbox.advance()
    assert served.client.v1.checkout.sessions.retrieve(session.id).status == "open"

    clock.advance(hours=1)
    served.sandbox.advance()
    served.sandbox.advance()

    assert served.client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert served.types() == ["checkout.session.expired"]


def test_each_period_that_passes_is_renewed_and_paid(served: Served, clock: ManualClock) -> None:
    subscription = served.subscribe()
    clock.advance(days=31 + 31)  # past 23 December and 23 January
    served.sandbox.advance()
    served.sandbox.advance()

    renewed = served.client.v1.subscriptions.retrieve(subscription.id)
    assert day(renewed["items"].data[0].current_period_end) == "2027-02-23"
    cycles = [
        event.data.object
        for event in served.events()
        if event.type == "invoice.paid" and event.data.object["billing_reason"] == "subscription_cycle"
    ]
    assert len(cycles) == 2
    updates = [event for event in served.events() if event.type == "customer.subscription.updated"]
    assert all("latest_invoice" in event.data.previous_attributes for event in updates)
    assert len(updates) == 2


def test_a_subscription_of_the_31st_keeps_its_day(served: Served, clock: ManualClock) -> None:
    clock.advance(days=69)  # 31 January
    subscription = served.subscribe()
    ends = []
    for _ in range(3):
        end = served.client.v1.subscriptions.retrieve(subscription.id)["items"].data[0].current_period_end
        ends.append(end)
        clock.advance(seconds=end - clock.now().timestamp())
        served.sandbox.advance()

    assert [day(end) for end in ends] == ["2027-02-28", "2027-03-31", "2027-04-30"]


def test_a_subscription_cancelled_at_its_end_ends_there(served: Served, clock: ManualClock) -> None:
    subscription = served.subscribe()
    changed = served.client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (changed.status, changed.cancel_at_period_end) == ("active", True)
    clock.advance(days=31)
    served.sandbox.advance()

    ended = served.client.v1.subscriptions.retrieve(subscription.id)
    assert ended.status == "canceled"
    assert ended.ended_at == changed.cancel_at
    assert served.types().count("invoice.paid") == 1
    assert served.types().count("customer.subscription.deleted") == 1


def test_cancelling_or_deleting_the_customer_ends_a_subscription_now(served: Served) -> None:
    first, second = served.subscribe(), served.subscribe()

    assert served.client.v1.subscriptions.cancel(first.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        served.client.v1.subscriptions.cancel(first.id)
    served.client.v1.customers.delete(second.customer)
    assert served.client.v1.subscriptions.retrieve(second.id).status == "canceled"
    assert served.types().count("customer.subscription.deleted") == 2


def test_the_same_idempotency_key_gives_the_first_answer_and_refuses_others(served: Served, clock: ManualClock) -> None:
    def create(name: str) -> str:
        created = served.client.v1.customers.create({"name": name}, {"idempotency_key": "once"})
        return created.id

    first = create("Anna")
    assert create("Anna") == first
    with pytest.raises(stripe.IdempotencyError) as refused:
        create("Bo")
    assert refused.value.http_status == 400
    clock.advance(hours=24)
    assert create("Bo") != first


def test_a_portal_session_can_be_made(served: Served) -> None:
    customer = served.client.v1.customers.create({})
    session = served.client.v1.billing_portal.sessions.create(
        {"customer": customer.id, "return_url": "http://127.0.0.1:8080/portal"}
    )

    page = requests.get(session.url, timeout=5)
    assert page.status_code == 200
    assert 'href="http://127.0.0.1:8080/portal"' in page.text


def test_the_dashboard_follows_a_payment_until_its_money_is_back(served: Served) -> None:
    waiting, paid = served.plan_checkout(), served.top_up_checkout()
    served.sandbox.complete(paid.url)
    newest, oldest = served.sandbox.checkouts(8)
    assert (newest["name"], newest["amount_ore"], newest["status"], newest["url"]) == (
        "Påfyllning",
        50_000,
        "complete",
        None,
    )
    assert (oldest["status"], oldest["url"], oldest["payment"]) == ("open", waiting.url, None)
    assert [one["id"] for one in served.sandbox.checkouts(1)] == [paid.id]

    def payment() -> Any:
        return served.sandbox.checkouts(1)[0]["payment"]

    served.sandbox.refund(payment()["id"], 20_000)
    assert (payment()["left_ore"], payment()["dispute"]) == (30_000, None)
    dispute = served.sandbox.dispute(payment()["id"])
    served.sandbox.close_dispute(dispute, won=False)
    assert payment()["dispute"] == {"id": dispute, "status": "lost"}


def test_a_wrong_key_is_401(served: Served) -> None:
    stranger = StripeClient("sk_test_stranger", base_addresses={"api": served.url})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.customers.create({"name": "Anna"})
    assert requests.get(f"{served.url}/v1/prices", timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"mode": ""}, "parameter_missing", "mode"),
        ({"success_url": ""}, "parameter_missing", "success_url"),
        ({"success_url": "welcome"}, "url_invalid", "success_url"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"line_items": [{"price": "price_x", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price]"),
        ({"customer": "cus_x"}, "resource_missing", "customer"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"mode": "payment"}, None, "line_items"),
        ({"expand": ["nothing"]}, None, "expand"),
    ],
)
def test_a_bad_parameter_is_400_and_named(served: Served, change: dict[str, Any], code: str | None, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        served.plan_checkout(**change)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


def test_an_unknown_object_is_404(served: Served) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        served.client.v1.checkout.sessions.retrieve("cs_test_unknown")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_the_portals_page_switches_the_plan_and_cancels_by_clicking(served: Served) -> None:
    subscription = served.subscribe(customer=served.client.v1.customers.create({}).id)
    url = served.client.v1.billing_portal.sessions.create({"customer": str(subscription.customer)}).url
    assert "Byt till Stor" in requests.get(url, timeout=5).text
    for form in ({"action": "plan", "plan": "large"}, {"action": "cancel"}):
        assert requests.post(url, data=form, timeout=5).status_code == 200
    changed = served.client.v1.subscriptions.retrieve(subscription.id)
    assert (changed["items"].data[0].price.lookup_key, changed.cancel_at_period_end) == ("large", True)
    page = requests.get(f"{url}?lang=en", timeout=5).text
    assert "Keep the subscription" in page
    assert "UPUP-0001" in page
    assert requests.post(url, data={"action": "fly"}, timeout=5).status_code == 400


def test_a_renewal_that_fails_for_three_weeks_ends_the_subscription(served: Served, clock: ManualClock) -> None:
    subscription = served.subscribe(customer=served.client.v1.customers.create({}).id)
    url = served.client.v1.billing_portal.sessions.create({"customer": str(subscription.customer)}).url
    served.sandbox.use_portal(url, "bad_card")
    for days, status in ((31, "past_due"), (10, "past_due"), (12, "canceled")):
        clock.advance(days=days)
        served.sandbox.advance()
        assert served.client.v1.subscriptions.retrieve(subscription.id).status == status
    assert {"invoice.payment_failed", "customer.subscription.deleted"} <= set(served.types())
