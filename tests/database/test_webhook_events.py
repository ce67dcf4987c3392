"""Each move that a company may want to know of is told once to each endpoint that chose it, and to nobody else."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from shared.database.queries import persons_data, sends
from shared.database.queries.people import Session
from shared.domain.chunks import CLAIM
from shared.domain.delivery import DeliveryState
from shared.domain.gift import GiftState
from shared.domain.phone_number import PhoneNumber, parse
from shared.ports import Receipt, SmsOutcome, SmsResult
from shared.use_cases.accounts.stop_account import stop_account
from shared.use_cases.gifts.record_redemptions import check_redemptions, poll_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_person import let_go
from shared.use_cases.sends.pretend import FAILS
from shared.use_cases.sends.settle_delivery import Settlement, settle_delivery
from shared.use_cases.sends.stop_deliveries import cancel_send, end_overdue_send
from tests.database.pipeline import DyingSender, Pipeline, WorkerDied
from tests.database.webhooks import Webhooks
from tests.factories import fictional, fingerprint

TOLD = ("sent", "delivered", "failed", "unknown", "opted_out", "cancelled")


@pytest.fixture
def webhooks(pipeline: Pipeline) -> Webhooks:
    return Webhooks(pipeline)


@pytest.fixture
def moves(pipeline: Pipeline) -> Iterator[Callable[[], Counter[tuple[str, str, int]]]]:
    """Every move of a delivery to a state that is told, as the database itself sees it."""
    with pipeline.database.transaction() as tx:
        tx.execute("CREATE TABLE seen_moves (send_id CHAR(20), position INT, state VARCHAR(12))")
        tx.execute(
            "CREATE TRIGGER seen AFTER UPDATE ON deliveries FOR EACH ROW INSERT INTO seen_moves"
            " SELECT NEW.send_id, NEW.position, NEW.state FROM DUAL WHERE NEW.state <> OLD.state"
        )
    yield lambda: Counter(
        (f"delivery.{state}", send_id, position)
        for send_id, position, state in pipeline.rows("SELECT send_id, position, state FROM seen_moves")
        if state in TOLD
    )
    with pipeline.database.transaction() as tx:
        tx.execute("DROP TRIGGER seen")
        tx.execute("DROP TABLE seen_moves")


def told(pipeline: Pipeline, endpoint_id: str) -> Counter[tuple[str, str, int]]:
    """What is written down for an endpoint of deliveries."""
    return Counter(
        pipeline.rows(
            "SELECT type, send_id, position FROM webhook_messages WHERE endpoint_id = %s AND type LIKE 'delivery.%%'",
            endpoint_id,
        )
    )


def outcome(pipeline: Pipeline, place: int, result: SmsResult) -> None:
    pipeline.sender.outcomes[parse(fictional(place)).e164] = result


def receive(pipeline: Pipeline, send_id: str, *outcomes: DeliveryState) -> None:
    for sms_ref, came in zip(pipeline.deliveries(send_id, "sms_ref"), outcomes, strict=False):
        pipeline.record(Receipt(sms_ref, came, None))


def handed_over(pipeline: Pipeline) -> None:
    """Sent, refused, in doubt, and not taken at first."""
    outcome(pipeline, 1, SmsResult(SmsOutcome.REFUSED, reason="rejected"))
    outcome(pipeline, 2, SmsResult(SmsOutcome.UNKNOWN))
    pipeline.sent(4)


def received(pipeline: Pipeline) -> None:
    """Delivered, failed, failed and then delivered, and all of it twice."""
    send_id = pipeline.sent(4)
    for _ in range(2):
        receive(pipeline, send_id, S.DELIVERED, S.FAILED, S.FAILED, S.DELIVERED)
        receive(pipeline, send_id, S.DELIVERED, S.FAILED, S.DELIVERED, S.DELIVERED)


def opted_out(pipeline: Pipeline) -> None:
    """Before its coupon, and before its SMS."""
    send_id = pipeline.send_to(3)
    pipeline.opt_out(fictional(0))
    pipeline.issue(send_id)
    pipeline.opt_out(fictional(1))
    pipeline.hand_over(send_id)


def no_coupons(pipeline: Pipeline) -> None:
    pipeline.issuer.rejects = True
    pipeline.issue(pipeline.send_to(2))


def cancelled(pipeline: Pipeline) -> None:
    """Twice, of a send that has coupons for some."""
    send_id = pipeline.send_to(3)
    pipeline.issue(send_id, 1, 2)
    for _ in range(2):
        with pipeline.database.transaction() as tx:
            cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())


def overdue(pipeline: Pipeline) -> None:
    """72 hours after a send of which some has not left, and of which a worker died in its call."""
    send_id = pipeline.issued(4)
    with pytest.raises(WorkerDied):
        pipeline.hand_over(send_id, sender=DyingSender())
    pipeline.clock.advance(hours=72)
    with pipeline.database.transaction() as tx:
        end_overdue_send(tx, pipeline.company_id, send_id, pipeline.clock.now())


def worker_died(pipeline: Pipeline) -> None:
    """What it had in its call is in doubt; a receipt settles one of them, and a person another."""
    send_id = pipeline.issued(4)
    with pytest.raises(WorkerDied):
        pipeline.hand_over(send_id, sender=DyingSender())
    pipeline.clock.time += CLAIM + timedelta(seconds=1)
    pipeline.hand_over(send_id)
    pipeline.record(Receipt("lekab-1", S.DELIVERED, None, parse(fictional(0)), "Kaffebaren"))
    with pipeline.database.transaction() as tx:
        settle_delivery(tx, "staff@upup.example", send_id, 2, Settlement.SENT, "dlv_x", pipeline.clock.now())


S = DeliveryState
COURSES = [handed_over, received, opted_out, no_coupons, cancelled, overdue, worker_died]


@pytest.mark.parametrize("course", COURSES, ids=lambda one: one.__name__)
def test_each_move_of_a_delivery_is_told_once(
    pipeline: Pipeline,
    webhooks: Webhooks,
    moves: Callable[[], Counter[tuple[str, str, int]]],
    course: Callable[[Pipeline], None],
) -> None:
    first, second = webhooks.endpoint("delivery.*"), webhooks.endpoint("delivery.*")
    other = webhooks.endpoint("delivery.*", company_id=pipeline.company().company_id)
    course(pipeline)
    assert moves() and told(pipeline, first.id) == told(pipeline, second.id) == moves()
    assert told(pipeline, other.id) == Counter()


def test_an_endpoint_is_told_only_what_it_chose(pipeline: Pipeline, webhooks: Webhooks) -> None:
    some, done = webhooks.endpoint("delivery.failed", "delivery.delivered"), webhooks.endpoint("send.done")
    outcome(pipeline, 0, SmsResult(SmsOutcome.REFUSED, reason="rejected"))
    send_id = pipeline.sent(2)
    assert told(pipeline, some.id) == {("delivery.failed", send_id, 1): 1}
    rows = pipeline.rows("SELECT type, send_id, position FROM webhook_messages WHERE endpoint_id = %s", done.id)
    assert rows == [("send.done", send_id, None)]


def test_nothing_is_written_for_a_company_without_an_endpoint_that_is_called(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE webhook_endpoints SET state = 'disabled' WHERE id = %s", (endpoint.id,))
    send_id = pipeline.issued(3)
    pipeline.hand_over(send_id)
    receive(pipeline, send_id, S.DELIVERED, S.FAILED)
    assert pipeline.deliveries(send_id) == ["delivered", "failed", "sent"]
    assert webhooks.messages() == [] and pipeline.published == []


def test_a_person_that_is_erased_before_the_sms_is_told_as_an_end(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, send_id = webhooks.endpoint(), pipeline.issued(2)
    with pipeline.database.transaction() as tx:
        send = sends.lock(tx, pipeline.company_id, send_id)
        assert send
        rows = persons_data.lock(tx, pipeline.company_id, send_id, fingerprint(parse(fictional(1))))
        let_go(tx, send, rows, S.FAILED, "erased", pipeline.clock.now())
    assert told(pipeline, endpoint.id) == {("delivery.failed", send_id, 2): 1}


def test_a_stopped_company_is_still_told_what_becomes_of_its_sms(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, send_id = webhooks.endpoint("delivery.delivered"), pipeline.sent(1)
    stop_account(pipeline.database, "staff@upup.example", pipeline.company_id, "Reports.", pipeline.clock.now())
    receive(pipeline, send_id, S.DELIVERED)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.types == ["delivery.delivered"]


def test_what_was_told_of_a_send_goes_with_it(pipeline: Pipeline, webhooks: Webhooks) -> None:
    webhooks.endpoint()
    kept, erased = pipeline.sent(1), pipeline.sent(1)
    with pipeline.database.transaction() as tx:
        sends.erase(tx, pipeline.company_id, erased)
    assert set(webhooks.messages("send_id")) == {kept}


def test_a_test_endpoint_is_told_of_tests_alone_and_a_live_one_of_both(pipeline: Pipeline, webhooks: Webhooks) -> None:
    live, test = webhooks.endpoint(), webhooks.endpoint(test=True)
    pipeline.sent(1)
    tester = Session("key_test", pipeline.company_id, "sender", "", frozenset({"sends:write"}), is_test=True)
    send_id = pipeline.send(fictional(0), FAILS.e164, member=tester)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["delivered", "failed"]
    webhooks.tell(test.id)
    ends = ["delivery.delivered", "delivery.failed", "delivery.sent", "delivery.sent", "send.done"]
    assert webhooks.receiver.types == ends
    assert [body["data"]["test"] for body in webhooks.receiver.bodies] == [True] * 5
    webhooks.receiver.calls.clear()
    webhooks.tell(live.id)
    assert Counter(body["data"]["test"] for body in webhooks.receiver.bodies) == {True: 5, False: 2}


def test_a_redeemed_gift_is_told_once_with_its_send_and_day_and_no_delivery(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint, send_id = webhooks.endpoint("gift.redeemed"), pipeline.sent(3)
    reference = pipeline.coupons(send_id, "id")[1]
    pipeline.issuer.redeem(reference)
    check_redemptions(pipeline.database, pipeline.issuer, [reference], pipeline.today)
    poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.bodies == [
        {
            "type": "gift.redeemed",
            "timestamp": "2026-11-23T00:00:00Z",
            "data": {"send_id": send_id, "state": "redeemed", "test": False},
        }
    ]


def test_a_gift_that_expires_or_is_voided_is_told_to_nobody(pipeline: Pipeline, webhooks: Webhooks) -> None:
    webhooks.endpoint("gift.redeemed")
    send_id = pipeline.sent(1)
    pipeline.clock.advance(days=400)
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    assert pipeline.coupons(send_id) == [GiftState.VOIDED]
    assert webhooks.messages() == []


def test_after_encryption_a_redeemed_gift_names_not_even_its_send(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, send_id = webhooks.endpoint("gift.redeemed"), pipeline.sent(1)
    reference = pipeline.coupons(send_id, "id")[0]
    pipeline.issuer.redeem(reference)
    check_redemptions(pipeline.database, pipeline.issuer, [reference], pipeline.today)
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    webhooks.tell(endpoint.id)
    assert [body["data"]["send_id"] for body in webhooks.receiver.bodies] == [None]


def test_what_has_been_told_of_a_gift_leads_to_no_coupon_and_what_waits_to_no_send(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint, send_id = webhooks.endpoint("gift.redeemed"), pipeline.sent(1)
    reference = pipeline.coupons(send_id, "id")[0]
    pipeline.issuer.redeem(reference)
    check_redemptions(pipeline.database, pipeline.issuer, [reference], pipeline.today)
    place = "send_id, position, coupon_id, happened_at"
    midnight = pipeline.clock.now().replace(hour=0)
    assert pipeline.rows(f"SELECT {place} FROM webhook_messages") == [(None, None, reference, midnight)]
    webhooks.tell(endpoint.id)
    assert pipeline.rows(f"SELECT {place} FROM webhook_messages") == [(None, None, None, midnight)]


def test_nothing_that_is_kept_or_told_holds_a_number_a_name_or_a_code(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint = webhooks.endpoint()
    for course in COURSES:
        pipeline.sender.outcomes.clear()
        pipeline.issuer.rejects = False
        with pipeline.database.transaction() as tx:
            tx.execute("DELETE FROM opt_outs")
        course(pipeline)
    send_id = pipeline.sent(2)
    for reference in pipeline.coupons(send_id, "id"):
        pipeline.issuer.redeem(reference)
    poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today)
    webhooks.tell(endpoint.id)
    while pipeline.column("SELECT 1 FROM webhook_messages WHERE state = 'due' LIMIT 1"):
        webhooks.tell(endpoint.id)
    kept = [
        str(value)
        for table in ("webhook_endpoints", "webhook_secrets", "webhook_messages", "webhook_attempts", "outbox")
        for row in pipeline.rows(f"SELECT * FROM {table}")
        for value in row
    ]
    said = [str(one.body) for one in webhooks.receiver.calls] + [one.body for one in pipeline.published]
    numbers = [parse(fictional(place)) for place in range(5)]
    codes = [code for one in pipeline.issuer.coupons.values() for code in (one.ean, one.code) if code]
    forms = [form for one in numbers for form in forms_of(one)]
    assert len(said) > 30 and numbers and any(len(one) > 6 for one in codes)
    text = "\n".join([*kept, *said])
    assert [one for one in (*forms, "Åsa", "Kaffebaren", "coffee", *codes) if len(one) > 2 and one in text] == []


def forms_of(number: PhoneNumber) -> list[str]:
    return [number.e164, number.e164[1:], "0" + number.e164[3:], number.e164.encode().hex()]
