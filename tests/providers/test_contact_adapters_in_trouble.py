"""Mailchimp or HubSpot is away, odd, or will not have our key: each call may be tried again and tells of nobody."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.stand_ins.hubspot import HubSpot as HubSpotStandIn
from sandbox.stand_ins.mailchimp import Mailchimp as MailchimpStandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import ContactRefused, SupplierUnavailable
from tests.factories import FakeClock
from tests.providers.contact_adapters import (
    AUDIENCE,
    EMAIL,
    HUBSPOT_CALLS,
    MAILCHIMP_CALLS,
    a_hubspot,
    a_mailchimp,
)
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server


@dataclass(frozen=True)
class Asked:
    """One call of one adapter."""

    supplier: str
    name: str

    def __call__(self, url: str, key: str = "nyckel", timeout: int = 5) -> object:
        if self.supplier == "mailchimp":
            return MAILCHIMP_CALLS[self.name](a_mailchimp(url, key=key, timeout=timeout))
        return HUBSPOT_CALLS[self.name](a_hubspot(url, key=key, timeout=timeout))


every_call = pytest.mark.parametrize(
    "call",
    [*(Asked("mailchimp", name) for name in MAILCHIMP_CALLS), *(Asked("hubspot", name) for name in HUBSPOT_CALLS)],
    ids=lambda one: f"{one.supplier}-{one.name}",
)


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """The stand-ins', which know their key."""
    servers = {
        "mailchimp": WebServer(MailchimpStandIn(FakeClock(), "nyckel", AUDIENCE).app),
        "hubspot": WebServer(HubSpotStandIn(FakeClock(), "nyckel").app),
    }
    yield {name: server.url for name, server in servers.items()}
    for server in servers.values():
        server.close()


@every_call
def test_a_wrong_key_is_loud_and_the_work_comes_again(
    urls: dict[str, str], call: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SupplierUnavailable):
        call(urls[call.supplier], key="fel")
    assert [record.levelname for record in caplog.records if record.name.startswith("shared.")] == ["ERROR"]
    assert "401" in caplog.text


@every_call
@pytest.mark.parametrize("status", [400, 403, 405, 429, 500, 503])
def test_any_status_of_failure_may_be_tried_again(odd: OddServer, call: Asked, status: int) -> None:
    odd.answer = Answer(status, {"title": "nej", "category": "nej"})
    with pytest.raises(SupplierUnavailable):
        call(odd.url)


@every_call
def test_the_time_that_is_asked_for_is_passed_on(odd: OddServer, call: Asked) -> None:
    odd.answer = Answer(429, {"title": "Too Many Requests", "category": "RATE_LIMITS"}, {"Retry-After": "7"})
    with pytest.raises(SupplierUnavailable) as caught:
        call(odd.url)
    assert caught.value.retry_after_seconds == 7


@every_call
def test_no_connection_a_cut_one_and_silence_may_be_tried_again(odd: OddServer, call: Asked) -> None:
    odd.silent = True
    with cutting_server() as (cutting, _):
        for url in (closed_url(), cutting, odd.url):
            with pytest.raises(SupplierUnavailable):
                call(url, timeout=1)


@every_call
@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "{}", '{"status": 17}', "[" * 5_000])
def test_an_answer_of_no_form_we_know_is_not_taken_for_done(odd: OddServer, call: Asked, body: str) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(SupplierUnavailable):
        call(odd.url)


@every_call
@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"title": "Invalid Resource", "detail": f"{EMAIL} has signed up to a lot of lists"}),
        Answer(400, {"title": "Forgotten Email Not Subscribed", "detail": f"{EMAIL} was permanently deleted"}),
        Answer(400, {"category": "VALIDATION_ERROR", "message": f"{EMAIL} är fel"}),
        Answer(401, EMAIL),
        Answer(500, EMAIL),
        Answer(200, EMAIL),
    ],
    ids=["400", "forgotten", "validation", "401", "500", "not JSON"],
)
def test_no_log_and_no_error_has_the_e_mail_in_it(
    odd: OddServer, call: Asked, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    odd.answer = answer
    with pytest.raises((SupplierUnavailable, ContactRefused)) as caught:
        call(odd.url)
    logging.getLogger("upup").error("failed", exc_info=caught.value)
    assert "failed" in caplog.text
    assert "asa.berg" not in caplog.text + repr(caught.value)
