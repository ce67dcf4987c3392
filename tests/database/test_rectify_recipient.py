"""A number that was wrong: what has not left goes to the right one, and what has left is erased, as it is another's."""

import pytest

from shared.domain.persons_data import RectifiedRecipient
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind, State
from shared.use_cases.privacy.rectify_person import NewNumber
from tests.database.pipeline import Pipeline, SlowSender, at_once
from tests.database.privacy import Desk
from tests.database.stopping import Stopped, StoppingDatabase
from tests.factories import fictional, fingerprint

WRONG, RIGHT = fictional(0), fictional(50)


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def right(phone: str = RIGHT) -> NewNumber:
    number = parse(phone)
    return NewNumber(number, fingerprint(number))


def rectify(desk: Desk, phone: str = RIGHT) -> RectifiedRecipient:
    request, result = desk.ask(Kind.RECTIFY, WRONG, change=right(phone))
    assert isinstance(result, RectifiedRecipient)
    assert request.state == State.DONE
    return result


@pytest.mark.parametrize("issued", [False, True])
def test_what_has_not_left_goes_to_the_right_number(desk: Desk, issued: bool) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.issued(2) if issued else pipeline.send_to(2)
    result = rectify(desk)
    assert (result.moved.rectified, result.moved.let_go, result.erased.erased) == (1, 0, 0)
    assert desk.traces(WRONG) == set()
    pipeline.run()
    assert {sms.to for sms in pipeline.sender.sent} == {parse(RIGHT), parse(fictional(1))}
    assert pipeline.deliveries(send_id) == ["sent", "sent"]
    assert pipeline.send_row(send_id, "state") == "done"


def test_what_has_left_under_the_wrong_number_is_erased(desk: Desk) -> None:
    pipeline = desk.pipeline
    left, waits = pipeline.sent(1), pipeline.send_to(1)
    result = rectify(desk)
    assert (result.moved.rectified, result.erased.erased, result.erased.cancelled) == (1, 1, 0)
    assert pipeline.deliveries(left, "fingerprint") == [None]
    assert pipeline.deliveries(waits, "phone") == [parse(RIGHT).e164]
    assert desk.traces(WRONG) == set()
    assert len(desk.log.written) == 1


def test_a_right_number_that_opted_out_is_let_go_and_not_paid_for(desk: Desk) -> None:
    pipeline = desk.pipeline
    before = pipeline.balance()
    send_id = pipeline.send_to(1)
    pipeline.opt_out(RIGHT)
    result = rectify(desk)
    assert (result.moved.rectified, result.moved.let_go) == (0, 1)
    assert pipeline.deliveries(send_id) == ["opted_out"]
    assert pipeline.balance() == before
    assert desk.traces(WRONG) == set()


def test_a_right_number_that_the_send_has_already_gets_one_sms(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.send(WRONG, RIGHT)
    result = rectify(desk)
    assert (result.moved.rectified, result.moved.let_go) == (0, 1)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["cancelled", "sent"]
    assert [sms.to for sms in pipeline.sender.sent] == [parse(RIGHT)]


def test_a_delivery_that_is_not_in_clear_gets_no_number_and_is_erased(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.send_to(1)
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE deliveries SET phone = NULL WHERE send_id = %s", (send_id,))
    result = rectify(desk)
    assert (result.moved.rectified, result.erased.erased) == (0, 1)
    assert pipeline.rows("SELECT state, phone, fingerprint FROM deliveries") == [("cancelled", None, None)]


def test_a_worker_that_has_prepared_the_wrong_number_does_not_send_it(desk: Desk) -> None:
    """It is in the call of the first batch; the row of the second is put right meanwhile."""
    pipeline = desk.pipeline
    send_id = pipeline.send(fictional(1), WRONG)
    pipeline.issue(send_id)
    pipeline.published.clear()
    slow = SlowSender(pipeline.sender, at_once=1)

    def rectify_meanwhile() -> None:
        assert slow.called.wait(20)
        rectify(desk)
        slow.released.set()

    assert at_once([lambda: pipeline.hand_over(send_id, sender=slow), rectify_meanwhile]) == []
    pipeline.run()
    assert {sms.to for sms in pipeline.sender.sent} == {parse(fictional(1)), parse(RIGHT)}


def test_it_can_be_killed_anywhere_and_asked_for_again(desk: Desk) -> None:
    pipeline = desk.pipeline
    for survives in range(12):
        left, waits = pipeline.sent(1), pipeline.send_to(1)
        whole = pipeline.database
        desk.pipeline.database = StoppingDatabase(whole, survives)  # type: ignore[assignment]  # a worker that dies
        killed = False
        try:
            desk.ask(Kind.RECTIFY, WRONG, change=right())
        except Stopped:
            killed = True
        desk.pipeline.database = whole
        if killed:
            rectify(desk)
        assert pipeline.deliveries(waits, "phone") == [parse(RIGHT).e164], survives
        assert pipeline.deliveries(left, "fingerprint") == [None]
        assert desk.traces(WRONG) == set()
        if not killed:
            return
    pytest.fail("it was killed every time")
