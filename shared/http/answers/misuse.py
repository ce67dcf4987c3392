"""What is answered about senders, link domains and opt-outs, and to staff about accounts and reports."""

from datetime import date, datetime
from typing import Annotated

from flask import Request
from typing_extensions import TypedDict

from shared.database.queries import (
    abuse_reports,
    link_domains,
    money,
    opt_outs,
    sender_names,
    sends,
    staff_log,
    standing,
)
from shared.database.queries.link_domains import LinkDomain
from shared.database.queries.sender_names import SenderName
from shared.database.queries.staff_log import Action
from shared.database.queries.standing import Decision
from shared.database.transactions import Database
from shared.domain.errors import Fault, NotAcceptable, NotFound
from shared.domain.look_alike import resembles
from shared.domain.misuse import SHARE_OF, State
from shared.domain.opt_out import Source
from shared.domain.recipients import Imported
from shared.http.answers.fields import ACCOUNT_STATES, AccountId, Day, DomainId, Moment, OptOutId, Ore, SenderId, one_of
from shared.http.answers.moments import moment
from shared.http.answers.sends import RowFault
from shared.http.call import Answer, Call
from shared.http.paging import Listed, Page, list_body, read_page

LISTED_STATES = (*ACCOUNT_STATES, "stopped")
MOST_DECISIONS = 50
LONGEST_SEARCH = 120


class Sender(TypedDict):
    """`texts_state`: of texts that speak of banks, codes or accounts; null where there was none. `looks_like`: whose
    sender it could be taken for."""

    id: SenderId
    sender: str
    state: Annotated[str, one_of(State)]
    texts_state: Annotated[str, one_of(State)] | None
    reason: str | None
    looks_like: str | None
    asked_at: Moment
    decided_at: Moment | None


class StaffsSender(Sender):
    account_id: AccountId


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


class OptOut(TypedDict):
    """Whose it is, nobody can see: only a keyed fingerprint of the number is kept."""

    id: OptOutId
    opted_out_on: Day
    source: Annotated[str, one_of(Source)] | None


class ImportedOptOuts(TypedDict):
    """All counts, and the first hundred rows that are no mobile numbers."""

    added: int
    already: int
    duplicate: int
    invalid: int
    report: list[RowFault]


class FoundAccount(TypedDict):
    """`stopped_at` is null where it is not stopped."""

    id: AccountId
    company_name: str
    org_number: str
    plan: str
    state: Annotated[str, one_of(ACCOUNT_STATES)]
    stopped_at: Moment | None
    stopped_by: Annotated[str, one_of(("staff", "reports"))] | None
    stop_reason: str | None
    limits_lifted_at: Moment | None
    daily_recipients: int | None
    created_at: Moment


class StaffDecision(TypedDict):
    """`staff` is null where recipients' reports decided."""

    at: Moment
    staff: str | None
    decision: str
    reason: str


class ReportedCompany(TypedDict):
    """Recipients' reports of the last 90 days; `unseen`: since staff last let the company go on."""

    account_id: AccountId
    not_asked: int
    fraud: int
    other: int
    unseen: int
    last_day: Day


class WholeAccount(FoundAccount):
    balance_ore: Ore
    recipients_last_7_days: int
    reports: ReportedCompany | None
    decisions: list[StaffDecision]


def sender(one: SenderName) -> Sender:
    return {
        "id": one.id,
        "sender": one.sender,
        "state": one.state,
        "texts_state": one.texts,
        "reason": one.reason,
        "looks_like": resembles(one.sender),
        "asked_at": moment(one.asked_at),
        "decided_at": moment(one.decided_at),
    }


def staffs_sender(one: SenderName) -> StaffsSender:
    return {**sender(one), "account_id": one.company_id}


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


def sender_list(database: Database, call: Call) -> Listed[Sender]:
    page, found = _senders(database, call, call.company_id)
    return list_body([sender(one) for one in found], page.limit, *_asked(found))


def staffs_sender_list(database: Database, call: Call) -> Listed[StaffsSender]:
    page, found = _senders(database, call, None)
    return list_body([staffs_sender(one) for one in found], page.limit, *_asked(found))


def domain_list(database: Database, call: Call) -> Listed[Domain]:
    page, found = _domains(database, call, call.company_id)
    return list_body([domain(one) for one in found], page.limit, *_asked(found))


def staffs_domain_list(database: Database, call: Call) -> Listed[StaffsDomain]:
    page, found = _domains(database, call, None)
    return list_body([staffs_domain(one) for one in found], page.limit, *_asked(found))


def one_staffs_sender(database: Database, company_id: str, sender_id: str) -> StaffsSender:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = sender_names.get(tx, company_id, sender_id)
    if found is None:
        raise NotFound("There is no such sender.")
    return staffs_sender(found)


def one_staffs_domain(database: Database, company_id: str, domain_id: str) -> StaffsDomain:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = link_domains.get(tx, company_id, domain_id)
    if found is None:
        raise NotFound("There is no such domain.")
    return staffs_domain(found)


