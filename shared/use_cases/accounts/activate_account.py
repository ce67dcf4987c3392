"""A paid company begins: it gets its own key in Cloud KMS first."""

from datetime import datetime

from shared.database.queries import companies
from shared.database.transactions import Database
from shared.ports import KeyService
from shared.use_cases.accounts.ask_for_sync import contacts_changed


def activate_account(database: Database, keys: KeyService, company_id: str, now: datetime) -> None:
    """Make the company's key and let it send; again changes nothing. A company without a key never sends.

    Raises `SupplierUnavailable`: the message comes again.
    """
    with database.transaction() as tx:
        company = companies.get(tx, company_id)
    if company is None or company.state != "pending" or company.stripe_subscription is None:
        return
    keys.create_key(company_id)
    with database.transaction() as tx:
        if companies.activate(tx, company_id):
            contacts_changed(tx, company_id, now)
