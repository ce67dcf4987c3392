"""What staff are answered about companies' accounts, and what they decided about them."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import abuse_reports, money, sends, staff_log, standing
from shared.database.queries.staff_log import Action
from shared.database.queries.standing import Decision
from shared.database.transactions import Database
from shared.domain.errors import Fault, NotAcceptable, NotFound
from shared.domain.misuse import SHARE_OF
from shared.http.answers.abuse_reports import ReportedCompany, reported_company
from shared.http.answers.fields import ACCOUNT_STATES, AccountId, Moment, Ore, one_of
from shared.http.answers.moments import moment
from shared.http.call import Call
from shared.http.paging import Listed, list_body, read_page, read_state

LISTED_STATES = (*ACCOUNT_STATES, "stopped")
MOST_DECISIONS = 50
LONGEST_SEARCH = 120


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


class WholeAccount(FoundAccount):
    balance_ore: Ore
    recipients_last_7_days: int
    reports: ReportedCompany | None
    decisions: list[StaffDecision]


def account_list(database: Database, call: Call) -> Listed[FoundAccount]:
    """Newest first. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    state, words = read_state(call.request, LISTED_STATES), call.request.args.get("q", "").strip()
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
            "reports": reported_company(reports) if reports else None,
            "decisions": [_decision(one) for one in standing.decisions(tx, account_id, MOST_DECISIONS)],
        }


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
