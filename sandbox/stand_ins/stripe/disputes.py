"""Charges, and the disputes that a cardholder's bank opens over them."""

from sandbox.stand_ins.stripe.errors import ApiError
from sandbox.stand_ins.stripe.events import is_within
from sandbox.stand_ins.stripe.params import Params
from sandbox.stand_ins.stripe.store import Store, StripeObject, page


def new_charge(store: Store, payment: StripeObject) -> StripeObject:
    """The charge by which a payment was made."""
    charge = store.new(
        "charge",
        "ch_",
        {
            "amount": payment["amount_received"],
            "amount_captured": payment["amount_received"],
            "amount_refunded": 0,
            "currency": payment["currency"],
            "customer": payment["customer"],
            "disputed": False,
            "metadata": {},
            "paid": True,
            "payment_intent": payment["id"],
            "refunded": False,
            "status": "succeeded",
        },
    )
    payment["latest_charge"] = charge["id"]
    return charge


def open_dispute(store: Store, payment_id: str, amount: int | None) -> StripeObject:
    """The bank takes the amount (without one, all that is left) back at once. Raises ApiError."""
    payment = store.get("payment_intent", payment_id, "payment_intent", 400)
    charge = store.objects[payment["latest_charge"]]
    left = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"] or not 0 < (amount if amount is not None else left) <= left:
        raise ApiError(400, f"Charge {charge['id']} cannot be disputed so.", param="amount")
    dispute = store.new(
        "dispute",
        "du_",
        {
            "amount": amount if amount is not None else left,
            "charge": charge["id"],
            "currency": charge["currency"],
            "metadata": {},
            "payment_intent": payment_id,
            "reason": "fraudulent",
            "status": "needs_response",
        },
    )
    charge["disputed"] = True
    store.emit("charge.dispute.created", dispute)
    return dispute


def close_dispute(store: Store, dispute_id: str, *, won: bool) -> StripeObject:
    dispute = store.get("dispute", dispute_id)
    if dispute["status"] != "needs_response":
        raise ApiError(400, f"This dispute is already {dispute['status']}.")
    dispute["status"] = "won" if won else "lost"
    store.emit("charge.dispute.closed", dispute)
    return dispute


def list_disputes(store: Store, params: Params) -> StripeObject:
    found = [
        one
        for one in store.all("dispute")
        if params.get("payment_intent", one["payment_intent"]) == one["payment_intent"]
        and is_within(one["created"], params.get("created"))
    ]
    return page(found, params, "/v1/disputes")
