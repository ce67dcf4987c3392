"""What the account's owner sees in Stripe's dashboard: Checkouts and what became of their payments."""

from sandbox.stand_ins.stripe import checkout
from sandbox.stand_ins.stripe.store import Store, StripeObject


def checkouts(store: Store, most: int) -> list[StripeObject]:
    """Newest first, each as `{"id","url","name","amount_ore","status","mode","payment"}`.

    `url` is None once it is closed; `payment` is None, or `{"id","left_ore","dispute"}` of a payment that was made
    outside a subscription: `dispute` is None or `{"id","status"}`.
    """
    newest = store.all("checkout.session")[: -most - 1 : -1]
    return [
        {
            "id": one["id"],
            "url": one["url"],
            "name": ", ".join(line["description"] for line in checkout.line_items(store, {}, one["id"])["data"]),
            "amount_ore": one["amount_total"],
            "status": one["status"],
            "mode": one["mode"],
            "payment": _payment(store, one["payment_intent"]),
        }
        for one in newest
    ]


def _payment(store: Store, payment_id: str | None) -> StripeObject | None:
    if payment_id is None:
        return None
    charge = store.objects[store.objects[payment_id]["latest_charge"]]
    disputes = [one for one in store.all("dispute") if one["payment_intent"] == payment_id]
    return {
        "id": payment_id,
        "left_ore": charge["amount"] - charge["amount_refunded"],
        "dispute": {key: disputes[-1][key] for key in ("id", "status")} if disputes else None,
    }
