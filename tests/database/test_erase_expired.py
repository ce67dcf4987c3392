"""What has had its time is deleted: texts after 72 hours, sends at their date, what nobody paid for after a week."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shared.database.queries import idempotency, people
from shared.database.transactions import Arguments, Database, Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import parse
from shared.domain.retention import ERASE_EVERY, RUN_MAY_BE_LATE
from shared.ports import Receipt, SmsOutcome, SmsResult
from shared.privacy.transit import Transit, TransitKeyGone
from shared.use_cases.privacy.erase_expired import Erased, ErasureIncomplete, erase_expired
from shared.use_cases.sends.record_receipt import record_receipt
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline
from tests.factories import NOON, fictional

AT_ONCE = 5  # so that a few are more than are looked at together


@pytest.fixture(autouse=True)
def nothing_of_earlier_runs(pipeline: Pipeline) -> None:
    """Signups of other tests are of the same day and so never due together with this one's."""
    erase_expired(pipeline.database, NOON)


def erase(pipeline: Pipeline) -> Erased:
    return erase_expired(pipeline.database, pipeline.clock.now(), AT_ONCE)


def test_a_text_that_was_never_handed_over_is_gone_by_72_hours_although_the_next_run_may_be_late(
    pipeline: Pipeline,
) -> None:
    send_id = pipeline.issued(2)
    pipeline.clock.time += timedelta(hours=72) - ERASE_EVERY - RUN_MAY_BE_LATE
    assert erase(pipeline).texts == 0
    assert pipeline.send_row(send_id, "sealed_text") is not None
    pipeline.clock.advance(seconds=1)
    assert erase(pipeline).texts == 1
    assert pipeline.send_row(send_id, "sealed_text") is None
    assert pipeline.deliveries(send_id, "sealed_values") == [None] * 2
    assert pipeline.coupons(send_id, "sealed_code") == [None] * 2
    assert erase(pipeline).texts == 0


