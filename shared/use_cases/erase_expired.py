"""What has had its time is deleted: texts and names after 72 hours at the latest, and the rest when its period ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.database.queries import breaches, companies, coupons, expiry, keys, money, people, sends
from shared.database.transactions import Database, Transaction
from shared.domain import retention
from shared.privacy import data_map
from shared.privacy.data_map.model import Expires
from shared.use_cases.stop_deliveries import end_overdue_send

AT_ONCE = 200
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Erased:
    texts: int
    sends: int
    signups: int
    traces: int


def erase_expired(database: Database, now: datetime) -> Erased:
    """Each send and signup in a transaction of its own: it can be stopped anywhere and run twice."""
    expired = sum(_erase_old(database, table, rule, now) for table, rule in data_map.expiring())
    texts = _each(
        database,
        lambda tx: sends.with_overdue_text(tx, retention.must_erase_before(now, retention.MESSAGE_LIFE), AT_ONCE),
        lambda tx, company_id, send_id: end_overdue_send(tx, company_id, send_id, now.date()),
    )
    erased = _each(database, lambda tx: sends.to_erase(tx, now, AT_ONCE), sends.erase)
    with database.transaction() as tx:
        unpaid = companies.unpaid_since(tx, now - retention.UNPAID_SIGNUP_LIFE, AT_ONCE)
        for company_id in unpaid:
            companies.erase(tx, company_id)
        people.erase_without_company(tx)
        keys.forget_transit_keys(tx, now.date())
    return Erased(texts, erased, len(unpaid), expired + _erase_traces(database, now))


def _erase_old(database: Database, table: str, rule: Expires, now: datetime) -> int:
    """One table of the data map whose rows have a period."""
    until = retention.must_erase_before(now, rule.life) if rule.early else now - rule.life
    done = 0
    while True:
        with database.transaction() as tx:
            found = expiry.delete(tx, table, rule.column, until, ROWS_AT_ONCE)
        done += found
        if found < ROWS_AT_ONCE:
            return done


def _erase_traces(database: Database, now: datetime) -> int:
    """What depends on other rows: coupons with links, holds without either, keys without rows, breaches long closed."""
    last_day = (now - retention.COUPON_LIFE).date()
    done = 0
    while True:
        with database.transaction() as tx:
            found = [
                coupons.erase(tx, last_day, ROWS_AT_ONCE),
                money.erase_empty_holds(tx, ROWS_AT_ONCE),
                keys.forget_data_keys(tx, ROWS_AT_ONCE),
                breaches.erase(tx, now - retention.BREACH_LIFE, ROWS_AT_ONCE),
            ]
        done += sum(found)
        if max(found) < ROWS_AT_ONCE:
            return done


def _each(
    database: Database,
    find: Callable[[Transaction], list[tuple[str, str]]],
    act: Callable[[Transaction, str, str], None],
) -> int:
    done = 0
    while True:
        with database.transaction() as tx:
            found = find(tx)
        for company_id, send_id in found:
            with database.transaction() as tx:
                act(tx, company_id, send_id)
        done += len(found)
        if len(found) < AT_ONCE:
            return done
