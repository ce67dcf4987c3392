"""What staff are answered about recipients' reports."""

from datetime import datetime

from typing_extensions import TypedDict

from shared.database.queries import abuse_reports
from shared.database.transactions import Database
from shared.http.answers.fields import AccountId, Day
from shared.http.call import Call
from shared.http.paging import Listed, list_body, read_page


class ReportedCompany(TypedDict):
    """Recipients' reports of the last 90 days; `unseen`: since staff last let the company go on."""

    account_id: AccountId
    not_asked: int
    fraud: int
    other: int
    unseen: int
    last_day: Day


def report_list(database: Database, call: Call) -> Listed[ReportedCompany]:
    """Companies with reports, the last reported first. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = abuse_reports.page(tx, page.before, page.limit)
    last = (found[-1].last_day.isoformat(), found[-1].company_id) if found else ()
    return list_body([reported_company(one) for one in found], page.limit, *last)


def reported_company(one: abuse_reports.Reported) -> ReportedCompany:
    return {
        "account_id": one.company_id,
        "not_asked": one.not_asked,
        "fraud": one.fraud,
        "other": one.other,
        "unseen": one.unseen,
        "last_day": one.last_day.date().isoformat(),
    }
