"""After a restore nobody gets a second SMS, whoever said no stays left alone, and the difference in money is told."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from sandbox.mariadb import MariaDb
from shared.database.connection import make_pool
from shared.database.queries import api_keys, extra_sms, idempotency, people, staff_log, standing
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.api_key import State
from shared.domain.gift import GiftState
from shared.domain.privacy_request import Kind
from shared.ports import Message
from shared.settings import DatabaseSettings
from shared.use_cases.gifts.open_gift import open_gift, opt_out_by_link
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.replay_erasures import Replayed
from shared.use_cases.restore.carry_over import CarriedOver, carry_gifts, carry_over
from shared.use_cases.restore.settle_restored import Settled, settle_restored
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.conftest import empty
from tests.database.pipeline import DyingSender, Pipeline, WorkerDied
from tests.database.privacy import Desk
from tests.database.restoring import Backup, back_up, clone_desk, cloned, encrypt, open_doors
from tests.factories import Factory, fictional

SOON, LATER = timedelta(hours=1), timedelta(days=2)


@dataclass
class Drill:
    """What happened before and after the backup, and the clone of it."""

    desk: Desk
    clone: Pipeline
    backup: Backup
    sends: dict[str, str]
    carried: CarriedOver
    settled: Settled

    @property
    def old(self) -> Pipeline:
        return self.desk.pipeline


def settle(clone: Pipeline, old: Pipeline, backup: Backup) -> tuple[CarriedOver, Settled]:
    now = clone.clock.now()
    carried = carry_over(old.database, clone.database, backup.at, now)
    settled = settle_restored(clone.database, backup.at, now, now, old_was_read=True)
    carried.gifts = carry_gifts(old.database, clone.database, backup.at)
    return carried, settled


@contextmanager
def drilled(pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings) -> Iterator[Drill]:
    """Sends at every stage when the backup is taken; then all of them go on, and people say no."""
    desk, numbers = Desk(pipeline), [fictional(place) for place in range(40)]
    old_send = pipeline.send(*numbers[30:32])
    pipeline.run()
    pipeline.clock.advance(days=29, hours=20)
    sends = {
        "old": old_send,
        "sent": pipeline.send(*numbers[0:3]),
    }
    pipeline.run()
    sends["issued"] = pipeline.send(*numbers[3:6])
    pipeline.issue(sends["issued"])
    sends["accepted"] = pipeline.send(*numbers[6:9])
    sends["soon"] = pipeline.send(*numbers[9:12], start_in=SOON)
    sends["later"] = pipeline.send(*numbers[12:15], start_in=LATER)
    sends["cancelled"] = pipeline.send(*numbers[15:18], start_in=LATER)
    waiting, pipeline.published[:] = list(pipeline.published), []
    backup = back_up(own_server, pipeline.clock.now())
    pipeline.clock.advance(minutes=1)
    pipeline.published[:] = waiting
    pipeline.run()
    sends["lost"] = pipeline.send(*numbers[18:21])
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, sends["cancelled"], pipeline.clock.now())
    pipeline.opt_out(numbers[12])
    desk.ask(Kind.ERASE, numbers[0])
    open_doors(pipeline, days=1)
    encrypt(pipeline)
    with cloned(own_server, database_settings, backup, pipeline) as clone:
        carried, settled = settle(clone, pipeline, backup)
        clone_desk(clone, desk).replay()
        encrypt(clone)
        yield Drill(desk, clone, backup, sends, carried, settled)


@pytest.fixture
def drill(pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings) -> Iterator[Drill]:
    with drilled(pipeline, own_server, database_settings) as drill:
        yield drill


@pytest.fixture(scope="module")
def settled(own_server: MariaDb, database_settings: DatabaseSettings) -> Iterator[Drill]:
    """One drill for the tests that only look."""
    published = list[Message]()
    pool = make_pool(database_settings)
    database = PooledDatabase(pool, published.extend)
    empty(database)
    with drilled(Pipeline(database, Factory(database), published), own_server, database_settings) as drill:
        yield drill
    pool.close()


def test_nobody_gets_a_second_sms_of_a_send(drill: Drill) -> None:
    before = len(drill.clone.sender.sent)
    open_doors(drill.clone)
    per_number = Counter(sms.to.e164 for sms in drill.clone.sender.sent)
    assert set(per_number.values()) == {1}
    sent_since = {sms.to.e164[-2:] for sms in drill.clone.sender.sent[before:]}
    assert sent_since == {fictional(place)[-2:] for place in (13, 14)}, "but to who said no"


def test_what_may_have_left_has_failed_and_costs_nothing(settled: Drill) -> None:
    clone, sends = settled.clone, settled.sends
    for name in ("issued", "accepted", "soon"):
        assert clone.deliveries(sends[name]) == ["failed"] * 3
        assert clone.deliveries(sends[name], "reason") == ["restored"] * 3
        assert clone.send_row(sends[name], "state") == "done"
    assert clone.deliveries(sends["sent"]) == ["sent"] * 3
    held = clone.column("SELECT held_ore FROM balances WHERE company_id = %s", settled.old.company_id)
    assert held == clone.column("SELECT SUM(held_ore) FROM holds WHERE company_id = %s", settled.old.company_id)


def test_who_was_erased_and_who_said_no_stay_so(settled: Drill) -> None:
    again = clone_desk(settled.clone, settled.desk)
    assert again.traces(fictional(0), but=()) == set()
    assert again.replay() == Replayed(entries=1)
    assert len(settled.clone.column("SELECT id FROM opt_outs")) == 1
    assert settled.clone.send_row(settled.sends["cancelled"], "state") == "cancelled"


def test_no_number_past_its_days_is_in_clear(settled: Drill) -> None:
    assert settled.clone.deliveries(settled.sends["old"], "phone") == [None, None]


def test_what_nothing_can_bring_back_is_told(settled: Drill) -> None:
    assert settled.carried.lost.sends == {settled.old.company_id: 3}
    fees = settled.old.booked()["capture_fee"] - settled.clone.booked(settled.old.company_id)["capture_fee"]
    assert settled.carried.lost.booked_ore["capture_fee"] == fees > 0


def test_every_link_that_left_opens_its_gift_and_the_way_out(drill: Drill) -> None:
    """Also those of sends that the restored database has never heard of; nobody pays for what it had not booked."""
    clone, today = drill.clone, drill.clone.today
    before = clone.balance()
    for sms in clone.sender.sent:
        with clone.database.transaction() as tx:
            gift = open_gift(tx, clone.tokens, clone.token_of(sms), today)
            assert gift.state == GiftState.OPENED
            opt_out_by_link(tx, clone.tokens, clone.token_of(sms), today)
    settle_gifts(clone.database, clone.issuers, today)
    assert set(clone.coupons(drill.sends["issued"])) == {"opened"}
    assert clone.balance() == before
    unknown = "SELECT value_ore FROM coupons c WHERE NOT EXISTS (SELECT 1 FROM holds h WHERE h.id = c.hold_id)"
    assert clone.column(unknown) == [0] * 3, "nothing is held for those of the lost send"
    assert len(clone.column("SELECT id FROM opt_outs")) >= 14


def test_settling_again_changes_nothing(drill: Drill) -> None:
    carried, settled = settle(drill.clone, drill.old, drill.backup)
    assert (carried.added, carried.decided, carried.cancelled) == ({}, {}, 0)
    assert (settled.sms, settled.extra_sms, settled.reminders, settled.sessions, settled.stopped) == (0, 0, 0, 0, 0)


def test_a_clone_that_is_opened_unsettled_sends_again(
    pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings
) -> None:
    """What the drill is for: so the tests above would see a second SMS."""
    pipeline.issued(2)
    backup = back_up(own_server, pipeline.clock.now())
    open_doors(pipeline, days=1)
    with cloned(own_server, database_settings, backup, pipeline) as clone:
        open_doors(clone, days=1)
    assert set(Counter(sms.to.e164 for sms in pipeline.sender.sent).values()) == {2}


def test_an_sms_in_its_call_is_doubted_and_never_sent_again(
    pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings
) -> None:
    send_id = pipeline.issued(3)
    with pytest.raises(WorkerDied):
        pipeline.hand_over(send_id, sender=DyingSender())
    backup = back_up(own_server, pipeline.clock.now())
    pipeline.clock.advance(hours=1)
    with cloned(own_server, database_settings, backup, pipeline) as clone:
        settle(clone, pipeline, backup)
        open_doors(clone, days=1)
        assert Counter(clone.deliveries(send_id)) == {"unknown": 2, "failed": 1}
    assert pipeline.sender.sent == []


def test_reminders_and_resends_of_the_backup_never_leave(
    pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings
) -> None:
    send_id = pipeline.sent(1)
    hold_id = pipeline.send_row(send_id, "hold_id")
    waiting = extra_sms.ExtraSms(
        *(ids.new_id("xtr"), pipeline.company_id, send_id, 1, "resend", 1, "sv", "accepted", hold_id, 0)
    )
    with pipeline.database.transaction() as tx:
        extra_sms.add_many(tx, [waiting], pipeline.clock.now())
        soon = pipeline.clock.now() + SOON
        tx.execute("UPDATE sends SET remind_at = %s, reminder_language = 'sv' WHERE id = %s", (soon, send_id))
    backup = back_up(own_server, pipeline.clock.now())
    pipeline.clock.advance(hours=2)
    with cloned(own_server, database_settings, backup, pipeline) as clone:
        _, settled = settle(clone, pipeline, backup)
        assert (settled.extra_sms, settled.reminders) == (1, 1)
        assert clone.rows("SELECT state, reason, due_at FROM extra_sms") == [("failed", "restored", None)]
        assert clone.send_row(send_id, "reminded_to") == 1


def test_no_code_of_the_stock_is_given_to_a_second_recipient(
    pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings
) -> None:
    (code, product), *_ = pipeline.rows("SELECT code, product FROM gifts WHERE issuer = 'code_pool' AND on_sale")
    pipeline.stock(product, 4)
    backup = back_up(own_server, pipeline.clock.now())
    send_id = pipeline.send_to(3, gift=code)
    pipeline.issue(send_id)
    given = "SELECT code_hmac FROM pool_codes WHERE coupon_id IS NOT NULL ORDER BY id"
    with cloned(own_server, database_settings, backup, pipeline) as clone:
        carried, _ = settle(clone, pipeline, backup)
        assert carried.codes == 3
        assert clone.column(given) == pipeline.column(given)
        assert settle(clone, pipeline, backup)[0].codes == 0


def test_a_stock_of_which_nobody_knows_what_was_given_is_emptied(pipeline: Pipeline) -> None:
    pipeline.stock("spa", 4)
    at = pipeline.clock.now()
    assert settle_restored(pipeline.database, at, at, at, old_was_read=False).codes == 4
    pipeline.stock("spa", 2)
    assert len(pipeline.column("SELECT id FROM pool_codes")) == 2


def test_where_the_old_database_cannot_be_read_scheduled_sends_wait_for_a_person(pipeline: Pipeline) -> None:
    send_id, at = pipeline.send_to(2, start_in=LATER), pipeline.clock.now()
    settled = settle_restored(pipeline.database, at, at, at, old_was_read=False)
    assert settled.stopped == 1
    open_doors(pipeline)
    assert pipeline.deliveries(send_id) == ["accepted"] * 2
    with pipeline.database.transaction() as tx:
        assert standing.resume(tx, pipeline.company_id, at)
    open_doors(pipeline, days=1)
    assert pipeline.deliveries(send_id) == ["sent"] * 2


def test_what_was_taken_away_or_answered_since_the_backup_stays_so(
    pipeline: Pipeline, own_server: MariaDb, database_settings: DatabaseSettings
) -> None:
    now, company_id = pipeline.clock.now(), pipeline.company_id
    key = api_keys.ApiKey(
        *(ids.new_id("key"), company_id, "Kassan", "live", "sends", "abcd", pipeline.member.member_id, now),
        *(None, None, None),
    )
    with pipeline.database.transaction() as tx:
        api_keys.add(tx, key, bytes(32))
    backup = back_up(own_server, now)
    later = now + SOON
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE api_keys SET revoked_at = %s WHERE id = %s", (later, key.id))
        idempotency.begin(tx, company_id, "send", b"k" * 32, b"b" * 32, later, now)
        idempotency.finish(tx, company_id, "send", b"k" * 32, 201, "{}")
        staff_log.add(tx, "staff@upup.example", staff_log.Action.REPLAY, ["x"], later)
    with cloned(own_server, database_settings, backup, pipeline) as clone:
        carried, _ = settle(clone, pipeline, backup)
        assert carried.added == {"idempotent_answers": 1, "staff_log": 1}
        assert carried.decided == {"api_keys": 1}
        with clone.database.transaction() as tx:
            found = api_keys.get(tx, company_id, key.id)
            assert found and found.state(later) == State.REVOKED
            answer = idempotency.begin(tx, company_id, "send", b"k" * 32, b"b" * 32, later, now)
            assert answer and answer.status == 201


def test_who_was_logged_in_when_the_backup_was_taken_logs_in_again(pipeline: Pipeline) -> None:
    at, mine = pipeline.clock.now(), pipeline.member
    member = people.Membership(mine.member_id, mine.company_id, "", mine.role)
    for moment, token in ((at, b"a"), (at + SOON, b"b")):
        with pipeline.database.transaction() as tx:
            people.add_session(tx, token * 32, member, moment, moment + LATER)
    settle_restored(pipeline.database, at, at, at, old_was_read=True)
    left = "SELECT token_hmac FROM sessions WHERE company_id = %s"
    assert pipeline.column(left, pipeline.company_id) == [b"b" * 32]
