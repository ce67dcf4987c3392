"""Checkout Sessions: made, paid, expired."""

import re
from typing import Any

from sandbox.stand_ins.stripe import billing, customers
from sandbox.stand_ins.stripe.catalogue import price_of_line
from sandbox.stand_ins.stripe.disputes import new_charge
from sandbox.stand_ins.stripe.errors import ApiError, invalid, missing
from sandbox.stand_ins.stripe.events import is_within
from sandbox.stand_ins.stripe.params import Params, flag, integer, merged_metadata, required, section
from sandbox.stand_ins.stripe.store import Store, StripeObject, new_id, page, whole_list

OPEN_SECONDS = 24 * 3600
MODES = ("payment", "subscription")
CARDS = ("good", "declined", "later")
"""What a customer may pay with; `later`: a plan's first payment goes through, and its next ones do not."""

# What a session shows as it was given, and what it shows if it was not.
_ECHOED: StripeObject = {
    "billing_address_collection": None,
    "cancel_url": None,
    "client_reference_id": None,
    "customer_email": None,
    "locale": None,
    "success_url": None,
}


class UnknownSession(Exception):
    """No Checkout Session has this address."""


class NotPayable(Exception):
    """The session is `complete` or `expired`."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class CardDeclined(Exception):
    """Nothing is paid, and the session is as open as it was."""


def create(store: Store, params: Params, base_url: str) -> StripeObject:
    mode = required(params, "mode")
    if mode not in MODES:
        raise invalid(f"Invalid mode: must be one of {' or '.join(MODES)}", "mode")
    required(params, "success_url")
    for name in ("success_url", "cancel_url"):
        if not str(params.get(name, "https://")).startswith(("http://", "https://")):
            raise ApiError(400, "Not a valid URL", code="url_invalid", param=name)
    lines = _lines(store, params, mode)
    if "customer" in params:
        customers.existing(store, params["customer"])
        if "customer_email" in params:
            raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
    session_id = new_id("cs_test_", 58)
    session = store.new("checkout.session", "", _fields(store, params, mode, lines), session_id)
    session["url"] = f"{base_url.rstrip('/')}/c/pay/{session_id}"
    store.checkouts[session_id] = {"lines": lines, "params": params}
    return session


def list_sessions(store: Store, params: Params) -> StripeObject:
    expire_what_is_due(store)
    found = [
        one
        for one in store.all("checkout.session")
        if params.get("customer", one["customer"]) == one["customer"]
        and is_within(one["created"], params.get("created"))
    ]
    return page(found, params, "/v1/checkout/sessions")


def line_items(store: Store, _: Params, object_id: str) -> StripeObject:
    store.get("checkout.session", object_id)
    items = [
        {
            "id": f"li_{object_id[-16:]}{place}",
            "object": "item",
            "amount_subtotal": price["unit_amount"] * quantity,
            "amount_total": price["unit_amount"] * quantity,
            "currency": price["currency"],
            "description": store.objects[price["product"]]["name"],
            "price": price,
            "quantity": quantity,
        }
        for place, (price, quantity) in enumerate(store.checkouts[object_id]["lines"])
    ]
    return whole_list(items, f"/v1/checkout/sessions/{object_id}/line_items")


def expire(store: Store, _: Params, object_id: str) -> StripeObject:
    session = store.get("checkout.session", object_id)
    if session["status"] != "open":
        raise ApiError(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Session has a status of {session['status']}.",
        )
    return _expire(store, session)


def expire_what_is_due(store: Store) -> None:
    for session in store.all("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= store.now():
            _expire(store, session)


def at_url(store: Store, url: str) -> StripeObject:
    """The session whose page this is. Raises UnknownSession."""
    match = re.search(r"/c/pay/(cs_test_[A-Za-z0-9]+)", url)
    session = store.objects.get(match[1]) if match else None
    if session is None:
        raise UnknownSession(url)
    return session


def pay(store: Store, session: StripeObject, card: str = "good") -> None:
    """The customer pays: what was bought begins, and the webhook is told. Raises NotPayable, CardDeclined."""
    expire_what_is_due(store)
    if session["status"] != "open":
        raise NotPayable(session["status"])
    if card == "declined":
        raise CardDeclined
    made_of = store.checkouts[session["id"]]
    lines, params = made_of["lines"], made_of["params"]
    customer = _customer_who_pays(store, session, params)
    session.update(status="complete", payment_status="paid", url=None)
    session["customer_details"] = _details(customer, session)
    if session["mode"] == "subscription":
        metadata = merged_metadata({}, section(params, "subscription_data"))
        subscription = billing.begin_subscription(store, session["customer"], lines, metadata)
        session.update(subscription=subscription["id"], invoice=subscription["latest_invoice"])
        billing.change_card(store, session["customer"], works=card != "later")
    else:
        session["payment_intent"] = _payment_intent(store, session, params)["id"]
        if session["invoice_creation"]["enabled"]:
            session["invoice"] = _receipt(store, session, lines, params)["id"]
    store.emit("checkout.session.completed", session)


def _expire(store: Store, session: StripeObject) -> StripeObject:
    session.update(status="expired", url=None)
    store.emit("checkout.session.expired", session)
    return session


def _lines(store: Store, params: Params, mode: str) -> billing.Lines:
    given = required(params, "line_items")
    if not isinstance(given, list) or not all(isinstance(line, dict) for line in given):
        raise invalid("Invalid array", "line_items")
    lines = []
    for place, line in enumerate(given):
        where = f"line_items[{place}]"
        if "quantity" not in line:
            raise missing(f"{where}[quantity]")
        quantity = integer(line["quantity"], f"{where}[quantity]", least=1)
        lines.append((price_of_line(store, line, where), quantity))
    _check_prices(lines, mode)
    return lines


def _check_prices(lines: billing.Lines, mode: str) -> None:
    recurring = [price["recurring"] is not None for price, _ in lines]
    if mode == "payment" and any(recurring):
        raise invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` "
            "mode or use only one-time prices.",
            "line_items",
        )
    if mode == "subscription" and not all(recurring):
        # Stripe also takes one-time prices beside a recurring one; nothing here needs them.
        raise invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            "line_items",
        )
    if len({price["currency"] for price, _ in lines}) > 1:
        raise invalid("All line items must have the same currency.", "line_items")


def _fields(store: Store, params: Params, mode: str, lines: billing.Lines) -> StripeObject:
    total = sum(price["unit_amount"] * quantity for price, quantity in lines)
    expires = params.get("expires_at", str(store.now() + OPEN_SECONDS))
    return {
        **{name: params.get(name, default) for name, default in _ECHOED.items()},
        "amount_subtotal": total,
        "amount_total": total,  # no tax is ever added here, automatic_tax or not
        "automatic_tax": _switch(params, "automatic_tax"),
        "currency": lines[0][0]["currency"],
        "customer": params.get("customer"),
        "customer_creation": params.get("customer_creation", "if_required") if mode == "payment" else None,
        "customer_details": None,
        "expires_at": integer(expires, "expires_at"),
        "invoice": None,
        "invoice_creation": _switch(params, "invoice_creation") if mode == "payment" else None,
        "metadata": merged_metadata({}, params),
        "mode": mode,
        "payment_intent": None,
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": "unpaid",
        "status": "open",
        "subscription": None,
        "tax_id_collection": _switch(params, "tax_id_collection"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }


def _switch(params: Params, name: str) -> dict[str, Any]:
    return {"enabled": flag(section(params, name).get("enabled", "false"), f"{name}[enabled]")}


def _customer_who_pays(store: Store, session: StripeObject, params: Params) -> StripeObject | None:
    """The session's customer, made now if what is bought needs one."""
    if session["customer"] is None:
        invoiced = session["mode"] == "subscription" or session["invoice_creation"]["enabled"]
        if not invoiced and params.get("customer_creation") != "always":
            return None
        session["customer"] = customers.create(store, {"email": _email(session)})["id"]
    return store.objects[session["customer"]]


