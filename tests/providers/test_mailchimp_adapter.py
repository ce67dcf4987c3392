"""Mailchimp's adapter over the wire: who unsubscribed stays so, who was erased cannot come back, no e-mail is told."""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.stand_ins.mailchimp import Mailchimp as StandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import Contact, ContactRefused, Forgotten, SupplierUnavailable
from shared.providers.mailchimp import Mailchimp
from shared.settings import MailchimpSettings
from tests.factories import FakeClock
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server

EMAIL = "asa.berg@exempel.example"
CONTACT = Contact(EMAIL, "Åsa", "Berg", "start")
MEMBER = {"email_address": EMAIL, "status": "subscribed"}
AUDIENCE = "a1b2c3"


def adapter(
    url: str, *, key: str = "nyckel", audience: str = AUDIENCE, timeout: int = 5, concurrency: int = 3
) -> Mailchimp:
    settings = MailchimpSettings(
        mailchimp_url=f"{url}/3.0",
        mailchimp_key=key,
        mailchimp_audience=audience,
        mailchimp_concurrency=concurrency,
    )
    return Mailchimp(settings, timeout)


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn(FakeClock(), "nyckel", AUDIENCE)


@pytest.fixture
def url(stand_in: StandIn) -> Iterator[str]:
    server = WebServer(stand_in.app)
    yield server.url
    server.close()


