"""Customers."""

from sandbox.stand_ins.stripe.billing import cancel_all_of
from sandbox.stand_ins.stripe.errors import no_such
from sandbox.stand_ins.stripe.params import Params, merged_metadata
from sandbox.stand_ins.stripe.store import Store, StripeObject, page

_EMPTY: StripeObject = {
    "address": None,
    "balance": 0,
    "currency": None,
    "default_source": None,
    "delinquent": False,
    "description": None,
    "email": None,
    "name": None,
    "phone": None,
    "preferred_locales": [],
    "shipping": None,
    "tax_exempt": "none",
}


def create(store: Store, params: Params) -> StripeObject:
    customer = store.new("customer", "cus_", {**_EMPTY, "metadata": {}})
    _write(customer, params)
    return customer


def list_customers(store: Store, params: Params) -> StripeObject:
    found = [one for one in store.all("customer") if not one.get("deleted")]
    if "email" in params:
        found = [one for one in found if one["email"] == params["email"]]
    return page(found, params, "/v1/customers")


def update(store: Store, params: Params, object_id: str) -> StripeObject:
    customer = existing(store, object_id, "id", 404)
    _write(customer, params)
    return customer


def delete(store: Store, _: Params, object_id: str) -> StripeObject:
    """Ends the customer's subscriptions at once."""
    existing(store, object_id, "id", 404)
    cancel_all_of(store, object_id)
    deleted = {"id": object_id, "object": "customer", "deleted": True}
    store.objects[object_id] = deleted
    return deleted


def existing(store: Store, customer_id: str, param: str = "customer", status: int = 400) -> StripeObject:
    """Raises ApiError for an unknown or a deleted customer."""
    customer = store.get("customer", customer_id, param, status)
    if customer.get("deleted"):
        raise no_such("customer", customer_id, param, status)
    return customer


def _write(customer: StripeObject, params: Params) -> None:
    customer["metadata"] = merged_metadata(customer["metadata"], params)
    for name, value in params.items():
        if name != "metadata":
            customer[name] = None if value == "" else value
