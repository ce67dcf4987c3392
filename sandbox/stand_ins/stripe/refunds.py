"""Refunds: a payment is paid back, whole or in parts, never more than it was."""

from sandbox.stand_ins.stripe.errors import ApiError
from sandbox.stand_ins.stripe.events import is_within
from sandbox.stand_ins.stripe.params import Params, integer, merged_metadata, required
from sandbox.stand_ins.stripe.store import Store, StripeObject, page


def create(store: Store, params: Params) -> StripeObject:
    payment = store.get("payment_intent", required(params, "payment_intent"), "payment_intent", 400)
    left = payment["amount_received"] - sum(one["amount"] for one in _of(store, payment["id"]))
    amount = integer(params.get("amount", str(left)), "amount", least=1)
    if left == 0:
        raise ApiError(
            400, f"Charge {payment['latest_charge']} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise ApiError(400, message, param="amount")
    refund = store.new(
        "refund",
        "re_",
        {
            "amount": amount,
            "charge": payment["latest_charge"],
            "currency": payment["currency"],
            "metadata": merged_metadata({}, params),
            "payment_intent": payment["id"],
            "reason": params.get("reason"),
            "status": "succeeded",
        },
    )
    store.emit("refund.created", refund)
    charge = store.objects[payment["latest_charge"]]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    store.emit("charge.refunded", charge)
    return refund


def list_refunds(store: Store, params: Params) -> StripeObject:
    found = _of(store, params["payment_intent"]) if "payment_intent" in params else store.all("refund")
    return page((one for one in found if is_within(one["created"], params.get("created"))), params, "/v1/refunds")


def _of(store: Store, payment: str) -> list[StripeObject]:
    return [one for one in store.all("refund") if one["payment_intent"] == payment]
