"""A recipient's request from the gift page reaches the company, without a number, and its owners hear of it once."""

import pytest

from shared.domain.errors import Conflict, NotFound
from shared.domain.persons_data import FoundRecipient
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind, State
from shared.http.gift_page.gift import gift_html
from shared.http.gift_page.sv import SV
from shared.ports import SupplierUnavailable
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.privacy.carry_out_request import carry_out
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.privacy_requests_due import RequestsLeft
from shared.use_cases.privacy.receive_request import ask_by_link
from tests.database.pipeline import Pipeline
from tests.database.privacy import Desk, FakeMail, due
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


@pytest.mark.parametrize("kind", [Kind.EXPORT, Kind.ERASE])
def test_a_recipients_request_is_not_lost_in_an_open_one_of_the_company(desk: Desk, kind: Kind) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    desk.log.away = True  # so that an erasure stays open
    ours, _ = desk.ask(kind, ONE)
    desk.log.away = False
    pipeline.clock.advance(minutes=1)
    ask(pipeline, kind)
    (theirs,) = received(pipeline)
    assert theirs != ours.id
    assert desk.request(theirs).state == State.RECEIVED
    again, _ = desk.ask(kind, ONE)
    assert again.id == ours.id, "and the company's own is one still"


def test_a_request_is_refused_and_not_offered_when_the_agreement_has_ended(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    assert "privacy-request" in page(pipeline)
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s", (pipeline.company_id,))
    with pytest.raises(Conflict, match="holds nothing any more"):
        ask(pipeline, Kind.EXPORT)
    assert received(pipeline) == []
    shown = page(pipeline)
    assert "privacy-request" not in shown and "inom en månad" not in shown
    assert "Kaffe och bulle" in shown, "the gift is still there"


def page(pipeline: Pipeline) -> str:
    token = pipeline.token_of(pipeline.sender.sent[0])
    with pipeline.database.transaction() as tx:
        return gift_html(open_gift(tx, pipeline.tokens, token, pipeline.today), token, SV)


def test_a_link_that_opens_nothing_asks_for_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        ask(desk.pipeline, Kind.ERASE, "x" * 24)
    assert received(desk.pipeline) == []


def test_each_owner_gets_one_mail_that_names_nobody(desk: Desk) -> None:
    pipeline, mail = desk.pipeline, FakeMail()
    mail.away = True
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


def test_an_owner_whose_address_is_refused_does_not_have_the_others_told_twice(desk: Desk) -> None:
    pipeline, mail = desk.pipeline, FakeMail()
    mail.refused = {desk.email(pipeline.member)}
    karin = desk.colleague()
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    assert [due(desk, mail).told, due(desk, mail).told] == [1, 0]
    assert [to for to, _ in mail.sent] == [desk.email(karin)]


def test_a_request_of_which_no_owner_could_be_told_is_not_noted_as_told(desk: Desk) -> None:
    pipeline, mail = desk.pipeline, FakeMail()
    mail.refused = {desk.email(pipeline.member)}
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    with pytest.raises(RequestsLeft):
        due(desk, mail)
    mail.refused = set()
    assert due(desk, mail).told == 1


class MailAwayFor(FakeMail):
    """Some cannot be reached just now; all the same the next is tried."""

    unreachable: str = ""

    def send(self, to: str, subject: str, text: str) -> None:
        if to == self.unreachable:
            raise SupplierUnavailable("away")
        super().send(to, subject, text)


def test_who_had_the_mail_does_not_get_it_again_while_another_cannot_be_reached(desk: Desk) -> None:
    pipeline, mail = desk.pipeline, MailAwayFor()
    others = [desk.email(desk.colleague()) for _ in range(2)]
    mail.unreachable = desk.email(pipeline.member)
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    for _ in range(3):
        with pytest.raises(RequestsLeft):
            due(desk, mail)
    assert sorted(to for to, _ in mail.sent) == sorted(others)
    late, mail.unreachable = mail.unreachable, ""
    assert [due(desk, mail).told, due(desk, mail).told] == [1, 0]
    assert sorted(to for to, _ in mail.sent) == sorted([*others, late])


def test_who_was_told_of_what_goes_with_the_member(desk: Desk) -> None:
    pipeline, karin = desk.pipeline, desk.colleague()
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    due(desk)
    assert len(pipeline.column("SELECT member_id FROM privacy_request_notices")) == 2
    desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert pipeline.column("SELECT member_id FROM privacy_request_notices") == [pipeline.member.member_id]


def test_what_is_overdue_and_what_is_open_is_counted(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    ask(pipeline, Kind.ERASE)
    first = due(desk)
    pipeline.clock.advance(days=31)
    second = due(desk)
    assert (first.overdue, first.erasures_open, second.overdue, second.erasures_open) == (0, 1, 1, 1)