CALLS: dict[str, Callable[[Mailchimp], object]] = {
    "keep": lambda mailchimp: mailchimp.keep(CONTACT),
    "tag": lambda mailchimp: mailchimp.tag(EMAIL, ["start"], True),
    "unsubscribe": lambda mailchimp: mailchimp.unsubscribe(EMAIL),
    "find": lambda mailchimp: mailchimp.find(EMAIL),
    "erase": lambda mailchimp: mailchimp.erase(EMAIL),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def the_member(stand_in: StandIn) -> dict[str, Any]:
    (member,) = stand_in.members()
    return member


def test_a_contact_becomes_a_subscribed_member_with_names_and_plan(stand_in: StandIn, url: str) -> None:
    adapter(url).keep(CONTACT)
    member = the_member(stand_in)
    assert (member["email_address"], member["status"]) == (EMAIL, "subscribed")
    assert member["merge_fields"] == {"FNAME": "Åsa", "LNAME": "Berg", "PLAN": "start"}


def test_keeping_again_changes_the_one_member_in_whatever_case_the_e_mail_is(stand_in: StandIn, url: str) -> None:
    adapter(url).keep(CONTACT)
    adapter(url).keep(Contact(f" {EMAIL.upper()} ", "Åsa", "Lund", "growth"))
    assert the_member(stand_in)["merge_fields"] == {"FNAME": "Åsa", "LNAME": "Lund", "PLAN": "growth"}


def test_a_contact_without_a_plan_leaves_the_plan_as_it_is(stand_in: StandIn, url: str) -> None:
    adapter(url).keep(CONTACT)
    adapter(url).keep(Contact(EMAIL, "Åsa", "Berg"))
    assert the_member(stand_in)["merge_fields"]["PLAN"] == "start"


def test_who_has_unsubscribed_stays_so_when_kept_again(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    mailchimp.unsubscribe(EMAIL)
    mailchimp.unsubscribe(EMAIL)
    mailchimp.keep(Contact(EMAIL, "Åsa", "Berg", "growth"))
    member = the_member(stand_in)
    assert (member["status"], member["merge_fields"]["PLAN"]) == ("unsubscribed", "growth")


def test_no_call_ever_says_that_someone_is_subscribed(odd: OddServer) -> None:
    odd.answer = Answer(200, MEMBER)
    adapter(odd.url).keep(CONTACT)
    ((_, body),) = odd.asked
    assert body.keys() == {"email_address", "status_if_new", "merge_fields"}


def test_tags_are_put_on_and_taken_off_and_both_may_be_repeated(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    for _ in range(2):
        mailchimp.tag(EMAIL, ["plan-start", "visitor"], True)
    for _ in range(2):
        mailchimp.tag(EMAIL, ["visitor"], False)
    assert [tag["name"] for tag in the_member(stand_in)["tags"]] == ["plan-start"]


def test_all_that_mailchimp_holds_is_found_for_whoever_asks(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    mailchimp.tag(EMAIL, ["plan-start"], True)
    held = mailchimp.find(EMAIL)
    assert held is not None
    assert held.subscribed
    assert held.values["email_address"] == EMAIL
    assert held.values["merge_fields"]["FNAME"] == "Åsa"
    assert held.values["tags"] == [{"id": 1, "name": "plan-start"}]
    assert "_links" not in held.values
    mailchimp.unsubscribe(EMAIL)
    unsubscribed = mailchimp.find(EMAIL)
    assert unsubscribed is not None
    assert unsubscribed.subscribed is False


def test_who_is_erased_is_gone_and_cannot_be_kept_again(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    mailchimp.erase(EMAIL.upper())
    assert stand_in.members() == []
    assert mailchimp.find(EMAIL) is None
    with pytest.raises(Forgotten):
        mailchimp.keep(CONTACT)


def test_an_e_mail_that_mailchimp_does_not_know_is_no_error(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.erase(EMAIL)
    mailchimp.unsubscribe(EMAIL)
    mailchimp.tag(EMAIL, ["start"], True)
    assert mailchimp.find(EMAIL) is None
    assert stand_in.stats()["forgotten"] == 0


@pytest.mark.parametrize("name", ["tag", "unsubscribe", "find", "erase"])
def test_a_wrong_audience_is_never_taken_for_a_person_who_is_unknown(
    url: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SupplierUnavailable):
        CALLS[name](adapter(url, audience="borta"))
    assert "Mailchimp answered 404" in caplog.text


def test_a_404_from_something_that_is_not_mailchimp_erases_nobody(odd: OddServer) -> None:
    odd.answer = Answer(404, "<html>")
    for audience in (Answer(404), Answer(200, "<html>"), Answer(200, {"id": "another"})):
        odd.by_path = {f"3.0/lists/{AUDIENCE}": audience}
        with pytest.raises(SupplierUnavailable):
            adapter(odd.url).erase(EMAIL)


def test_an_e_mail_that_mailchimp_will_not_have_is_refused_for_good(stand_in: StandIn, url: str) -> None:
    with pytest.raises(ContactRefused):
        adapter(url).keep(Contact("asa", "Åsa", "Berg"))
    assert stand_in.members() == []


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ({"title": "Forgotten Email Not Subscribed"}, Forgotten),
        ({"title": "Bad Request", "detail": f"{EMAIL} was permanently deleted and cannot be re-imported."}, Forgotten),
        ({"title": "Member In Compliance State", "detail": f"{EMAIL} is in a compliance state"}, ContactRefused),
        ({"title": "Invalid Resource", "detail": f"{EMAIL} looks fake or invalid"}, ContactRefused),
        ({"title": "Invalid Resource", "errors": [{"field": "email_address"}]}, ContactRefused),
        ({"title": "Invalid Resource", "errors": [{"field": "PLAN", "message": "missing"}]}, SupplierUnavailable),
        ({"title": "Invalid Resource", "errors": ["PLAN"]}, SupplierUnavailable),
        ({"title": "Invalid Resource", "detail": f"{EMAIL} has signed up to a lot of lists"}, SupplierUnavailable),
        ({"title": None, "errors": 17}, SupplierUnavailable),
        ({}, SupplierUnavailable),
        ("<html>", SupplierUnavailable),
    ],
)
def test_only_what_is_wrong_with_the_e_mail_is_refused_for_good(
    odd: OddServer, problem: object, expected: type[Exception]
) -> None:
    odd.answer = Answer(400, problem)
    with pytest.raises(expected) as caught:
        adapter(odd.url).keep(CONTACT)
    assert type(caught.value) is expected


@every_call
def test_a_wrong_key_is_loud_and_the_work_comes_again(
    url: str, call: Callable[[Mailchimp], object], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SupplierUnavailable):
        call(adapter(url, key="fel"))
    assert [record.levelname for record in caplog.records if record.name.startswith("shared.")] == ["ERROR"]
    assert "401" in caplog.text


@every_call
@pytest.mark.parametrize("status", [400, 403, 405, 429, 500, 503])
def test_any_status_of_failure_may_be_tried_again(
    odd: OddServer, call: Callable[[Mailchimp], object], status: int
) -> None:
    odd.answer = Answer(status, {"title": "nej"})
    with pytest.raises(SupplierUnavailable):
        call(adapter(odd.url))


@every_call
def test_the_time_that_mailchimp_asks_for_is_passed_on(odd: OddServer, call: Callable[[Mailchimp], object]) -> None:
    odd.answer = Answer(429, {"title": "Too Many Requests"}, {"Retry-After": "7"})
    with pytest.raises(SupplierUnavailable) as caught:
        call(adapter(odd.url))
    assert caught.value.retry_after_seconds == 7


@every_call
def test_no_connection_a_cut_one_and_silence_may_be_tried_again(
    odd: OddServer, call: Callable[[Mailchimp], object]
) -> None:
    odd.silent = True
    with cutting_server() as (cutting, _):
        for mailchimp in (adapter(closed_url()), adapter(cutting), adapter(odd.url, timeout=1)):
            with pytest.raises(SupplierUnavailable):
                call(mailchimp)


@every_call
@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", "{}", '{"status": 17}', "[" * 5_000])
def test_an_answer_of_no_form_we_know_is_not_taken_for_done(
    odd: OddServer, call: Callable[[Mailchimp], object], body: str
) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(SupplierUnavailable):
        call(adapter(odd.url))


def test_no_more_calls_are_under_way_at_once_than_are_allowed(stand_in: StandIn, url: str) -> None:
    stand_in.seconds_a_call = 0.05
    mailchimp = adapter(url, concurrency=3)
    contacts = [Contact(f"{number}@exempel.example", "Åsa", "Berg") for number in range(15)]
    threads = [threading.Thread(target=mailchimp.keep, args=(contact,)) for contact in contacts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stand_in.stats() == {"requests": 15, "members": 15, "forgotten": 0, "most_at_once": 3}


def test_who_waits_too_long_for_a_turn_comes_again(odd: OddServer) -> None:
    odd.silent = True
    mailchimp = adapter(odd.url, timeout=1, concurrency=1)
    errors: list[str] = []

    def find() -> None:
        try:
            mailchimp.find(EMAIL)
        except SupplierUnavailable as error:
            errors.append(str(error))

    threads = [threading.Thread(target=find) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 3
    assert "too many calls at once" in errors


@every_call
@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"title": "Invalid Resource", "detail": f"{EMAIL} has signed up to a lot of lists"}),
        Answer(400, {"title": "Forgotten Email Not Subscribed", "detail": f"{EMAIL} was permanently deleted"}),
        Answer(401, EMAIL),
        Answer(500, EMAIL),
        Answer(200, EMAIL),
    ],
    ids=["400", "forgotten", "401", "500", "not JSON"],
)
def test_no_log_and_no_error_has_the_e_mail_in_it(
    odd: OddServer, call: Callable[[Mailchimp], object], answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    odd.answer = answer
    with pytest.raises((SupplierUnavailable, ContactRefused)) as caught:
        call(adapter(odd.url))
    logging.getLogger("upup").error("failed", exc_info=caught.value)
    assert "failed" in caplog.text
    assert "asa.berg" not in caplog.text + repr(caught.value)
