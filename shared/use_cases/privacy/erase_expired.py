"""What has had its time is deleted: texts and names after 72 hours at the latest, and the rest when its period ends."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from msgspec import Struct

from shared.database.queries import breaches, companies, coupons, expiry, keys, money, people, sends
from shared.database.transactions import Database, Transaction
from shared.domain import retention
from shared.privacy import data_map
from shared.privacy.data_map.model import Expires
from shared.privacy.redaction import describe
from shared.use_cases.sends.stop_deliveries import end_overdue_send

log = logging.getLogger(__name__)

AT_ONCE = 200
ROWS_AT_ONCE = 2_000


class Erased(Struct, frozen=True):
    texts: int
    sends: int
    signups: int
    traces: int


class ErasureIncomplete(Exception):
    """Something is still to be deleted: the run must come again, and somebody must look."""


def erase_expired(database: Database, now: datetime, at_once: int = AT_ONCE) -> Erased:
    """Each send in a transaction of its own: it can be stopped anywhere and run twice. `at_once`: how many are found.

    Nothing that fails holds up the rest. Raises `ErasureIncomplete` at the end where anything did.
    """
    run = _Run(database, now, at_once)
    expired = sum(run.part(table, partial(run.erase_old, table, rule)) for table, rule in run.due(data_map.expiring()))
    texts = run.part("texts", run.erase_texts)
    erased = run.part("sends", run.erase_sends)
    signups = run.part("signups", run.erase_signups)
    run.part("persons", partial(run.once, people.erase_without_company))
    run.part("transit keys", partial(run.once, lambda tx: keys.forget_transit_keys(tx, now.date())))
    traces = sum(run.part(name, partial(run.all_of, erase)) for name, erase in _traces(now).items())
    if run.failed:
        log.error("%d of what had its time could not be erased", run.failed)
        raise ErasureIncomplete
    return Erased(texts, erased, signups, expired + traces)


Erase = Callable[[Transaction], int]


def _traces(now: datetime) -> dict[str, Erase]:
    """What depends on other rows: coupons with links, holds without either, keys without rows, breaches long closed."""
    last_day = (now - retention.COUPON_LIFE).date()
    return {
        "coupons": lambda tx: coupons.erase(tx, last_day, ROWS_AT_ONCE),
        "holds": lambda tx: money.erase_empty_holds(tx, ROWS_AT_ONCE),
        "data keys": lambda tx: keys.forget_data_keys(tx, ROWS_AT_ONCE),
        "breaches": lambda tx: breaches.erase(tx, now - retention.BREACH_LIFE, ROWS_AT_ONCE),
    }


class _Run:
    """One run, and how much of it has failed so far."""

    def __init__(self, database: Database, now: datetime, at_once: int) -> None:
        self._database = database
        self._now = now
        self._at_once = at_once
        self.failed = 0

    def part(self, name: str, work: Callable[[], int]) -> int:
        try:
            return work()
        except Exception as error:  # whatever ails one part, the others' limits are the same
            log.error("%s were not erased: %s", name, describe(error))
            self.failed += 1
            return 0

    def once(self, work: Erase) -> int:
        with self._database.transaction() as tx:
            return work(tx)

    def all_of(self, erase: Erase) -> int:
        """Some thousand rows a transaction, until fewer are left."""
        done = 0
        while True:
            found = self.once(erase)
            done += found
            if found < ROWS_AT_ONCE:
                return done

    def due(self, rules: Iterable[tuple[str, Expires]]) -> list[tuple[str, Expires]]:
        """Tables of the data map with rows whose period is over: all of them where that cannot be asked."""
        known = list(rules)
        try:
            with self._database.transaction() as tx:
                found = expiry.due(tx, [(table, rule.column, self._until(rule)) for table, rule in known])
        except Exception as error:  # one table that is in trouble must not hold up the others
            log.error("each table is gone through: %s", describe(error))
            return known
        return [(table, rule) for table, rule in known if (table, rule.column) in found]

    def erase_old(self, table: str, rule: Expires) -> int:
        """One table of the data map whose rows have a period."""
        until = self._until(rule)
        return self.all_of(lambda tx: expiry.delete(tx, table, rule.column, until, ROWS_AT_ONCE))

    def _until(self, rule: Expires) -> datetime:
        return retention.must_erase_before(self._now, rule.life) if rule.early else self._now - rule.life

    def erase_texts(self) -> int:
        before = retention.must_erase_before(self._now, retention.MESSAGE_LIFE)
        return self._each(
            lambda tx, most: sends.with_overdue_text(tx, before, most),
            lambda tx, company_id, send_id: end_overdue_send(tx, company_id, send_id, self._now),
        )

    def erase_sends(self) -> int:
        return self._each(lambda tx, most: sends.to_erase(tx, self._now, most), sends.erase)

    def erase_signups(self) -> int:
        """Found, held and deleted in one transaction: one that is paid for meanwhile stays."""
        with self._database.transaction() as tx:
            unpaid = companies.unpaid_since(tx, self._now - retention.UNPAID_SIGNUP_LIFE, self._at_once)
            for company_id in unpaid:
                companies.erase(tx, company_id)
        return len(unpaid)

    def _each(
        self,
        find: Callable[[Transaction, int], list[tuple[str, str]]],
        act: Callable[[Transaction, str, str], None],
    ) -> int:
        """One at a time, past those that have failed: they are found again with each page."""
        failed = set[tuple[str, str]]()
        done = 0
        while True:
            most = self._at_once + len(failed)
            with self._database.transaction() as tx:
                found = find(tx, most)
            for company_id, one in found:
                if (company_id, one) in failed:
                    continue
                try:
                    with self._database.transaction() as tx:
                        act(tx, company_id, one)
                    done += 1
                except Exception as error:  # whatever ails one, the others' limits are the same
                    log.error("%s was not erased: %s", one, describe(error))
                    failed.add((company_id, one))
                    self.failed += 1
            if len(found) < most:
                return done
