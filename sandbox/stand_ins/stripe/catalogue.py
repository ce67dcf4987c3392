"""Products and prices: those the account was made with, and those a Checkout makes inline."""

import hashlib
from typing import Any

from sandbox.stand_ins.stripe.errors import invalid, missing
from sandbox.stand_ins.stripe.params import Params, flag, integer, required, section
from sandbox.stand_ins.stripe.store import Store, StripeObject, page

INTERVALS = ("day", "week", "month", "year")


def add_monthly_price(store: Store, lookup_key: str, unit_amount: int, nickname: str) -> None:
    """A plan in SEK. Its ids follow from the lookup key, so that every run of the sandbox has the same."""
    suffix = hashlib.sha256(lookup_key.encode()).hexdigest()[:24]
    product = _add_product(store, nickname, f"prod_{suffix}")
    _add_price(
        store,
        {"unit_amount": unit_amount, "currency": "sek", "lookup_key": lookup_key, "nickname": nickname},
        product["id"],
        _recurring("month", 1),
        f"price_{suffix}",
    )


def list_prices(store: Store, params: Params) -> StripeObject:
    found = store.all("price")
    if "lookup_keys" in params:
        found = [price for price in found if price["lookup_key"] in params["lookup_keys"]]
    if "product" in params:
        found = [price for price in found if price["product"] == params["product"]]
    if "active" in params:
        found = [price for price in found if price["active"] == flag(params["active"], "active")]
    return page(found, params, "/v1/prices")


def list_products(store: Store, params: Params) -> StripeObject:
    found = store.all("product")
    if "active" in params:
        found = [product for product in found if product["active"] == flag(params["active"], "active")]
    return page(found, params, "/v1/products")


def price_of_line(store: Store, line: Params, where: str) -> StripeObject:
    """The price a line item names or describes; `where` is the line's name in errors."""
    if "price" in line:
        return store.get("price", line["price"], f"{where}[price]", status=400)
    if "price_data" not in line:
        raise missing(f"{where}[price]")
    return _inline_price(store, section(line, "price_data"), f"{where}[price_data]")


def _inline_price(store: Store, data: Params, where: str) -> StripeObject:
    currency = required(data, "currency")
    unit_amount = integer(required(data, "unit_amount"), f"{where}[unit_amount]")
    if "product" in data:
        product = store.get("product", data["product"], f"{where}[product]", status=400)
    else:
        name = required(section(data, "product_data"), "name")
        product = _add_product(store, name, active=False)
    recurring = None
    if rhythm := section(data, "recurring"):
        count = integer(rhythm.get("interval_count", "1"), f"{where}[recurring][interval_count]", least=1)
        recurring = _recurring(required(rhythm, "interval"), count)
    fields = {"unit_amount": unit_amount, "currency": currency.lower(), "active": False}
    return _add_price(store, fields, product["id"], recurring)


def _recurring(interval: str, count: int) -> StripeObject:
    if interval not in INTERVALS:
        raise invalid(f"Invalid interval: must be one of {', '.join(INTERVALS)}", "interval")
    return {"interval": interval, "interval_count": count, "meter": None, "usage_type": "licensed"}


def _add_product(store: Store, name: str, object_id: str | None = None, *, active: bool = True) -> StripeObject:
    fields = {"name": name, "active": active, "description": None, "metadata": {}, "type": "service"}
    return store.new("product", "prod_", fields, object_id)


def _add_price(
    store: Store,
    fields: dict[str, Any],
    product_id: str,
    recurring: StripeObject | None,
    object_id: str | None = None,
) -> StripeObject:
    price = {
        "active": True,
        "billing_scheme": "per_unit",
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product_id,
        "recurring": recurring,
        "tax_behavior": "unspecified",
        "type": "recurring" if recurring else "one_time",
        "unit_amount_decimal": str(fields["unit_amount"]),
        **fields,
    }
    return store.new("price", "price_", price, object_id)