def opt_out(one: opt_outs.OptOut) -> OptOut:
    return {"id": one.id, "opted_out_on": one.opted_out_on.isoformat(), "source": one.source}


def opt_out_list(database: Database, call: Call) -> Listed[OptOut]:
    page = read_page(call.request, date.fromisoformat, str)
    before = (date.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    with database.transaction() as tx:
        found = opt_outs.page(tx, call.company_id, before, page.limit)
    last = (found[-1].opted_out_on.isoformat(), found[-1].id) if found else ()
    return list_body([opt_out(one) for one in found], page.limit, *last)


def noted(one: opt_outs.OptOut, new: bool) -> Answer:
    """200 for one that was there before."""
    return Answer(201 if new else 200, opt_out(one))


def imported(done: Imported) -> Answer:
    return Answer(200, _imported(done))


def _imported(done: Imported) -> ImportedOptOuts:
    return {
        "added": done.added,
        "already": done.already,
        "duplicate": done.duplicate,
        "invalid": done.invalid,
        "report": [{"row": one.row, "code": one.code, "message": one.message} for one in done.faults],
    }


def account_list(database: Database, call: Call) -> Listed[FoundAccount]:
    """Newest first. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    state, words = _read_state(call.request, LISTED_STATES), call.request.args.get("q", "").strip()
    if len(words) > LONGEST_SEARCH:
        fault = Fault("q", "too_long", "Search for part of a name, an organisation number or an id.")
        raise NotAcceptable("The list cannot be shown like this.", [fault])
    with database.transaction() as tx:
        found = standing.accounts(tx, state, words, page.before, page.limit)
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([_account(one) for one in found], page.limit, *last)


def whole_account(database: Database, account_id: str, staff: str, now: datetime) -> WholeAccount:
    """With what staff decided about it; who looked is noted. Raises `NotFound`."""
    with database.transaction() as tx:
        found = standing.account(tx, account_id)
        if found is None:
            raise NotFound("There is no such account.")
        staff_log.add(tx, staff, Action.ACCOUNTS_SEE, [account_id], now)
        reports = abuse_reports.of_company(tx, account_id)
        return {
            **_account(found),
            "balance_ore": money.balance(tx, account_id).available_ore,
            "recipients_last_7_days": sends.recipients_since(tx, account_id, now - SHARE_OF),
            "reports": _reported(reports) if reports else None,
            "decisions": [_decision(one) for one in standing.decisions(tx, account_id, MOST_DECISIONS)],
        }


def report_list(database: Database, call: Call) -> Listed[ReportedCompany]:
    """Companies with reports, the last reported first. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = abuse_reports.page(tx, page.before, page.limit)
    last = (found[-1].last_day.isoformat(), found[-1].company_id) if found else ()
    return list_body([_reported(one) for one in found], page.limit, *last)


def _senders(database: Database, call: Call, company_id: str | None) -> tuple[Page, list[SenderName]]:
    page, state = read_page(call.request, datetime.fromisoformat, str), _read_state(call.request, tuple(State))
    with database.transaction() as tx:
        return page, sender_names.page(tx, company_id, state, page.before, page.limit)


def _domains(database: Database, call: Call, company_id: str | None) -> tuple[Page, list[LinkDomain]]:
    page, state = read_page(call.request, datetime.fromisoformat, str), _read_state(call.request, tuple(State))
    with database.transaction() as tx:
        return page, link_domains.page(tx, company_id, state, page.before, page.limit)


def _asked(found: list[SenderName] | list[LinkDomain]) -> tuple[str, ...]:
    return (found[-1].asked_at.isoformat(), found[-1].id) if found else ()


def _read_state(request: Request, states: tuple[str, ...]) -> str | None:
    """`?state=`. Raises `NotAcceptable`."""
    state = request.args.get("state")
    if state is None or state in states:
        return state
    fault = Fault("state", "unknown_state", f"state is one of {', '.join(states)}.")
    raise NotAcceptable("The list cannot be shown like this.", [fault])


def _account(one: standing.Account) -> FoundAccount:
    return {
        "id": one.id,
        "company_name": one.name,
        "org_number": one.org_number,
        "plan": one.plan,
        "state": one.state,
        "stopped_at": moment(one.stopped_at),
        "stopped_by": one.stopped_by,
        "stop_reason": one.stop_reason,
        "limits_lifted_at": moment(one.limits_lifted_at),
        "daily_recipients": one.daily_recipients,
        "created_at": moment(one.created_at),
    }


def _decision(one: Decision) -> StaffDecision:
    return {"at": moment(one.at), "staff": one.staff, "decision": one.decision, "reason": one.reason}


def _reported(one: abuse_reports.Reported) -> ReportedCompany:
    return {
        "account_id": one.company_id,
        "not_asked": one.not_asked,
        "fraud": one.fraud,
        "other": one.other,
        "unseen": one.unseen,
        "last_day": one.last_day.date().isoformat(),
    }