def test_an_unknown_ones_name_is_kept_no_longer_than_the_others(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(1)
    pipeline.sender.outcomes[parse(fictional(0)).e164] = SmsResult(SmsOutcome.UNKNOWN)
    pipeline.hand_over(send_id)
    pipeline.clock.advance(hours=73)
    erase(pipeline)
    assert pipeline.deliveries(send_id) == ["unknown"]
    assert pipeline.deliveries(send_id, "sealed_values") == [None]


def test_what_was_not_handed_over_in_72_hours_has_failed_and_its_money_comes_back(pipeline: Pipeline) -> None:
    waiting, issued, doubtful = pipeline.send_to(2), pipeline.issued(2), pipeline.issued(2)
    pipeline.sender.outcomes[parse(fictional(0)).e164] = SmsResult(SmsOutcome.UNKNOWN)
    pipeline.hand_over(doubtful)
    pipeline.clock.advance(hours=73)
    erase(pipeline)
    pipeline.issue(waiting)
    pipeline.hand_over(issued)
    assert pipeline.deliveries(waiting) == pipeline.deliveries(issued) == ["failed"] * 2
    assert pipeline.deliveries(doubtful) == ["unknown", "sent"]
    assert [pipeline.send_row(one, "state") for one in (waiting, issued, doubtful)] == ["done"] * 3
    assert len(pipeline.sender.sent) == 1
    # the prices of who had no coupon, the fees of who had one or is in doubt
    assert pipeline.booked()["release"] == 2 * (FEE_ORE + VALUE_ORE) + 2 * FEE_ORE + FEE_ORE
    assert pipeline.coupons(issued, "unwanted") == [1, 1]


def test_a_days_key_goes_with_its_last_text_and_nothing_opens_with_it_again(pipeline: Pipeline) -> None:
    day = pipeline.today
    pipeline.issued(1)
    pipeline.clock.advance(days=2)
    erase(pipeline)
    assert pipeline.column("SELECT day FROM transit_keys") == [day]
    pipeline.clock.advance(days=2)
    erase(pipeline)
    assert pipeline.column("SELECT day FROM transit_keys") == []
    with pytest.raises(TransitKeyGone):
        Transit(pipeline.database, pipeline.keys).of_day(day)


def test_todays_key_stays_although_no_text_lies_under_it(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    erase(pipeline)
    assert pipeline.column("SELECT day FROM transit_keys") == [pipeline.today]


def test_a_send_is_deleted_at_its_date_and_its_gifts_go_on(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    (erase_at,) = pipeline.column("SELECT erase_at FROM sends")
    pipeline.clock.time = erase_at - timedelta(seconds=1)
    assert erase(pipeline).sends == 0
    pipeline.clock.advance(seconds=1)
    assert erase(pipeline).sends == 1
    assert pipeline.deliveries(send_id) == []
    assert pipeline.column("SELECT COUNT(*) FROM sends") == [0]
    assert pipeline.column("SELECT COUNT(*) FROM coupons") == [2]
    assert pipeline.column("SELECT COUNT(*) FROM gift_links") == [2]


def test_more_than_one_round_of_sends_is_deleted_in_one_run(pipeline: Pipeline) -> None:
    number = AT_ONCE + 3
    send_id = pipeline.send_to(1)
    with pipeline.database.transaction() as tx:
        columns = tx.values(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            " AND table_name = 'sends' AND column_name <> 'id' ORDER BY ordinal_position"
        )
        names = ", ".join(columns)
        for place in range(number):
            tx.execute(
                f"INSERT INTO sends (id, {names}) SELECT %s, {names} FROM sends WHERE id = %s",
                (f"snd_{place:016d}", send_id),
            )
    pipeline.clock.advance(days=366)
    assert erase(pipeline).sends == number + 1
    assert pipeline.column("SELECT COUNT(*) FROM sends") == [0]


def copied(pipeline: Pipeline, send_id: str, number: int) -> None:
    """So many more of a send and its deliveries."""
    for table, key in (("sends", "id"), ("deliveries", "send_id")):
        names = ", ".join(
            pipeline.column(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
                " AND table_name = %s AND column_name <> %s",
                table,
                key,
            )
        )
        with pipeline.database.transaction() as tx:
            for place in range(number):
                tx.execute(
                    f"INSERT INTO {table} ({key}, {names}) SELECT %s, {names} FROM {table} WHERE {key} = %s",
                    (f"snd_{place:016d}", send_id),
                )


def test_sends_whose_erasing_fails_hold_up_no_others_and_nothing_that_comes_later(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned = pipeline.send_to(1)
    copied(pipeline, poisoned, AT_ONCE)  # more than are looked at together
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE holds SET held_ore = 0 WHERE company_id = %s", (pipeline.company_id,))
    other = pipeline.send_to(2, member=pipeline.company())
    expired = pipeline.sent(1, member=pipeline.company())
    unpaid = pipeline.make.company(state="pending")
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE sends SET erase_at = %s WHERE id = %s", (NOON, expired))
    pipeline.clock.advance(days=8)
    with pytest.raises(ErasureIncomplete):
        erase(pipeline)
    assert pipeline.column("SELECT COUNT(*) FROM sends WHERE sealed_text IS NOT NULL") == [AT_ONCE + 1]
    assert pipeline.send_row(other, "sealed_text") is None
    assert pipeline.deliveries(other, "sealed_values") == [None] * 2
    assert pipeline.column("SELECT id FROM sends WHERE id = %s", expired) == []
    assert pipeline.column("SELECT id FROM companies WHERE id = %s", unpaid.company_id) == []
    assert poisoned in caplog.text
    with pipeline.database.transaction() as tx:
        for table in ("holds", "balances"):
            tx.execute(f"UPDATE {table} SET held_ore = 1000000 WHERE company_id = %s", (pipeline.company_id,))
    assert erase(pipeline).texts == AT_ONCE + 1


class Failing(Transaction):
    """Cannot delete login links."""

    def execute(self, sql: str, arguments: Arguments = ()) -> int:
        assert not sql.startswith("DELETE FROM login_links")
        return super().execute(sql, arguments)


class Unasked(Transaction):
    """Cannot say which tables have something."""

    def values(self, sql: str, arguments: Arguments = ()) -> list[Any]:
        assert " UNION ALL " not in sql
        return super().values(sql, arguments)


@dataclass
class FailingDatabase:
    inner: Database
    failing: type[Transaction]

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.inner.transaction() as tx:
            yield self.failing(tx._cursor)


def with_an_old_link(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        people.add_login_link(tx, b"l" * 32, pipeline.member.person_id, NOON)


def test_where_nobody_can_say_which_tables_have_something_all_are_gone_through(pipeline: Pipeline) -> None:
    with_an_old_link(pipeline)
    pipeline.clock.advance(days=4)
    assert erase_expired(FailingDatabase(pipeline.database, Unasked), pipeline.clock.now()).traces == 1
    assert pipeline.column("SELECT token_hmac FROM login_links") == []


def test_a_table_that_fails_holds_up_no_other(pipeline: Pipeline) -> None:
    text, expired = pipeline.send_to(1), pipeline.sent(1)
    with_an_old_link(pipeline)
    pipeline.clock.advance(days=4)
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE sends SET erase_at = %s WHERE id = %s", (NOON, expired))
    with pytest.raises(ErasureIncomplete):
        erase_expired(FailingDatabase(pipeline.database, Failing), pipeline.clock.now())
    assert pipeline.send_row(text, "sealed_text") is None
    assert pipeline.column("SELECT id FROM sends") == [text]


def test_a_signup_that_nobody_paid_is_erased_after_a_week_with_its_person(pipeline: Pipeline) -> None:
    pipeline.clock.time = NOON
    unpaid = pipeline.make.company(state="pending")
    paid = pipeline.make.company()
    pipeline.clock.advance(days=7)
    assert erase(pipeline).signups == 0
    pipeline.clock.advance(seconds=1)
    assert erase(pipeline).signups >= 1
    with pipeline.database.transaction() as tx:
        assert people.get(tx, unpaid.person_id) is None
        assert people.get(tx, paid.person_id) is not None
    assert pipeline.column("SELECT id FROM companies WHERE id IN (%s, %s)", unpaid.company_id, paid.company_id) == [
        paid.company_id
    ]
    assert pipeline.column("SELECT COUNT(*) FROM balances WHERE company_id = %s", unpaid.company_id) == [0]


def test_links_sessions_answers_and_stray_receipts_go_when_their_time_is_over(pipeline: Pipeline) -> None:
    now, token = pipeline.clock.now(), bytes(32)
    membership = people.Membership(pipeline.member.member_id, pipeline.company_id, "Kaffebaren AB", "owner")
    with pipeline.database.transaction() as tx:
        people.add_login_link(tx, token, pipeline.member.person_id, now + timedelta(minutes=10))
        people.add_session(tx, token, membership, now, now + timedelta(days=7))
        idempotency.begin(tx, pipeline.company_id, "sends", token, token, now, now)
    record_receipt(
        pipeline.database, pipeline.tokens, pipeline.number_hash, Receipt("stray", DeliveryState.DELIVERED), now
    )

    def left() -> list[int]:
        return [
            int(pipeline.column(f"SELECT COUNT(*) FROM {table}")[0])
            for table in ("login_links", "sessions", "idempotent_answers", "early_receipts")
        ]

    ages = [(0, [1, 1, 1, 1]), (11 / 60, [0, 1, 1, 1]), (49, [0, 1, 0, 1]), (73, [0, 1, 0, 0]), (169, [0, 0, 0, 0])]
    for hours, expected in ages:
        pipeline.clock.time = now + timedelta(hours=hours)
        erase(pipeline)
        assert left() == expected
