"""Mailchimp's adapter over the wire: who unsubscribed stays so, who was erased cannot come back, no e-mail is told."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from sandbox.stand_ins.mailchimp import Mailchimp as StandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import Contact, ContactRefused, Forgotten, Subscription, SupplierUnavailable
from shared.providers.mailchimp import PAGE
from tests.factories import NOON, FakeClock
from tests.providers.contact_adapters import AUDIENCE, CONTACT, EMAIL, MAILCHIMP_CALLS, VISITOR, CountedTurns
from tests.providers.contact_adapters import a_mailchimp as adapter
from tests.providers.odd_server import Answer, OddServer

MEMBER = {"email_address": EMAIL, "status": "subscribed"}
NO_VISITOR = {"COMPANY": "", "PHONE": "", "NOTICE": ""}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def stand_in(clock: FakeClock) -> StandIn:
    return StandIn(clock, "nyckel", AUDIENCE)


@pytest.fixture
def url(stand_in: StandIn) -> Iterator[str]:
    server = WebServer(stand_in.app)
    yield server.url
    server.close()


def the_member(stand_in: StandIn) -> dict[str, Any]:
    (member,) = stand_in.members()
    return member


def test_a_contact_becomes_a_subscribed_member_with_names_and_plan(stand_in: StandIn, url: str) -> None:
    adapter(url).keep(CONTACT)
    member = the_member(stand_in)
    assert (member["email_address"], member["status"]) == (EMAIL, "subscribed")
    assert member["merge_fields"] == {"FNAME": "Åsa", "LNAME": "Berg", "PLAN": "start"} | NO_VISITOR


def test_keeping_again_changes_the_one_member_in_whatever_case_the_e_mail_is(stand_in: StandIn, url: str) -> None:
    adapter(url).keep(CONTACT)
    adapter(url).keep(Contact(f" {EMAIL.upper()} ", "Åsa", "Lund", "growth"))
    assert the_member(stand_in)["merge_fields"] == {"FNAME": "Åsa", "LNAME": "Lund", "PLAN": "growth"} | NO_VISITOR


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
        mailchimp.tag(EMAIL, ["plan-start", "visitor"])
    for _ in range(2):
        mailchimp.tag(EMAIL, [], ["visitor"])
    assert [tag["name"] for tag in the_member(stand_in)["tags"]] == ["plan-start"]


def test_all_that_mailchimp_holds_is_found_for_whoever_asks(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    mailchimp.tag(EMAIL, ["plan-start"])
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


def test_a_visitor_who_wants_news_is_asked_and_another_is_kept_without(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.welcome(VISITOR, "newsletter", newsletter=True)
    mailchimp.welcome(replace(VISITOR, email="b@exempel.example"), "contact", newsletter=False)
    first, second = stand_in.members()
    assert (first["status"], [tag["name"] for tag in first["tags"]]) == ("pending", ["newsletter"])
    assert first["merge_fields"] == {
        "FNAME": "Åsa",
        "LNAME": "Berg",
        "PLAN": "",
        "COMPANY": "Bageriet",
        "PHONE": "+46701740605",
        "NOTICE": "2026-11",
    }
    assert (second["status"], [tag["name"] for tag in second["tags"]]) == ("transactional", ["contact"])


def test_a_form_with_somebodys_address_changes_neither_their_names_nor_that_they_subscribe(
    stand_in: StandIn, url: str
) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    for newsletter in (True, False):
        mailchimp.welcome(replace(VISITOR, first_name="Någon", last_name="Annan"), "contact", newsletter=newsletter)
    member = the_member(stand_in)
    assert (member["status"], member["merge_fields"]["LNAME"], member["merge_fields"]["COMPANY"]) == (
        "subscribed",
        "Berg",
        "",
    )


@pytest.mark.parametrize(("newsletter", "status"), [(True, "pending"), (False, "unsubscribed")])
def test_who_unsubscribed_and_asks_for_news_is_asked_by_mailchimp_and_else_stays_away(
    stand_in: StandIn, url: str, newsletter: bool, status: str
) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    mailchimp.unsubscribe(EMAIL)
    mailchimp.welcome(VISITOR, "form", newsletter=newsletter)
    assert the_member(stand_in)["status"] == status


def test_a_form_makes_the_same_calls_whether_or_not_the_address_is_known(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.welcome(VISITOR, "newsletter", newsletter=True)
    unknown = stand_in.stats()["requests"]
    mailchimp.welcome(VISITOR, "newsletter", newsletter=True)
    assert stand_in.stats()["requests"] == 2 * unknown


def test_a_visitor_who_was_erased_cannot_come_back_by_a_form(stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    mailchimp.keep(CONTACT)
    mailchimp.erase(EMAIL)
    with pytest.raises(Forgotten):
        mailchimp.welcome(VISITOR, "newsletter", newsletter=True)
    assert stand_in.members() == []


def test_whoever_has_changed_since_is_found_and_nobody_else(clock: FakeClock, stand_in: StandIn, url: str) -> None:
    mailchimp = adapter(url)
    for name in ("tidig", "borta", "asks"):
        mailchimp.keep(Contact(f"{name}@exempel.example", "Åsa", "Berg"))
    clock.advance(hours=1)
    stand_in.unsubscribe("borta@exempel.example")
    mailchimp.welcome(replace(VISITOR, email="ny@exempel.example"), "newsletter", newsletter=True)
    stand_in.sign_up("Asks@exempel.example")
    (page,) = mailchimp.changed_since(NOON)
    assert sorted(page, key=lambda one: one.email) == [
        Subscription("asks@exempel.example", True),
        Subscription("borta@exempel.example", False),
        Subscription("ny@exempel.example", None),
    ]
    assert list(mailchimp.changed_since(clock.now())) == []


def test_changes_are_read_page_by_page(stand_in: StandIn, url: str) -> None:
    for number in range(PAGE + 1):
        stand_in.sign_up(f"{number}@exempel.example")
    pages = list(adapter(url).changed_since(NOON - timedelta(days=1)))
    assert [len(page) for page in pages] == [PAGE, 1]
    assert len({one.email for page in pages for one in page}) == PAGE + 1


def test_no_address_that_is_called_has_an_e_mail_in_it(odd: OddServer) -> None:
    odd.answer = Answer(200, MEMBER | {"members": []})
    mailchimp = adapter(odd.url)
    for call in MAILCHIMP_CALLS.values():
        with suppress(SupplierUnavailable):
            call(mailchimp)
    assert len(odd.asked) >= len(MAILCHIMP_CALLS)
    assert not [path for path, _ in odd.asked if "asa" in path or "%40" in path or "@" in path]


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
    mailchimp.tag(EMAIL, ["start"])
    assert mailchimp.find(EMAIL) is None
    assert stand_in.stats()["forgotten"] == 0


@pytest.mark.parametrize("name", ["tag", "unsubscribe", "find", "erase"])
def test_a_wrong_audience_is_never_taken_for_a_person_who_is_unknown(
    url: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SupplierUnavailable):
        MAILCHIMP_CALLS[name](adapter(url, audience="borta"))
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


def test_each_request_takes_a_turn_and_gives_it_back_whatever_comes_of_it(stand_in: StandIn, url: str) -> None:
    for trouble in (False, True):
        turns, before = CountedTurns(), stand_in.stats()["requests"]
        for call in MAILCHIMP_CALLS.values():
            with suppress(SupplierUnavailable):
                call(adapter(url, key="fel" if trouble else "nyckel", turns=turns))
        assert (turns.taken, turns.out) == (stand_in.stats()["requests"] - before, 0)


def test_without_a_turn_nothing_is_asked(odd: OddServer) -> None:
    for call in MAILCHIMP_CALLS.values():
        with pytest.raises(SupplierUnavailable):
            call(adapter(odd.url, turns=CountedTurns(most=0)))
    assert odd.asked == []