def _email(session: StripeObject) -> str:
    return session["customer_email"] or "customer@example.com"


def _details(customer: StripeObject | None, session: StripeObject) -> StripeObject:
    known = customer or {}
    return {
        "address": known.get("address"),
        "email": known.get("email") or _email(session),
        "name": known.get("name"),
        "phone": known.get("phone"),
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _payment_intent(store: Store, session: StripeObject, params: Params) -> StripeObject:
    payment = store.new(
        "payment_intent",
        "pi_",
        {
            "amount": session["amount_total"],
            "amount_received": session["amount_total"],
            "canceled_at": None,
            "currency": session["currency"],
            "customer": session["customer"],
            "description": None,
            "latest_charge": None,
            "metadata": merged_metadata({}, section(params, "payment_intent_data")),
            "payment_method_types": session["payment_method_types"],
            "status": "succeeded",
        },
    )
    new_charge(store, payment)
    return payment


def _receipt(store: Store, session: StripeObject, lines: billing.Lines, params: Params) -> StripeObject:
    data = section(section(params, "invoice_creation"), "invoice_data")
    metadata = merged_metadata({}, data)
    invoice = billing.pay_invoice(store, session["customer"], lines, "manual", metadata=metadata)
    store.emit("invoice.paid", invoice)
    return invoice
