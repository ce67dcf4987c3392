"""Billing Portal sessions. Their page cannot change anything yet."""

from sandbox.stand_ins.stripe import customers
from sandbox.stand_ins.stripe.params import Params, required
from sandbox.stand_ins.stripe.store import Store, StripeObject, new_id


def create(store: Store, params: Params, base_url: str) -> StripeObject:
    customer = customers.existing(store, required(params, "customer"))
    session_id = new_id("bps_")
    return store.new(
        "billing_portal.session",
        "",
        {
            "configuration": "bpc_sandbox",
            "customer": customer["id"],
            "flow": None,
            "locale": params.get("locale"),
            "on_behalf_of": None,
            "return_url": params.get("return_url"),
            "url": f"{base_url.rstrip('/')}/p/session/{session_id}",
        },
        session_id,
    )
