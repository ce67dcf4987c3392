"""Owners are mailed of a webhook endpoint that UpUp calls no more. The mail names it by its id alone."""

import logging

from shared.database.queries import webhook_endpoints
from shared.database.queries.webhook_endpoints import Endpoint
from shared.database.transactions import Database, insist
from shared.ports import Mail, MailRefused, SupplierUnavailable

log = logging.getLogger(__name__)

AT_ONCE = 50
SUBJECT = "En webhook är avstängd / A webhook is disabled"
WHY = {
    "failing": ("den inte har svarat på tre dagar", "it has answered no call for three days"),
    "gone": ("den svarade att den inte finns längre (410)", "it answered that it is gone (410)"),
}
TEXT = """Hej!

UpUp anropar inte längre er webhook {endpoint_id}, eftersom {swedish}. \
Se GET /v1/webhook-endpoints/{endpoint_id}/attempts, och slå på den igen med PATCH och {{"enabled": true}}.

UpUp calls your webhook {endpoint_id} no more, because {english}. \
See GET /v1/webhook-endpoints/{endpoint_id}/attempts, and enable it again with PATCH and {{"enabled": true}}.
"""


def tell_of_disabled(database: Database, mail: Mail) -> int:
    """How many endpoints. Raises `SupplierUnavailable` where no owner of one could be told: the next run goes on."""
    with database.transaction() as tx:
        disabled = webhook_endpoints.to_tell(tx, AT_ONCE)
    for endpoint in disabled:
        with database.transaction() as tx:
            owners = webhook_endpoints.owners(tx, endpoint.company_id)
        _mail(mail, endpoint, owners)
        _told(database, endpoint)
    return len(disabled)


def _mail(mail: Mail, endpoint: Endpoint, owners: list[str]) -> None:
    """Who cannot be reached is not waited for once another is told: that one would be told every minute."""
    swedish, english = WHY[endpoint.state]
    text, told, away = TEXT.format(endpoint_id=endpoint.id, swedish=swedish, english=english), 0, None
    for email in owners:
        try:
            mail.send(email, SUBJECT, text)
            told += 1
        except (MailRefused, SupplierUnavailable) as error:
            log.warning("an owner could not be told of %s: %s", endpoint.id, type(error).__name__)
            away = error if isinstance(error, SupplierUnavailable) else away
    if away and not told:
        raise away


def _told(database: Database, endpoint: Endpoint) -> None:
    insist(database, lambda tx: webhook_endpoints.owners_told(tx, endpoint.company_id, [endpoint.id]))
