"""The access register: named people, Stripe for UpUp's own alone, and 12 months after the end it is forgotten."""

from datetime import date, timedelta

import pymysql
import pytest

from shared.database.queries import access_grants
from shared.database.queries.access_grants import Grant, Review
from shared.database.transactions import PooledDatabase
from shared.domain import retention
from shared.domain.access import Organisation, What
from shared.domain.errors import Conflict, NotAcceptable, NotFound
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.grant_access import end_access, grant_access, review_access
from tests.database.for_staff import ANNA, a_grant
from tests.factories import NOON


@pytest.fixture(autouse=True)
def no_access(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        for table in ("access_grants", "access_reviews"):
            tx.execute(f"DELETE FROM {table}")


def register(database: PooledDatabase) -> list[Grant]:
    with database.transaction() as tx:
        return access_grants.page(tx, None, 200)


def test_what_is_granted_stands_in_the_register_and_in_the_staff_log(database: PooledDatabase) -> None:
    given = grant_access(database, a_grant())
    assert register(database) == [given]
    with database.transaction() as tx:
        assert tx.values("SELECT subject FROM staff_log WHERE action = 'access.grant'") == [given.id]


@pytest.mark.parametrize("organisation", Organisation)
@pytest.mark.parametrize("what", What)
def test_stripe_is_for_upups_own_alone(database: PooledDatabase, organisation: Organisation, what: What) -> None:
    grant = a_grant(organisation=organisation, what=what)
    if what is What.STRIPE and organisation is Organisation.THE_FARM:
        with pytest.raises(NotAcceptable) as refusal:
            grant_access(database, grant)
        assert "UpUp's named staff alone" in refusal.value.faults[0].message
        assert register(database) == []
    else:
        grant_access(database, grant)
        assert register(database) == [grant]


def test_the_database_refuses_stripe_for_others_too(database: PooledDatabase) -> None:
    grant = a_grant(what=What.STRIPE)
    with pytest.raises(pymysql.err.Error, match="stripe_is_upups_alone"), database.transaction() as tx:
        access_grants.add(tx, grant)


def test_access_ends_on_the_day_on_which_it_begins_or_later(database: PooledDatabase) -> None:
    with pytest.raises(NotAcceptable):
        grant_access(database, a_grant(until=date(2026, 10, 31)))
    grant_access(database, a_grant(until=date(2026, 11, 1)))


def test_access_ends_once_and_who_ended_it_stays(database: PooledDatabase) -> None:
    given = grant_access(database, a_grant())
    ended = end_access(database, "karin@upup.example", given.id, NOON)
    assert (ended.ended_by, ended.ended_at) == ("karin@upup.example", NOON)
    with pytest.raises(Conflict):
        end_access(database, ANNA, given.id, NOON + timedelta(hours=1))
    assert register(database) == [ended]
    with pytest.raises(NotFound):
        end_access(database, ANNA, "grt_nobody", NOON)


def test_ended_access_is_forgotten_after_12_months_and_what_has_not_ended_never(database: PooledDatabase) -> None:
    kept = grant_access(database, a_grant(until=date(2026, 12, 1)))
    given = grant_access(database, a_grant())
    end_access(database, ANNA, given.id, NOON)
    erase_expired(database, NOON + retention.STAFF_LOG_LIFE - timedelta(hours=4))
    assert len(register(database)) == 2
    erase_expired(database, NOON + retention.STAFF_LOG_LIFE)
    assert register(database) == [kept]
    erase_expired(database, NOON + timedelta(days=3_000))
    assert register(database) == [kept]


def test_the_last_review_is_the_newest_and_outlives_the_next_yearly_one(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        assert access_grants.last_review(tx) is None
    review_access(database, ANNA, NOON)
    later = review_access(database, "karin@upup.example", NOON + timedelta(days=365))
    with database.transaction() as tx:
        assert access_grants.last_review(tx) == later
    erase_expired(database, NOON + timedelta(days=2 * 365))
    with database.transaction() as tx:
        assert tx.value("SELECT COUNT(*) FROM access_reviews") == 2
    erase_expired(database, NOON + retention.ACCESS_REVIEW_LIFE)
    with database.transaction() as tx:
        assert tx.value("SELECT COUNT(*) FROM access_reviews") == 1


def test_a_row_of_the_register_prints_no_name() -> None:
    assert "Karin" not in repr(a_grant()) and "karin" not in repr(a_grant())
    assert repr(Review(NOON, ANNA))
