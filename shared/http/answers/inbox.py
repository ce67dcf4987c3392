"""What waits for UpUp's staff, as their first page shows it."""

from datetime import datetime, timedelta

from typing_extensions import TypedDict

from shared.database.queries import access_grants, code_pools, inbox, link_domains, sender_names
from shared.database.transactions import Database
from shared.domain.disclosure import ASK_LIFE
from shared.http.answers.fields import Email

DIFFERENCES_SHOWN_FOR = timedelta(days=30)
"""The nightly comparison finds anew what is still wrong."""

REVIEW_EVERY = timedelta(days=365)


class WaitingForStaff(TypedDict):
    """How much of each. `disclosures`: asked by others, as nobody approves their own. `access`: grants past their end,
    and 1 for the yearly review when it is due."""

    dead_letters: int
    deliveries: int
    disclosures: int
    senders: int
    link_domains: int
    stopped_by_reports: int
    code_pools: int
    breaches: int
    agreements: int
    differences: int
    access: int


class Inbox(TypedDict):
    """`staff`: who asks, as Identity-Aware Proxy says."""

    staff: Email
    waiting: WaitingForStaff


def staffs_inbox(database: Database, staff: str, now: datetime) -> Inbox:
    with database.transaction() as tx:
        found = inbox.waiting(tx, staff, now - ASK_LIFE, now - DIFFERENCES_SHOWN_FOR, now)
        reviewed = access_grants.last_review(tx)
        review_is_due = reviewed is None or now - reviewed.at > REVIEW_EVERY
        waiting: WaitingForStaff = {
            "dead_letters": found.dead_letters,
            "deliveries": found.uncertain_deliveries,
            "disclosures": found.disclosures,
            "senders": sender_names.asked(tx),
            "link_domains": link_domains.asked(tx),
            "stopped_by_reports": found.stopped_by_reports,
            "code_pools": sum(one.is_low for one in code_pools.pools(tx)),
            "breaches": found.breaches,
            "agreements": found.agreements,
            "differences": found.differences,
            "access": found.access_past_its_end + review_is_due,
        }
    return {"staff": staff, "waiting": waiting}
