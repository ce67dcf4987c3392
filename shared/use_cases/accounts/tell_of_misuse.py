"""Every few minutes: staff are mailed which companies recipients' reports have stopped, and how many questions wait."""

import logging
from datetime import datetime

from shared.database.queries import link_domains, sender_names, standing
from shared.database.transactions import Database, insist
from shared.metrics import Metric, measure
from shared.ports import Mail

log = logging.getLogger(__name__)

AT_ONCE = 50
SUBJECT = "Ett företag är stoppat / A company is stopped"
TEXT = """Hej!

Mottagare har anmält SMS från {company_id}, som därför är stoppat sedan {since} UTC. \
Se GET /v1/staff/accounts/{company_id} och låt det fortsätta med POST …/resume, eller låt det vara.

Recipients have reported SMS of {company_id}, which is therefore stopped since {since} UTC.
"""


def tell_of_misuse(database: Database, mail: Mail, address: str, now: datetime) -> int:
    """How many mails. Raises `SupplierUnavailable` and `MailRefused`: the next run goes on with those that are left."""
    with database.transaction() as tx:
        stopped = standing.to_tell(tx, AT_ONCE)
        measure(Metric.SENDERS_ASKED, sender_names.asked(tx))
        measure(Metric.LINK_DOMAINS_ASKED, link_domains.asked(tx))
    for company_id, since in stopped:
        mail.send(address, SUBJECT, TEXT.format(company_id=company_id, since=f"{since:%Y-%m-%d %H:%M}"))
        _told(database, company_id, now)
    return len(stopped)


def _told(database: Database, company_id: str, now: datetime) -> None:
    insist(database, lambda tx: standing.told(tx, company_id, now))
