"""Receipts of SMS that were erased: they leave no trace, and settle nobody else's doubt about the same number."""

from functools import partial

import pytest

from shared.database.queries import receipts
from shared.database.queries.people import Session
from shared.domain.delivery import DeliveryState as S
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind
from shared.ports import Receipt, SmsOutcome, SmsResult
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.sends.record_receipt import erased_sms
from shared.use_cases.sends.settle_doubts import sweep_doubts
from tests.database.pipeline import FEE_ORE, Pipeline, at_once
from tests.database.privacy import Desk
from tests.factories import fictional, receipts_number_hash

ONE = fictional(0)


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def told_of(reference: str) -> Receipt:
    return Receipt(reference, S.DELIVERED, None, parse(ONE), "Kaffebaren")


def in_doubt(pipeline: Pipeline, member: Session) -> str:
    """Another company's SMS to the same number, from the same sender, whose answer was lost."""
    pipeline.sender.outcomes[parse(ONE).e164] = SmsResult(SmsOutcome.UNKNOWN)
    theirs = pipeline.send(ONE, member=member)
    pipeline.run()
    pipeline.sender.outcomes.clear()
    assert pipeline.deliveries(theirs) == ["unknown"]
    return theirs


def test_a_late_receipt_of_an_erased_sms_leaves_no_trace_and_settles_nobody_elses_doubt(desk: Desk) -> None:
    pipeline, other = desk.pipeline, desk.pipeline.company()
    (ours,) = pipeline.deliveries(pipeline.sent(1), "sms_ref")
    theirs = in_doubt(pipeline, other)
    desk.ask(Kind.ERASE, ONE)
    pipeline.record(told_of(ours))
    assert pipeline.deliveries(theirs) == ["unknown"]
    assert "capture_fee" not in pipeline.booked(other.company_id)
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == []
    pipeline.record(told_of("theirs"))
    assert pipeline.deliveries(theirs) == ["delivered"], "their own does"
    assert pipeline.booked(other.company_id)["capture_fee"] == FEE_ORE


def test_a_receipt_that_came_early_does_not_stay_when_its_sms_is_erased(desk: Desk) -> None:
    """It came before its SMS was committed as sent."""
    pipeline = desk.pipeline
    (ours,) = pipeline.deliveries(pipeline.sent(1), "sms_ref")
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE deliveries SET sms_ref = NULL")
    pipeline.record(told_of(ours))
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == [ours]
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE deliveries SET sms_ref = %s", (ours,))
    desk.ask(Kind.ERASE, ONE)
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == []


def test_of_an_erased_sms_a_keyed_hash_stays_for_72_hours(desk: Desk) -> None:
    pipeline = desk.pipeline
    (ours,) = pipeline.deliveries(pipeline.sent(1), "sms_ref")
    desk.ask(Kind.ERASE, ONE)
    assert pipeline.column("SELECT sms_ref_hmac FROM erased_sms") == [erased_sms(pipeline.tokens, ours)]
    pipeline.clock.advance(hours=68)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT COUNT(*) FROM erased_sms") == [1]
    pipeline.clock.advance(hours=3)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT COUNT(*) FROM erased_sms") == [0]


def test_a_waiting_receipt_that_may_settle_another_companys_doubt_stays(desk: Desk) -> None:
    pipeline, other = desk.pipeline, desk.pipeline.company()
    pipeline.sent(1)
    theirs = in_doubt(pipeline, other)
    with pipeline.database.transaction() as tx:  # its worker died before it could settle
        number = receipts_number_hash(parse(ONE))
        receipts.keep_early(tx, "theirs", S.DELIVERED, None, pipeline.clock.now(), number, "Kaffebaren")
    desk.ask(Kind.ERASE, ONE)
    assert sweep_doubts(pipeline.database, pipeline.clock.now()) == 1
    assert pipeline.deliveries(theirs) == ["delivered"]


def test_when_one_of_two_doubts_is_erased_a_person_still_decides_about_the_other(desk: Desk) -> None:
    pipeline, other = desk.pipeline, desk.pipeline.company()
    in_doubt(pipeline, pipeline.member)
    theirs = in_doubt(pipeline, other)
    pipeline.record(told_of("one-of-the-two"))
    desk.ask(Kind.ERASE, ONE)
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == []
    pipeline.record(told_of("the-other"))
    assert sweep_doubts(pipeline.database, pipeline.clock.now()) == 0
    assert pipeline.deliveries(theirs) == ["unknown"]
    assert pipeline.column("SELECT send_id FROM sms_doubts") == [theirs], "staff see it"
    assert "capture_fee" not in pipeline.booked(other.company_id)


def test_a_receipt_and_an_erasure_at_the_same_moment_leave_no_trace(desk: Desk) -> None:
    pipeline = desk.pipeline
    for _ in range(10):
        (ours,) = pipeline.deliveries(pipeline.sent(1), "sms_ref")
        assert at_once([partial(pipeline.record, told_of(ours)), partial(desk.ask, Kind.ERASE, ONE)]) == []
        assert desk.traces(ONE) == set()
