"""Mandrill's adapter over the wire: an e-mail arrives, or whoever asked is told to try again."""

from collections.abc import Iterator

import pytest

from sandbox.stand_ins.mandrill import Mandrill as StandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import MailRefused, SupplierUnavailable
from shared.providers.mandrill import Mandrill
from shared.settings import MailSettings
from tests.factories import FakeClock
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server


def adapter(url: str, *, key: str = "nyckel", timeout: int = 5) -> Mandrill:
    return Mandrill(MailSettings(mandrill_key=key, mandrill_url=url, mail_from="hej@upup.example"), timeout)


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn(FakeClock(), "nyckel")


@pytest.fixture
def url(stand_in: StandIn) -> Iterator[str]:
    server = WebServer(stand_in.app)
    yield server.url
    server.close()


def test_an_e_mail_arrives_as_it_was_written(stand_in: StandIn, url: str) -> None:
    adapter(url).send("åsa@exempel.example", "Logga in hos UpUp", "Hej Åsa!\nhttps://upup.example/login#x")
    (mail,) = stand_in.mails()
    assert (mail["to"], mail["from"]) == ("åsa@exempel.example", "hej@upup.example")
    assert (mail["subject"], mail["message"]) == ("Logga in hos UpUp", "Hej Åsa!\nhttps://upup.example/login#x")


def test_login_links_are_neither_rewritten_nor_watched(odd: OddServer) -> None:
    odd.answer = Answer(200, [{"email": "a@exempel.example", "status": "sent"}])
    adapter(odd.url).send("a@exempel.example", "Hej", "text")
    ((path, body),) = odd.asked
    assert path == "api/1.0/messages/send.json"
    assert (body["message"]["track_clicks"], body["message"]["track_opens"]) == (False, False)


def test_a_wrong_key_is_told_as_unavailable_and_nothing_is_sent(stand_in: StandIn, url: str) -> None:
    with pytest.raises(SupplierUnavailable):
        adapter(url, key="fel").send("a@exempel.example", "Hej", "text")
    assert stand_in.mails() == []


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_any_status_of_failure_may_be_tried_again(odd: OddServer, status: int) -> None:
    odd.answer = Answer(status, {"status": "error"})
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).send("a@exempel.example", "Hej", "text")


@pytest.mark.parametrize("status", ["rejected", "invalid"])
def test_an_address_that_mandrill_refuses_is_told_as_refused_and_not_why(odd: OddServer, status: str) -> None:
    odd.answer = Answer(200, [{"email": "a@exempel.example", "status": status, "reject_reason": "hard-bounce"}])
    with pytest.raises(MailRefused) as refusal:
        adapter(odd.url).send("a@exempel.example", "Hej", "text")
    assert "bounce" not in str(refusal.value) and "exempel" not in str(refusal.value)
    assert len(odd.asked) == 1


@pytest.mark.parametrize("status", ["sent", "queued", "scheduled"])
def test_what_mandrill_has_taken_is_no_failure(odd: OddServer, status: str) -> None:
    odd.answer = Answer(200, [{"email": "a@exempel.example", "status": status}])
    adapter(odd.url).send("a@exempel.example", "Hej", "text")


@pytest.mark.parametrize("body", ["<html>", {}, [], [{}], ["sent"], None])
def test_an_answer_that_says_nothing_of_the_e_mail_is_no_proof_that_it_went(odd: OddServer, body: object) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).send("a@exempel.example", "Hej", "text")


def test_the_stand_in_refuses_as_mandrill_does(stand_in: StandIn, url: str) -> None:
    with pytest.raises(MailRefused):
        adapter(url).send("a@Invalid.example", "Hej", "text")
    assert stand_in.mails() == []


def test_no_connection_a_cut_one_and_silence_are_all_told_as_unavailable(odd: OddServer) -> None:
    odd.silent = True
    with cutting_server() as (cutting, _):
        for mandrill in (adapter(closed_url()), adapter(cutting), adapter(odd.url, timeout=1)):
            with pytest.raises(SupplierUnavailable):
                mandrill.send("a@exempel.example", "Hej", "text")
