"""What is told of account holders at the suppliers that know them by their e-mail."""

from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import contacts
from shared.database.transactions import Transaction
from shared.http.answers.fields import MemberId, Moment, PersonId, one_of
from shared.http.answers.moments import moment
from shared.http.paging import Listed, Page, list_body


class RefusedContact(TypedDict):
    """A person whose e-mail a supplier will never take, by id only. `forgotten`: it was erased there, and only its
    owner can come back, through the supplier's own form."""

    person_id: PersonId
    supplier: Annotated[str, one_of(contacts.SUPPLIERS)]
    refusal: Annotated[str, one_of(("refused", "forgotten"))]
    refused_at: Moment


class RefusedMember(TypedDict):
    member_id: MemberId
    supplier: Annotated[str, one_of(contacts.SUPPLIERS)]
    hint: str


class Mailing(TypedDict):
    """`no_news_since`: when whoever asks has unsubscribed. `refused`: whom only the account's own e-mails reach."""

    no_news_since: Moment | None
    refused: list[RefusedMember]


HINT = (
    "This supplier will not take the member's e-mail, as it was erased there or bounces. Only the person can come back,"
    " through the form under a newsletter; the account's own e-mails still arrive."
)


def mailing(tx: Transaction, company_id: str, person_id: str) -> Mailing:
    refused = contacts.refusals_of_company(tx, company_id)
    return {
        "no_news_since": moment(contacts.unsubscribed_at(tx, person_id)),
        "refused": [{"member_id": member_id, "supplier": supplier, "hint": HINT} for member_id, supplier in refused],
    }


def refusal_list(tx: Transaction, page: Page) -> Listed[RefusedContact]:
    found = contacts.refusals(tx, page.before, page.limit)
    last = (found[-1].refused_at.isoformat(), found[-1].person_id) if found else ()
    return list_body([_refusal(one) for one in found], page.limit, *last)


def _refusal(one: contacts.Refusal) -> RefusedContact:
    return {
        "person_id": one.person_id,
        "supplier": one.supplier,
        "refusal": one.refusal,
        "refused_at": moment(one.refused_at),
    }
