"""What is answered about link domains, to the company and to staff."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import link_domains
from shared.database.queries.link_domains import LinkDomain
from shared.database.transactions import Database
from shared.domain.errors import NotFound
from shared.domain.look_alike import resembles
from shared.domain.misuse import State
from shared.http.answers.fields import AccountId, DomainId, Moment, one_of
from shared.http.answers.moments import moment
from shared.http.call import Call
from shared.http.paging import Listed, Page, list_body, read_page, read_state


class Domain(TypedDict):
    """`domain` is in ASCII: letters such as å are in punycode."""

    id: DomainId
    domain: str
    state: Annotated[str, one_of(State)]
    reason: str | None
    looks_like: str | None
    asked_at: Moment
    decided_at: Moment | None


class StaffsDomain(Domain):
    account_id: AccountId


def domain(one: LinkDomain) -> Domain:
    return {
        "id": one.id,
        "domain": one.domain,
        "state": one.state,
        "reason": one.reason,
        "looks_like": resembles(one.domain.rpartition(".")[0]),
        "asked_at": moment(one.asked_at),
        "decided_at": moment(one.decided_at),
    }


def staffs_domain(one: LinkDomain) -> StaffsDomain:
    return {**domain(one), "account_id": one.company_id}


def domain_list(database: Database, call: Call) -> Listed[Domain]:
    page, found = _domains(database, call, call.company_id)
    return list_body([domain(one) for one in found], page.limit, *_place(found))


def staffs_domain_list(database: Database, call: Call) -> Listed[StaffsDomain]:
    page, found = _domains(database, call, None)
    return list_body([staffs_domain(one) for one in found], page.limit, *_place(found))


def one_staffs_domain(database: Database, company_id: str, domain_id: str) -> StaffsDomain:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = link_domains.get(tx, company_id, domain_id)
    if found is None:
        raise NotFound("There is no such domain.")
    return staffs_domain(found)


def _domains(database: Database, call: Call, company_id: str | None) -> tuple[Page, list[LinkDomain]]:
    page, state = read_page(call.request, datetime.fromisoformat, str), read_state(call.request, tuple(State))
    with database.transaction() as tx:
        return page, link_domains.page(tx, company_id, state, page.before, page.limit)


def _place(found: list[LinkDomain]) -> tuple[str, ...]:
    """Of the last one, for the cursor."""
    return (found[-1].asked_at.isoformat(), found[-1].id) if found else ()
