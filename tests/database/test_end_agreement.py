"""The end of an agreement: whatever fails, everything of the company goes in the end, and open gifts are honoured."""

from datetime import timedelta

import pytest

from shared.database.queries import people
from shared.database.transactions import PooledDatabase
from shared.domain.agreement import GRACE, NEEDS
from shared.domain.errors import Conflict, Forbidden, NotAcceptable
from shared.domain.gift import GiftState
from shared.domain.privacy_request import Kind
from shared.privacy import data_map
from shared.privacy.data_map.agreements import (
    DELETED_AT_THE_END,
    DELETED_WITH_THE_BOOKS,
    DELETED_WITH_THE_PEOPLE,
    DELETED_WITH_THE_REQUESTS,
    STAYS_AFTER_THE_END,
)
from shared.use_cases.accounts.close_account import close_account, reopen_account
from shared.use_cases.billing.record_payment import SUBSCRIPTION_ENDED, record_payment
from shared.use_cases.gifts.open_gift import open_gift, opt_out_by_link
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.carry_out_request import go_on
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.sends.prepare_send import check_may_send
from shared.use_cases.sends.start_due_sends import start_due_sends
from tests.database.ending import AWAY, BOOKS_WAIT, DEPOSITS, World, check_all_done, redeem_and_expire, state
from tests.database.pipeline import VALUE_ORE, Pipeline
from tests.database.privacy import Desk

pytestmark = pytest.mark.usefixtures("no_other_endings")


# The grace


def test_a_closing_account_sends_nothing_more_and_what_was_scheduled_is_cancelled(world: World) -> None:
    world.close()
    assert world.pipeline.send_row(world.scheduled, "state") == "cancelled"
    assert world.pipeline.deliveries(world.scheduled) == ["cancelled"] * 2
    with world.pipeline.database.transaction() as tx, pytest.raises(Forbidden, match="is ending"):
        check_may_send(tx, world.id, world.pipeline.today)


def test_an_account_is_closed_by_its_name_and_once(world: World) -> None:
    with pytest.raises(NotAcceptable):
        close_account(world.pipeline.database, world.id, "kaffebaren", world.now)
    assert state(world) == "active"
    world.close()
    with pytest.raises(Conflict):
        world.close()


def test_within_the_grace_it_is_taken_back_and_nothing_is_lost(world: World) -> None:
    world.close()
    world.pipeline.clock.time += GRACE - timedelta(hours=2)
    assert world.run().begun == 0
    reopen_account(world.pipeline.database, world.id)
    assert state(world) == "active"
    world.pipeline.clock.advance(days=30)
    assert world.run().begun == 0
    assert world.pipeline.deliveries(world.sent) == ["sent"] * 3
    with pytest.raises(Conflict):
        reopen_account(world.pipeline.database, world.id)


def test_after_the_grace_nothing_is_taken_back(world: World) -> None:
    world.past_grace()
    assert world.run().begun == 1
    with pytest.raises(Conflict):
        reopen_account(world.pipeline.database, world.id)
    assert state(world) == "closed"


def test_what_was_left_scheduled_by_a_death_is_never_begun_and_is_cancelled_by_the_job(world: World) -> None:
    world.pipeline.rows("SELECT 1")
    with world.pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closing', closing_from = 'active' WHERE id = %s", (world.id,))
        tx.execute("UPDATE sends SET start_at = %s WHERE id = %s", (world.now, world.scheduled))
    assert start_due_sends(world.pipeline.database, world.now) == 0
    world.run()
    assert world.pipeline.send_row(world.scheduled, "state") == "cancelled"


def test_the_end_of_the_subscription_begins_the_grace_by_stripes_present_word(world: World) -> None:
    def event(number: int) -> None:
        kind, subscription = SUBSCRIPTION_ENDED, f"sub_{world.id}"
        record_payment(world.pipeline.database, world.stripe, f"{world.id}_{number}", kind, subscription, world.now)

    event(1)
    assert state(world) == "active", "the event says so, but Stripe does not"
    world.stripe.ended.add(f"sub_{world.id}")
    event(1)
    assert state(world) == "active", "that event has been dealt with"
    for number in (2, 2, 3):
        event(number)
    assert state(world) == "closing"
    assert world.pipeline.send_row(world.scheduled, "state") == "cancelled"
    with pytest.raises(Conflict, match="subscription has ended"):
        reopen_account(world.pipeline.database, world.id)


