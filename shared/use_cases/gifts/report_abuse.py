"""A recipient reports an SMS by the gift's link. Enough of them stop the company until staff have looked."""

from datetime import datetime

from shared.database.queries import abuse_reports, companies, sends, standing
from shared.database.queries.standing import Decision
from shared.database.transactions import Database, Transaction
from shared.domain.misuse import REPORTS_LAST, SHARE_OF, Reason, stops
from shared.metrics import Metric, measure
from shared.privacy.tokens import TokenHasher
from shared.use_cases.gifts.open_gift import unlock

REPORT_PURPOSE = "abuse-report"
BY_REPORTS = "reports"
WHY = "Several recipients have reported your SMS, and we are looking at it."


def report_abuse(database: Database, tokens: TokenHasher, token: str, reason: Reason, now: datetime) -> None:
    """Count the link once, with the day. Raises `NotFound`. A company whose agreement has ended sends no more anyway,
    and nothing is kept for it."""
    with database.transaction() as tx:
        coupon, _ = unlock(tx, tokens, token)
        company = companies.lock(tx, coupon.company_id)  # two reports at once see each other
        if company is None or company.state == "closed" or coupon.test:  # a test reached nobody
            return
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        new = abuse_reports.add(tx, tokens.digest(REPORT_PURPOSE, token), company.id, reason, day)
        stopped = new and _stop_where_enough(tx, company.id, day, now)
    if new:
        measure(Metric.ABUSE_REPORTS, 1, reason=reason)
    if stopped:
        measure(Metric.COMPANIES_STOPPED_BY_REPORTS, 1)


def _stop_where_enough(tx: Transaction, company_id: str, day: datetime, now: datetime) -> bool:
    """Whether it was stopped just now."""
    reports = abuse_reports.unseen_since(tx, company_id, day - REPORTS_LAST)
    if not stops(reports, sends.recipients_since(tx, company_id, now - SHARE_OF)):
        return False
    if not standing.stop(tx, company_id, BY_REPORTS, WHY, now):
        return False
    standing.decided(tx, company_id, Decision(now, None, "stop", f"{reports} reports from the gift page."))
    return True
