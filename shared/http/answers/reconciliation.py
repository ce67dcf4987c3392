"""What staff are told of the nightly comparison with Stripe."""

from typing_extensions import TypedDict

from shared.database.queries import reconciliation
from shared.database.transactions import Transaction
from shared.http.answers.fields import AccountId, Moment, Ore
from shared.http.answers.views import moment
from shared.http.paging import Listed, Page, list_body


class StripeDifference(TypedDict):
    """`healed`: an event was lost, and its work is done now. One that is not healed is for a person to look at."""

    account_id: AccountId
    kind: str
    top_up_id: str | None
    stripe_ore: Ore | None
    here_ore: Ore | None
    healed: bool
    found_at: Moment


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
    }