def test_a_subscription_that_ends_in_the_grace_leaves_nothing_to_take_back_and_the_end_where_it_was(
    world: World,
) -> None:
    world.close()
    ends_at = world.pipeline.column("SELECT ends_at FROM companies WHERE id = %s", world.id)
    world.pipeline.clock.advance(days=3)
    world.stripe.ended.add(f"sub_{world.id}")
    record_payment(
        world.pipeline.database, world.stripe, f"{world.id}_1", SUBSCRIPTION_ENDED, f"sub_{world.id}", world.now
    )
    assert world.pipeline.column("SELECT ends_at FROM companies WHERE id = %s", world.id) == ends_at
    with pytest.raises(Conflict):
        reopen_account(world.pipeline.database, world.id)


# The end


def test_at_the_end_everything_goes_and_open_gifts_keep_their_value_until_they_are_settled(world: World) -> None:
    world.past_grace()
    settle_gifts(world.pipeline.database, world.pipeline.issuers, world.pipeline.today)
    ended = world.run()
    assert (ended.begun, ended.done, ended.waiting, ended.failed) == (1, len(NEEDS) - 1, 1, 0)
    balance = world.pipeline.balance()
    assert (balance.available_ore, balance.held_ore) == (0, 3 * VALUE_ORE)
    assert {name: number for name, number in world.left().items() if name != "pay_backs"} == BOOKS_WAIT
    redeem_and_expire(world)
    world.run_until_done()
    assert world.pipeline.booked(world.id)["capture_value"] == VALUE_ORE
    check_all_done(world)


def test_the_newest_payments_are_paid_back_first(world: World) -> None:
    world.past_grace()
    world.run()
    refunds = dict(world.stripe.refunds.values())
    spent = sum(DEPOSITS) - sum(refunds.values())
    oldest, middle, newest = world.stripe.payments
    assert refunds == {newest: DEPOSITS[2], middle: DEPOSITS[1], oldest: DEPOSITS[0] - spent}


def test_a_gift_works_after_the_end_without_its_companys_name_and_its_way_out_keeps_nothing(world: World) -> None:
    tokens = [world.pipeline.token_of(sms) for sms in world.pipeline.sender.sent]
    world.past_grace()
    world.run()
    with world.pipeline.database.transaction() as tx:
        gift = open_gift(tx, world.pipeline.tokens, tokens[0], world.pipeline.today)
        opt_out_by_link(tx, world.pipeline.tokens, tokens[0], world.pipeline.today)
    assert (gift.sender, gift.state) == ("", GiftState.OPENED)
    assert gift.code
    assert world.left().keys() <= {*BOOKS_WAIT, "pay_backs"}


def test_who_is_in_another_company_stays_there_and_at_the_suppliers(world: World) -> None:
    other = world.second_member()
    world.past_grace()
    world.run()
    assert world.mailchimp.erased == world.hubspot.erased == {world.email}
    assert world.pipeline.column("SELECT COUNT(*) FROM members WHERE company_id = %s", other) == [1]
    assert world.pipeline.column(
        "SELECT COUNT(*) FROM persons p JOIN members m ON m.person_id = p.id WHERE m.company_id = %s", other
    ) == [1]


def test_who_is_in_two_companies_that_end_together_is_erased_everywhere(pipeline: Pipeline) -> None:
    first, second = World(pipeline), World(pipeline)
    with pipeline.database.transaction() as tx:
        people.add_member(tx, f"mbr_{second.id[4:]}", second.id, first.owner.person_id, "owner", first.now)
    for world in (first, second):
        world.close()
    pipeline.clock.time += GRACE
    second.stripe.payments |= first.stripe.payments
    second.run_until_done()
    assert {first.email, second.email} <= second.mailchimp.erased & second.hubspot.erased
    assert first.left() == second.left() == {}


def test_a_gift_that_was_being_sent_when_the_end_came_is_waited_for(world: World) -> None:
    world.past_grace()
    with world.pipeline.database.transaction() as tx:
        tx.execute(
            "UPDATE sends SET state = 'processing', sealed_text = 'x', start_at = %s WHERE id = %s",
            (world.now, world.sent),
        )
        tx.execute(
            "UPDATE deliveries SET state = 'sending', claimed_until = %s WHERE send_id = %s AND position = 1",
            (world.now, world.sent),
        )
    world.run()
    assert {row[0] for row in world.open_steps()} >= {"stop_sends", "delete_rows", "pay_back"}
    assert len(world.pipeline.deliveries(world.sent)) == 3
    world.pipeline.clock.advance(hours=73)
    world.run()
    assert world.left().keys() <= {*BOOKS_WAIT, "pay_backs"}


