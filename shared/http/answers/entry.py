"""What signing up, choosing and paying answer."""

from typing_extensions import TypedDict

from shared.domain.plan import Plan
from shared.http.answers.fields import AccountId, Ore, Url


class SignedUp(TypedDict):
    account_id: AccountId
    checkout_url: Url


class CheckoutUrl(TypedDict):
    """Where the customer pays."""

    checkout_url: Url


class PortalUrl(TypedDict):
    """Where the customer changes card and plan, and cancels."""

    url: Url


class PlanOnSale(TypedDict):
    """`price_ore` is a month's, without VAT."""

    code: str
    name: str
    price_ore: Ore


class Nothing(TypedDict):
    """There is nothing to tell."""


def plan(one: Plan) -> PlanOnSale:
    return {"code": one.code, "name": one.name, "price_ore": one.price_ore}
