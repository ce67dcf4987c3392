"""Counts and costs stay what they were when sends are encrypted and rows erased, wherever a run was stopped."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from shared.database.queries import funnels, ledger, sends
from shared.database.queries.funnels import Funnel
from shared.database.transactions import Database
from shared.domain.delivery import DeliveryState
from shared.domain.ledger import Purpose
from shared.domain.phone_number import parse
from shared.domain.retention import COUPON_LIFE
from shared.domain.vat import VatClass
from shared.http.answers.statistics import Statistics, statistics
from shared.ports import Receipt, SmsOutcome, SmsResult
from shared.use_cases.gifts.keep_catalogue import change_gift
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.gifts.record_redemptions import check_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.sends.record_receipt import record_receipt
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline
from tests.database.stopping import Stopped, StoppingDatabase
from tests.factories import NOON, fictional

ALL = date(2020, 1, 1), date(2030, 12, 31)
COFFEE = {"sent": 3, "delivered": 2, "opened": 2, "redeemed": 1, "cost_ore": 3 * FEE_ORE + VALUE_ORE}


@pytest.fixture(autouse=True)
def nothing_of_earlier_tests(pipeline: Pipeline) -> None:
    erase_expired(pipeline.database, NOON)


def shown(pipeline: Pipeline, first: date = ALL[0], last: date = ALL[1]) -> Statistics:
    with pipeline.database.transaction() as tx:
        return statistics(tx, pipeline.company_id, first, last, pipeline.today)


def items(pipeline: Pipeline, *span: date) -> dict[tuple[str, str], dict[str, int]]:
    """Counts by period and gift."""
    found = shown(pipeline, *span)["items"]
    return {(one["period"], one["gift"]): {name: int(str(dict(one)[name])) for name in COFFEE} for one in found}


def total(pipeline: Pipeline) -> object:
    return shown(pipeline)["total"]


def coffee(pipeline: Pipeline) -> str:
    """To four: three sent, of which two arrive and are opened, and one is redeemed; one is refused by Lekab."""
    pipeline.sender.outcomes[parse(fictional(3)).e164] = SmsResult(SmsOutcome.REFUSED, reason="no_such_number")
    send_id = pipeline.sent(4)
    references = pipeline.deliveries(send_id, "sms_ref")
    for reference in references[:2]:
        receipt = Receipt(reference, DeliveryState.DELIVERED)
        record_receipt(pipeline.database, pipeline.tokens, pipeline.number_hash, receipt, pipeline.clock.now())
    for sms in pipeline.sender.sent[:2]:
        with pipeline.database.transaction() as tx:
            open_gift(tx, pipeline.tokens, pipeline.token_of(sms), pipeline.today)
    first = pipeline.deliveries(send_id, "coupon_id")[0]
    pipeline.issuer.redeem(first)
    check_redemptions(pipeline.database, pipeline.issuer, [first], pipeline.today)
    return send_id


def encrypt(pipeline: Pipeline, database: Database | None = None) -> None:
    encrypt_expired_deliveries(database or pipeline.database, pipeline.keys, pipeline.clock)


def test_what_a_day_came_to_is_counted_by_gift(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", 2)
    coffee(pipeline)
    pipeline.sent(2, gift="cinema")
    assert items(pipeline) == {
        ("2026-11-23", "coffee"): COFFEE,
        # the value of a code of a pool is earned when it leaves
        ("2026-11-23", "cinema"): {"sent": 2, "delivered": 0, "opened": 0, "redeemed": 0, "cost_ore": 2 * 14_900},
    }
    cost = sum(one["cost_ore"] for one in items(pipeline).values())
    booked = pipeline.booked()
    assert cost == booked["capture_fee"] + booked["capture_value"]


def test_each_step_counts_on_its_own_day(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.clock.advance(days=2)
    with pipeline.database.transaction() as tx:
        open_gift(tx, pipeline.tokens, pipeline.token_of(pipeline.sender.sent[0]), pipeline.today)
    pipeline.clock.advance(days=1)
    (coupon,) = pipeline.deliveries(send_id, "coupon_id")
    pipeline.issuer.redeem(coupon)
    check_redemptions(pipeline.database, pipeline.issuer, [coupon], pipeline.today)
    nothing = dict.fromkeys(COFFEE, 0)
    assert items(pipeline) == {
        ("2026-11-23", "coffee"): nothing | {"sent": 1, "cost_ore": FEE_ORE},
        ("2026-11-25", "coffee"): nothing | {"opened": 1},
        ("2026-11-26", "coffee"): nothing | {"redeemed": 1, "cost_ore": VALUE_ORE},
    }
    assert items(pipeline, date(2026, 11, 25), date(2026, 11, 25)) == {
        ("2026-11-25", "coffee"): nothing | {"opened": 1}
    }


def test_after_30_days_the_month_has_what_the_days_had(pipeline: Pipeline) -> None:
    coffee(pipeline)
    pipeline.clock.advance(days=31)
    encrypt(pipeline)
    assert items(pipeline) == {("2026-11", "coffee"): COFFEE}
    assert items(pipeline, date(2026, 11, 30), pipeline.today) == {("2026-11", "coffee"): COFFEE}
    assert items(pipeline, date(2026, 12, 1), pipeline.today) == {}


def funnel(pipeline: Pipeline, send_id: str) -> Funnel:
    with pipeline.database.transaction() as tx:
        found = sends.get(tx, pipeline.company_id, send_id)
        assert found is not None
        return funnels.of_send(tx, found)


@pytest.mark.parametrize("transactions", [1, 2, 3, 100])
def test_a_sends_funnel_never_shows_a_part_of_its_gifts_as_all(pipeline: Pipeline, transactions: int) -> None:
    send_id = coffee(pipeline)
    whole = Funnel(accepted=4, sent=3, delivered=2, opened=2, redeemed=1)
    assert funnel(pipeline, send_id) == whole
    pipeline.clock.advance(days=31)
    with suppress(Stopped):
        encrypt(pipeline, StoppingDatabase(pipeline.database, transactions))
    in_clear = all(pipeline.deliveries(send_id, "phone"))
    assert in_clear == (funnel(pipeline, send_id) == whole)
    encrypt(pipeline)
    assert funnel(pipeline, send_id) == replace(whole, opened=None, redeemed=None)


def test_nobody_tells_of_the_redemptions_of_codes_from_a_pool(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", 1)
    assert funnel(pipeline, pipeline.sent(1, gift="cinema")) == Funnel(1, 1, 0, 0, redeemed=None)


def test_what_is_earned_is_booked_with_the_gifts_vat_class(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", 1)
    coffee(pipeline)
    pipeline.sent(1, gift="cinema")
    with pipeline.database.transaction() as tx:
        booked = ledger.page(tx, pipeline.company_id, None, None, 200)
    values = [one.movement for one in booked if one.movement.purpose is Purpose.CAPTURE_VALUE]
    assert {one.taxed_as for one in values} == {VatClass.STANDARD, VatClass.SERVED_FOOD}


def test_a_new_class_counts_for_what_is_earned_from_then_on(pipeline: Pipeline) -> None:
    coffee(pipeline)
    for vat_class in (VatClass.FOOD, VatClass.SERVED_FOOD):
        change_gift(pipeline.database, "staff@upup.example", "coffee", {"vat_class": vat_class.value}, NOON)
        if vat_class is VatClass.FOOD:
            coffee(pipeline)
    with pipeline.database.transaction() as tx:
        booked = ledger.page(tx, pipeline.company_id, None, None, 200)
    values = [one.movement for one in booked if one.movement.purpose is Purpose.CAPTURE_VALUE]
    assert sorted(one.taxed_as or "" for one in values) == [VatClass.FOOD, VatClass.SERVED_FOOD]


@pytest.mark.parametrize("transactions", range(1, 8))
def test_a_run_that_is_stopped_anywhere_counts_nothing_twice_and_loses_nothing(
    pipeline: Pipeline, transactions: int
) -> None:
    coffee(pipeline)
    coffee(pipeline)
    before = total(pipeline)
    pipeline.clock.advance(days=31)
    with suppress(Stopped):
        encrypt(pipeline, StoppingDatabase(pipeline.database, transactions))
    assert total(pipeline) == before
    for _ in range(2):
        encrypt(pipeline)
        assert total(pipeline) == before


def test_a_year_later_nothing_is_left_but_the_counts(pipeline: Pipeline) -> None:
    coffee(pipeline)
    before = total(pipeline)
    pipeline.clock.advance(days=31)
    encrypt(pipeline)
    pipeline.clock.advance(days=90)
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    assert total(pipeline) == before, "an expired gift was opened all the same"
    pipeline.clock.time += COUPON_LIFE
    for _ in range(2):
        erase_expired(pipeline.database, pipeline.clock.now())
        assert pipeline.column("SELECT COUNT(*) FROM coupons") == [0]
        assert total(pipeline) == before
    pipeline.clock.advance(days=365)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT COUNT(*) FROM deliveries") == [0]
    assert total(pipeline) == before
    assert items(pipeline) == {("2026-11", "coffee"): COFFEE}


@pytest.mark.parametrize("transactions", range(1, 12))
def test_erasing_that_is_stopped_anywhere_changes_no_count(pipeline: Pipeline, transactions: int) -> None:
    coffee(pipeline)
    before = total(pipeline)
    pipeline.clock.advance(days=31)
    encrypt(pipeline)
    pipeline.clock.time += timedelta(days=90) + COUPON_LIFE
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    with suppress(Stopped):
        erase_expired(StoppingDatabase(pipeline.database, transactions), pipeline.clock.now())
    assert total(pipeline) == before
    erase_expired(pipeline.database, pipeline.clock.now())
    assert total(pipeline) == before


def test_of_a_company_that_is_gone_nothing_is_kept(pipeline: Pipeline) -> None:
    coffee(pipeline)
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s", (pipeline.company_id,))
    pipeline.clock.time += timedelta(days=91) + COUPON_LIFE
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT COUNT(*) FROM coupons") == [0]
    assert pipeline.column("SELECT COUNT(*) FROM figures") == [0]


def test_two_companies_figures_never_meet(pipeline: Pipeline) -> None:
    other = pipeline.company()
    coffee(pipeline)
    mine = total(pipeline)
    pipeline.send_to(5, member=other)
    pipeline.run()
    assert total(pipeline) == mine
    pipeline.clock.advance(days=31)
    encrypt(pipeline)
    assert total(pipeline) == mine
