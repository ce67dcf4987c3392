"""The end of an agreement while suppliers fail, workers die and backups come back: all of it is done in the end."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.database.transactions import PooledDatabase
from shared.domain.agreement import GRACE, NEEDS, Step
from shared.ports import Message, OutcomeUnknown, SupplierRefused, SupplierUnavailable
from shared.use_cases.accounts.end_agreement import end_agreements
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.replay_erasures import replay_erasures
from tests.database.ending import (
    AWAY,
    BOOKS_WAIT,
    RESTORED,
    MortalDatabase,
    World,
    check_all_done,
    redeem_and_expire,
)
from tests.database.pipeline import Pipeline, WorkerDied, at_once
from tests.database.restoring import dumped, restore
from tests.factories import Factory

pytestmark = pytest.mark.usefixtures("no_other_endings")


@pytest.mark.parametrize("afterwards", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("trouble", [AWAY, OutcomeUnknown("cut")], ids=["away", "cut"])
@pytest.mark.parametrize("who", range(5))
def test_a_supplier_that_fails_is_asked_again_and_holds_up_only_what_needs_it(
    world: World, who: int, trouble: Exception, afterwards: bool
) -> None:
    world.past_grace()
    supplier = world.troubled[who]
    supplier.trouble, supplier.afterwards = trouble, afterwards
    assert world.run().failed >= 1
    failed = {row[0]: row[3] for row in world.open_steps() if row[3]}
    assert set(failed.values()) == {type(trouble).__name__}
    held_up = {step for step in Step if set(NEEDS[step]) & set(map(Step, failed)) or step in failed}
    held_up |= {step for step in Step if set(NEEDS[step]) & held_up} | {Step.CLOSE_BOOKS}
    assert {Step(row[0]) for row in world.open_steps()} == held_up
    assert world.run().failed >= 1
    supplier.trouble = None
    redeem_and_expire(world)
    world.run_until_done()
    check_all_done(world)


def test_a_step_that_fails_is_tried_more_and_more_seldom_until_staff_ask_for_it(world: World) -> None:
    world.past_grace()
    world.mailchimp.trouble = AWAY
    for _ in range(24):
        world.run()
    assert 4 <= world.mailchimp.calls <= 6, "after 1, 2, 4, 8, 16 and 24 hours"


def test_a_payment_that_stripe_will_not_give_back_stays_owed_and_is_left_to_a_person(world: World) -> None:
    world.past_grace()
    world.stripe.trouble = SupplierRefused("refund failed")
    world.run()
    assert ("pay_back", "open", 1, "SupplierRefused") in world.open_steps()
    owed = world.pipeline.column("SELECT SUM(amount_ore) FROM pay_backs WHERE state = 'owed'")
    assert owed == [world.pipeline.booked(world.id)["pay_back"]]
    assert world.left().keys() <= {*BOOKS_WAIT, "pay_backs", "company"}, "no person waits for it"


def test_money_that_no_payment_can_give_back_is_left_to_a_person(world: World) -> None:
    with world.pipeline.database.transaction() as tx:
        tx.execute("UPDATE top_ups SET payment = NULL WHERE company_id = %s", (world.id,))
    world.past_grace()
    world.run()
    assert ("pay_back", "open", 1, "NoPaymentLeft") in world.open_steps()
    assert world.pipeline.balance().available_ore > 0


def test_a_refund_that_is_under_way_is_waited_for(world: World) -> None:
    world.past_grace()
    world.stripe.pending = True
    assert world.run().failed == 0
    assert ("pay_back", "waiting", 0, None) in world.open_steps()
    world.stripe.pending = False
    world.run()
    assert {row[0] for row in world.open_steps()} == {"close_books"}


@pytest.mark.parametrize("again", ["by the replay", "by itself"])
def test_what_stripe_paid_back_before_a_restore_is_not_paid_back_again(world: World, again: str) -> None:
    world.close()
    backup = dumped(world.pipeline, RESTORED)
    world.pipeline.clock.time += GRACE
    erase_expired(world.pipeline.database, world.now)
    world.run()
    refunds = dict(world.stripe.refunds)
    assert len(refunds) == 3
    restore(world.pipeline, backup)
    if again == "by the replay":
        keys = (world.pipeline.tokens, world.pipeline.number_hash)
        replay_erasures(world.pipeline.database, *keys, world.erasures, world.now)
    erase_expired(world.pipeline.database, world.now)
    world.run()
    assert {row[0] for row in world.open_steps()} == {"close_books"}
    assert world.stripe.refunds == refunds


@pytest.mark.parametrize("afterwards", [False, True], ids=["before its commit", "after its commit"])
def test_killed_at_each_of_its_transactions_it_goes_on_where_it_was(pipeline: Pipeline, afterwards: bool) -> None:
    world = World(pipeline)
    world.live()
    world.past_grace()
    deaths = 0
    for lives in range(200):
        world.database = MortalDatabase(pipeline.database, lives, afterwards)
        try:
            world.run()
            break
        except WorkerDied:
            deaths += 1
    assert deaths > 10
    world.database = None
    redeem_and_expire(world)
    world.run_until_done()
    check_all_done(world)


def test_two_runs_at_once_do_it_once(world: World) -> None:
    world.past_grace()
    world.pipeline.clock.advance(hours=1)
    assert at_once([lambda: end_agreements(world.parts)] * 4) == []
    redeem_and_expire(world)
    world.run_until_done()
    check_all_done(world)


FAULT = st.tuples(st.integers(0, 4), st.sampled_from([SupplierUnavailable, OutcomeUnknown, WorkerDied]), st.booleans())


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.lists(FAULT, max_size=4), max_size=6), settled_after=st.integers(0, 6))
def test_whatever_fails_in_whatever_order_everything_is_done_in_the_end(
    database: PooledDatabase,
    make: Factory,
    published: list[Message],
    runs: list[list[tuple[int, type[BaseException], bool]]],
    settled_after: int,
) -> None:
    world = World(Pipeline(database, make, published))
    world.live()
    world.past_grace()
    for number, faults in enumerate(runs):
        if number == settled_after:
            redeem_and_expire(world)
        for supplier in world.troubled:
            supplier.trouble = None
        for who, kind, afterwards in faults:
            world.troubled[who].trouble, world.troubled[who].afterwards = kind("made up"), afterwards
        with suppress(WorkerDied):
            world.run()
    for supplier in world.troubled:
        supplier.trouble = None
    if len(runs) <= settled_after:
        redeem_and_expire(world)
    world.run_until_done()
    check_all_done(world)
