"""Subscriptions and their invoices: begun by a Checkout, renewed and ended as time passes."""

import calendar
import copy
from datetime import UTC, datetime, timedelta

from sandbox.stand_ins.stripe.errors import no_such
from sandbox.stand_ins.stripe.events import is_within
from sandbox.stand_ins.stripe.params import Params, flag, merged_metadata
from sandbox.stand_ins.stripe.store import Store, StripeObject, new_id, page, whole_list

RUNNING = ("active", "past_due")
DUNNING_SECONDS = 21 * 24 * 3600
"""How long a renewal that fails is tried again."""

Lines = list[tuple[StripeObject, int]]  # price and quantity


def begin_subscription(store: Store, customer: str, lines: Lines, metadata: dict[str, str]) -> StripeObject:
    """An active subscription whose first period is paid."""
    now = store.now()
    subscription = store.new(
        "subscription",
        "sub_",
        {
            "automatic_tax": {"enabled": False},
            "billing_cycle_anchor": now,
            "billing_mode": {"type": "flexible"},
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "cancellation_details": {"comment": None, "feedback": None, "reason": None},
            "collection_method": "charge_automatically",
            "currency": lines[0][0]["currency"],
            "customer": customer,
            "default_payment_method": None,
            "ended_at": None,
            "latest_invoice": None,
            "metadata": metadata,
            "start_date": now,
            "status": "active",
            "trial_end": None,
            "trial_start": None,
        },
    )
    items = [_item(subscription, price, quantity) for price, quantity in lines]
    subscription["items"] = whole_list(items, f"/v1/subscription_items?subscription={subscription['id']}")
    invoice = _invoice_period(store, subscription, "subscription_create")
    store.emit("customer.subscription.created", subscription)
    store.emit("invoice.paid", invoice)
    return subscription


def update(store: Store, params: Params, object_id: str) -> StripeObject:
    subscription = store.get("subscription", object_id)
    before = copy.deepcopy(subscription)
    subscription["metadata"] = merged_metadata(subscription["metadata"], params)
    if "cancel_at_period_end" in params:
        ends = flag(params["cancel_at_period_end"], "cancel_at_period_end")
        subscription["cancel_at_period_end"] = ends
        subscription["cancel_at"] = _period_end(subscription) if ends else None
        subscription["canceled_at"] = store.now() if ends else None
    if subscription != before:
        store.emit("customer.subscription.updated", subscription, before)
    return subscription


def cancel(store: Store, _: Params, object_id: str) -> StripeObject:
    """End it now. One that has ended already is gone for this call, as at Stripe."""
    subscription = store.get("subscription", object_id)
    if subscription["status"] == "canceled":
        raise no_such("subscription", object_id, "id")
    return _end(store, subscription, store.now())


def cancel_all_of(store: Store, customer: str) -> None:
    for subscription in store.all("subscription"):
        if subscription["customer"] == customer and subscription["status"] != "canceled":
            _end(store, subscription, store.now())


def renew_what_is_due(store: Store) -> None:
    """Each period that has ended is renewed and paid, or is the subscription's last."""
    for subscription in store.all("subscription"):
        if subscription["status"] == "past_due":
            _try_again(store, subscription)
        while subscription["status"] in RUNNING and _period_end(subscription) <= store.now():
            if subscription["cancel_at_period_end"]:
                _end(store, subscription, _period_end(subscription))
            else:
                _renew(store, subscription)


def switch_plan(store: Store, subscription: StripeObject, price: StripeObject) -> None:
    """From now on at this price; what differs for the period that runs is not charged here."""
    before = copy.deepcopy(subscription)
    subscription["items"]["data"][0]["price"] = price
    if subscription != before:
        store.emit("customer.subscription.updated", subscription, before)


def change_card(store: Store, customer: str, *, works: bool) -> None:
    """A card that works pays at once what is open; one that does not is noticed when the next period is paid."""
    store.failing_cards.discard(customer) if works else store.failing_cards.add(customer)
    for subscription in store.all("subscription"):
        if subscription["customer"] == customer and subscription["status"] == "past_due" and works:
            _try_again(store, subscription)


def _try_again(store: Store, subscription: StripeObject) -> None:
    """The open invoice is paid, or the subscription ends after `DUNNING_SECONDS`."""
    invoice = store.objects[subscription["latest_invoice"]]
    if subscription["customer"] not in store.failing_cards:
        before = copy.deepcopy(subscription)
        now = store.now()
        invoice.update(status="paid", amount_paid=invoice["total"], amount_remaining=0)
        invoice["status_transitions"]["paid_at"] = now
        subscription["status"] = "active"
        store.emit("invoice.paid", invoice)
        store.emit("customer.subscription.updated", subscription, before)
    elif store.now() - invoice["created"] >= DUNNING_SECONDS:
        _end(store, subscription, store.now(), "payment_failed")


def end_period(store: Store, subscription: StripeObject) -> None:
    """Its period is over now: it is renewed, or ends, without any time that passes."""
    for item in subscription["items"]["data"]:
        item["current_period_end"] = store.now()
    renew_what_is_due(store)