def test_who_was_being_erased_when_the_end_came_is_erased_at_the_suppliers_before_the_request_goes(
    world: World,
) -> None:
    desk = Desk(world.pipeline)
    karin = desk.colleague(member=world.owner)
    desk.crm.away = True
    request, _ = desk.ask(Kind.ERASE, person_id=karin.person_id, member=world.owner)
    world.past_grace()
    world.run()
    assert ("delete_rows", "waiting", 0, None) in world.open_steps()
    assert world.pipeline.deliveries(world.sent) == [], "nothing else waits"
    assert len(desk.crm.kept) == 1
    desk.crm.away = False
    go_on(desk.parts, desk.request(request.id, world.owner), world.now, world.now)
    redeem_and_expire(world)
    world.run_until_done()
    assert desk.crm.kept == {}
    assert world.pipeline.column("SELECT id FROM persons WHERE id = %s", karin.person_id) == []
    check_all_done(world)


def test_with_the_erasure_log_away_no_number_is_in_clear_without_its_key(world: World) -> None:
    world.past_grace()
    world.erasures.trouble = AWAY
    world.run()
    assert world.keys.destroyed == [world.id]
    world.pipeline.keys.existing.remove(world.id)
    assert world.pipeline.deliveries(world.sent, "phone") == [None] * 3
    world.pipeline.clock.advance(days=31)
    run = encrypt_expired_deliveries(world.pipeline.database, world.pipeline.keys, world.pipeline.clock)
    assert (run.rows, run.overdue) == (0, 0)
    world.erasures.trouble = None
    redeem_and_expire(world)
    world.run_until_done()
    check_all_done(world)


def test_the_key_stays_while_a_send_is_under_way(world: World) -> None:
    world.past_grace()
    with world.pipeline.database.transaction() as tx:
        tx.execute(
            "UPDATE sends SET state = 'processing', sealed_text = 'x', start_at = %s WHERE id = %s",
            (world.now, world.sent),
        )
        tx.execute(
            "UPDATE deliveries SET state = 'sending', claimed_until = %s WHERE send_id = %s", (world.now, world.sent)
        )
    world.run()
    assert world.keys.destroyed == []
    assert None not in world.pipeline.deliveries(world.sent, "phone")


def test_a_company_with_many_rows_is_deleted_in_chunks(world: World, database: PooledDatabase) -> None:
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO deliveries (send_id, position, company_id, state, fingerprint)"
            " SELECT %s, 1000 + seq.n, %s, 'delivered', UNHEX(SHA2(seq.n, 256)) FROM"
            " (WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 900)"
            " SELECT a.n * 1000 + b.n AS n FROM s a JOIN s b ON b.n <= 20) AS seq",
            (world.sent, world.id),
        )
        tx.execute("UPDATE sends SET accepted = 902000 WHERE id = %s", (world.sent,))
    world.past_grace()
    world.run()
    assert world.left().keys() <= {*BOOKS_WAIT, "pay_backs"}


def test_the_rest_of_the_product_goes_on_past_an_agreement_that_ended(world: World) -> None:
    world.past_grace()
    world.run()
    redeem_and_expire(world)
    world.run_until_done()
    world.pipeline.clock.advance(days=200)
    erase_expired(world.pipeline.database, world.now)
    for table in ("coupons", "gift_links", "holds"):
        assert world.pipeline.column(f"SELECT COUNT(*) FROM {table} WHERE company_id = %s", world.id) == [0]
    assert world.pipeline.column("SELECT state FROM companies WHERE id = %s", world.id) == ["closed"]


def test_of_every_companys_table_it_is_said_whether_the_end_deletes_it() -> None:
    of_a_company = {table.name for table in data_map.TABLES if "company_id" in table.columns}
    deleted = {
        *DELETED_AT_THE_END,
        *DELETED_WITH_THE_REQUESTS,
        *DELETED_WITH_THE_PEOPLE,
        *DELETED_WITH_THE_BOOKS,
    }
    assert of_a_company == deleted | STAYS_AFTER_THE_END.keys()
    assert not deleted & STAYS_AFTER_THE_END.keys()
