"""Billing Portal: its sessions, and what a customer can do there: change card and plan, cancel, and think again.

Only here a customer can also have the period end at once: the next payment comes without any time that passes.
"""

from sandbox.stand_ins.stripe import billing, customers
from sandbox.stand_ins.stripe.errors import ApiError, invalid
from sandbox.stand_ins.stripe.params import Params, required
from sandbox.stand_ins.stripe.store import Store, StripeObject, new_id

ACTIONS = ("plan", "cancel", "resume", "good_card", "bad_card", "end_period")


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


def session_at(store: Store, url: str) -> StripeObject:
    """The session whose page this is. Raises ApiError."""
    return store.get("billing_portal.session", url.rpartition("/p/session/")[2])


def subscription_of(store: Store, session: StripeObject) -> StripeObject | None:
    """What the customer subscribes to, if it has not ended."""
    found = [one for one in store.all("subscription") if one["customer"] == session["customer"]]
    return next((one for one in reversed(found) if one["status"] != "canceled"), None)


def act(store: Store, session: StripeObject, action: str, plan: str = "") -> None:
    """What the customer does there; `plan` is a lookup key. Raises ApiError."""
    if action not in ACTIONS:
        raise invalid(f"Invalid action: must be one of {', '.join(ACTIONS)}", "action")
    if action in ("good_card", "bad_card"):
        billing.change_card(store, session["customer"], works=action == "good_card")
        return
    subscription = subscription_of(store, session)
    if subscription is None:
        raise ApiError(400, "This customer has no subscription.")
    if action == "plan":
        price = next((one for one in store.all("price") if plan and one["lookup_key"] == plan), None)
        if price is None:
            raise invalid("No such plan", "plan")
        billing.switch_plan(store, subscription, price)
    elif action == "end_period":
        billing.end_period(store, subscription)
    else:
        billing.update(store, {"cancel_at_period_end": str(action == "cancel").lower()}, subscription["id"])
