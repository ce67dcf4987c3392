"""A recipient's request from the gift page reaches the company, without a number, and its owners hear of it once."""

import pytest

from shared.domain.errors import NotFound
from shared.domain.persons_data import FoundRecipient
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind, State
from shared.use_cases.carry_out_request import carry_out
from shared.use_cases.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy_requests_due import RequestsLeft
from shared.use_cases.receive_request import ask_by_link
from tests.database.pipeline import Pipeline
from tests.database.privacy import Desk
from tests.database.test_account_holders_requests import FakeMail, due
from tests.factories import fictional

ONE = fictional(0)


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def ask(pipeline: Pipeline, kind: Kind, token: str = "") -> None:
    with pipeline.database.transaction() as tx:
        link = token or pipeline.token_of(pipeline.sender.sent[0])
        ask_by_link(tx, pipeline.tokens, link, kind, pipeline.clock.now())


def received(pipeline: Pipeline) -> list[str]:
    return pipeline.column("SELECT id FROM privacy_requests WHERE source = 'recipient' ORDER BY received_at, id")


@pytest.mark.parametrize("days", [0, 30])
def test_the_company_carries_it_out_by_fingerprint_also_after_encryption(desk: Desk, days: int) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    pipeline.clock.advance(days=days)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    ask(pipeline, Kind.EXPORT)
    pipeline.clock.advance(minutes=1)
    ask(pipeline, Kind.ERASE)
    states = {}
    for request_id in received(pipeline):
        request = desk.request(request_id)
        assert request.state == State.RECEIVED
        result = carry_out(desk.parts, request, pipeline.member, pipeline.clock.now())
        states[request.kind] = result
    assert isinstance(states["export"], FoundRecipient)
    (shown,) = states["export"].deliveries
    assert (shown.phone, shown.encrypted) == ((None, True) if days else (parse(ONE).e164, False))
    assert desk.traces(ONE) == set()
    assert {desk.request(one).state for one in received(pipeline)} == {State.DONE}, "and the export is closed by it"


def test_one_open_request_of_a_kind_is_enough(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    for _ in range(3):
        ask(pipeline, Kind.ERASE)
    (only,) = received(pipeline)
    carry_out(desk.parts, desk.request(only), pipeline.member, pipeline.clock.now())
    ask(pipeline, Kind.ERASE)
    assert len(received(pipeline)) == 2


def test_a_link_that_opens_nothing_asks_for_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        ask(desk.pipeline, Kind.ERASE, "x" * 24)
    assert received(desk.pipeline) == []


def test_each_owner_gets_one_mail_that_names_nobody(desk: Desk) -> None:
    pipeline, mail = desk.pipeline, FakeMail(away=True)
    karin = desk.colleague()
    desk.colleague("viewer")
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    with pytest.raises(RequestsLeft):
        due(desk, mail)
    mail.away = False
    assert [due(desk, mail).told, due(desk, mail).told] == [1, 0]
    assert {to for to, _ in mail.sent} == {desk.email(karin), desk.email(pipeline.member)}
    (request_id,) = received(pipeline)
    request = desk.request(request_id)
    for _, text in mail.sent:
        assert request.id in text and request.due_at.date().isoformat() in text
        assert parse(ONE).e164[3:] not in text


def test_what_is_overdue_and_what_is_open_is_counted(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    first = due(desk)
    pipeline.clock.advance(days=31)
    second = due(desk)
    assert (first.overdue, first.erasures_open, second.overdue, second.erasures_open) == (0, 1, 1, 1)
