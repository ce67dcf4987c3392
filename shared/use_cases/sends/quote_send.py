"""What a send, or its text alone, would come to. Nothing happens."""

from collections.abc import Collection
from datetime import datetime

from shared.database.queries import link_domains
from shared.database.queries.money import Balance
from shared.database.transactions import Database
from shared.domain.misuse import ByItself
from shared.use_cases.sends.prepare_send import Checked, Prepared, look_up, prepare


def quote_send(
    database: Database, company_id: str, checked: Checked, now: datetime, by_itself: Collection[ByItself]
) -> tuple[Prepared, Balance]:
    """The send as it would be accepted, and the balance that it would be paid from. Raises as `prepare`."""
    known = look_up(database, company_id, checked, now)
    balance = known.sending.balance if known.sending else Balance(0, 0)
    return prepare(checked, known, now, by_itself), balance


def domains_in_texts(database: Database, company_id: str) -> frozenset[str]:
    """Those that the company may link to."""
    with database.transaction() as tx:
        return link_domains.approved(tx, company_id)