def list_invoices(store: Store, params: Params) -> StripeObject:
    found = [
        one
        for one in store.all("invoice")
        if all(params.get(name, one[name]) == one[name] for name in ("customer", "status"))
        and is_within(one["created"], params.get("created"))
    ]
    return page(found, params, "/v1/invoices")


def pay_invoice(store: Store, customer: str, lines: Lines, reason: str, **fields: object) -> StripeObject:
    """A paid invoice over the lines; the caller tells of it."""
    now = store.now()
    total = sum(price["unit_amount"] * quantity for price, quantity in lines)
    invoice = store.new(
        "invoice",
        "in_",
        {
            "amount_due": total,
            "amount_paid": total,
            "amount_remaining": 0,
            "attempt_count": 1,
            "attempted": True,
            "billing_reason": reason,
            "collection_method": "charge_automatically",
            "currency": lines[0][0]["currency"],
            "customer": customer,
            "customer_email": store.objects[customer].get("email"),
            "hosted_invoice_url": None,
            "invoice_pdf": None,
            "metadata": {},
            "number": f"UPUP-{len(store.all('invoice')) + 1:04d}",
            "parent": None,
            "period_end": now,
            "period_start": now,
            "status": "paid",
            "status_transitions": {"finalized_at": now, "paid_at": now},
            "subtotal": total,
            "total": total,
            "total_taxes": [],
            **fields,
        },
    )
    items = [_invoice_line(invoice, price, quantity) for price, quantity in lines]
    invoice["lines"] = whole_list(items, f"/v1/invoices/{invoice['id']}/lines")
    return invoice


def _renew(store: Store, subscription: StripeObject) -> None:
    before = copy.deepcopy(subscription)
    for item in subscription["items"]["data"]:
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] = _end_of_period(
            subscription["billing_cycle_anchor"], item["price"]["recurring"], item["current_period_start"]
        )
    invoice = _invoice_period(store, subscription, "subscription_cycle")
    if subscription["customer"] in store.failing_cards:
        invoice.update(status="open", amount_paid=0, amount_remaining=invoice["total"])
        invoice["status_transitions"]["paid_at"] = None
        subscription["status"] = "past_due"
    store.emit("invoice.payment_failed" if invoice["status"] == "open" else "invoice.paid", invoice)
    store.emit("customer.subscription.updated", subscription, before)


def _end(store: Store, subscription: StripeObject, at: int, because: str = "cancellation_requested") -> StripeObject:
    subscription.update(status="canceled", ended_at=at, canceled_at=subscription["canceled_at"] or at)
    subscription["cancellation_details"]["reason"] = because
    store.emit("customer.subscription.deleted", subscription)
    return subscription


def _invoice_period(store: Store, subscription: StripeObject, reason: str) -> StripeObject:
    items = subscription["items"]["data"]
    details = {"subscription": subscription["id"], "metadata": dict(subscription["metadata"])}
    invoice = pay_invoice(
        store,
        subscription["customer"],
        [(item["price"], item["quantity"]) for item in items],
        reason,
        parent={
            "type": "subscription_details",
            "subscription_details": details,
            "quote_details": None,
        },
        period_start=items[0]["current_period_start"],
        period_end=items[0]["current_period_end"],
    )
    subscription["latest_invoice"] = invoice["id"]
    return invoice


def _invoice_line(invoice: StripeObject, price: StripeObject, quantity: int) -> StripeObject:
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("il_"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": price["nickname"],
        "invoice": invoice["id"],
        "livemode": False,
        "metadata": {},
        "parent": None,
        "period": {"start": invoice["period_start"], "end": invoice["period_end"]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
    }


def _item(subscription: StripeObject, price: StripeObject, quantity: int) -> StripeObject:
    start = subscription["start_date"]
    return {
        "id": new_id("si_", 14),
        "object": "subscription_item",
        "created": start,
        "current_period_start": start,
        "current_period_end": _end_of_period(start, price["recurring"], start),
        "metadata": {},
        "price": price,
        "quantity": quantity,
        "subscription": subscription["id"],
        "tax_rates": [],
    }


def _period_end(subscription: StripeObject) -> int:
    return min(int(item["current_period_end"]) for item in subscription["items"]["data"])


def _end_of_period(anchor: int, recurring: StripeObject, start: int) -> int:
    """The first turn of the cycle after `start`: 31 January, 28 February, 31 March …"""
    begun, turn = datetime.fromtimestamp(anchor, UTC), 1
    while (end := _turn(begun, recurring, turn)) <= start:
        turn += 1
    return end


def _turn(begun: datetime, recurring: StripeObject, turn: int) -> int:
    interval, count = recurring["interval"], recurring["interval_count"] * turn
    if interval in ("day", "week"):
        return int((begun + timedelta(days=count * (7 if interval == "week" else 1))).timestamp())
    months = begun.month - 1 + count * (12 if interval == "year" else 1)
    year, month = begun.year + months // 12, months % 12 + 1
    day = min(begun.day, calendar.monthrange(year, month)[1])
    return int(begun.replace(year=year, month=month, day=day).timestamp())
