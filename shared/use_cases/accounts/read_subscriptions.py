"""Who has unsubscribed at Mailchimp, or come back by themselves, is read from there: theirs is the last word."""

from datetime import datetime, timedelta

from shared.database.queries import contacts, cursors
from shared.database.transactions import Database
from shared.ports import Marketing
from shared.use_cases.accounts.ask_for_sync import ask_for_sync

CURSOR = "mailchimp-subscriptions"
OVERLAP = timedelta(hours=1)
"""Read once more with each run: clocks differ, and a change may show late."""
FIRST = timedelta(days=30)
"""How far the first run looks back."""


def read_subscriptions(database: Database, marketing: Marketing, now: datetime) -> dict[str, int]:
    """Read what has changed since the last run. Who can be written to again after a refusal is told anew."""
    with database.transaction() as tx:
        cursor = cursors.get(tx, CURSOR)
    since = datetime.fromisoformat(cursor) - OVERLAP if cursor else now - FIRST
    gone = back = again = 0
    for page in marketing.changed_since(since):
        no_news = [one.email for one in page if one.subscribed is False]
        news = [one.email for one in page if one.subscribed]
        with database.transaction() as tx:
            gone += contacts.unsubscribed(tx, no_news, now)
            back += contacts.subscribed(tx, news)
            returned = [(person_id, contacts.MAILCHIMP) for person_id in contacts.refused(tx, news)]
            contacts.want(tx, returned, now)
            ask_for_sync(tx, returned, now)
        again += len(returned)
    with database.transaction() as tx:
        cursors.put(tx, CURSOR, now.isoformat())
    return {"unsubscribed": gone, "subscribed": back, "told_again": again}
