"""What staff are told of the nightly comparison with Stripe."""

from typing_extensions import TypedDict

from shared.database.queries import reconciliation
from shared.database.transactions import Transaction
from shared.http.answers.fields import AccountId, Moment, Ore
from shared.http.answers.moments import moment
from shared.http.paging import Listed, Page, list_body


class StripeDifference(TypedDict):
    """`healed`: an event was lost, and its work is done now. One that is not healed is for a person: `what_to_do`.

    `invoice` is its id at Stripe, where nothing here is what it was paid for.
    """

    account_id: AccountId
    kind: str
    top_up_id: str | None
    stripe_ore: Ore | None
    here_ore: Ore | None
    healed: bool
    found_at: Moment
    invoice: str | None
    what_to_do: str | None


WHAT_TO_DO = {
    "deposit": "What was paid is not what is booked. Compare the payment with the account's ledger.",
    "plan_unknown": "Stripe does not know the account's subscription. Look for its customer there.",
    "balance": "The balance is not the sum of its entries. Book nothing by hand: a developer has to look.",
    "invoice_of_nobody": (
        "The signup was erased before its plan was paid, and nothing was made for it. At Stripe, cancel the invoice's "
        "subscription and refund the invoice; its customer may sign up again."
    ),
    "invoice_after_end": (
        "The agreement had ended when this was paid. At Stripe, cancel the invoice's subscription if it runs, and "
        "refund the invoice."
    ),
}


def difference_list(tx: Transaction, page: Page) -> Listed[StripeDifference]:
    found = reconciliation.page(tx, page.before, page.limit)
    last = (found[-1].found_at.isoformat(), found[-1].id) if found else ()
    return list_body([_difference(one) for one in found], page.limit, *last)


def _difference(one: reconciliation.Difference) -> StripeDifference:
    return {
        "account_id": one.company_id,
        "kind": one.kind,
        "top_up_id": one.top_up_id,
        "stripe_ore": one.stripe_ore,
        "here_ore": one.here_ore,
        "healed": one.healed,
        "found_at": moment(one.found_at),
        "invoice": one.invoice,
        "what_to_do": None if one.healed else WHAT_TO_DO.get(one.kind),
    }
