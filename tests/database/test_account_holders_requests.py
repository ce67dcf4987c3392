"""An account holder is found, put right and erased here, at Mailchimp and at HubSpot, until each has confirmed."""

from dataclasses import dataclass, field

import pytest

from shared.database.queries import people
from shared.database.queries.people import Session
from shared.domain import ids
from shared.domain.errors import Conflict
from shared.domain.persons_data import ErasedPerson, FoundPerson, NewNames, Renamed
from shared.domain.privacy_request import Kind, State
from shared.use_cases.erase_expired import erase_expired
from shared.use_cases.privacy_requests_due import Done, RequestsLeft, privacy_requests_due
from tests.database.pipeline import Pipeline
from tests.database.privacy import Away, Desk
from tests.factories import NOON


@dataclass
class FakeMail(Away):
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        self.answer()
        self.sent.append((to, text))


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def due(desk: Desk, mail: FakeMail | None = None) -> Done:
    now = desk.pipeline.clock.now()
    return privacy_requests_due(desk.parts, mail or FakeMail(), "https://upup.example", now)


def joins(desk: Desk, person: Session, state: str = "active") -> Session:
    """The person is a member of another company too."""
    other = desk.pipeline.make.company(state=state)
    with desk.pipeline.database.transaction() as tx:
        people.add_member(tx, ids.new_id("mbr"), other.company_id, person.person_id, "owner", NOON)
    return other


def test_what_is_held_everywhere_is_shown(desk: Desk) -> None:
    karin = desk.colleague("viewer")
    request, found = desk.ask(Kind.EXPORT, person_id=karin.person_id)
    assert request.state == State.ANSWERED
    assert isinstance(found, FoundPerson)
    assert (found.email, found.first_name) == (desk.email(karin), "Karin")
    assert [one.role for one in found.memberships] == ["viewer"]
    assert found.suppliers is not None
    assert {name: dict(held.values) if held else None for name, held in found.suppliers.items()} == {
        "mailchimp": {"FNAME": "Karin"},
        "hubspot": {"firstname": "Karin"},
    }


def test_a_company_sees_nothing_of_a_persons_other_companies_and_the_person_sees_all(desk: Desk) -> None:
    karin = desk.colleague()
    joins(desk, karin)
    _, to_company = desk.ask(Kind.FIND, person_id=karin.person_id)
    assert isinstance(to_company, FoundPerson)
    assert ([one.company_id for one in to_company.memberships], to_company.suppliers) == ([karin.company_id], None)
    _, to_karin = desk.ask(Kind.EXPORT, person_id=karin.person_id, member=karin)
    assert isinstance(to_karin, FoundPerson)
    assert (len(to_karin.memberships), to_karin.suppliers is not None) == (2, True)


def test_an_erased_person_is_gone_everywhere(desk: Desk) -> None:
    karin = desk.colleague()
    email = desk.email(karin)
    request, result = desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert result == ErasedPerson(True, True, [])
    assert (request.state, request.person_id) == (State.DONE, None)
    assert desk.marketing.kept == desk.crm.kept == {}
    assert desk.pipeline.column("SELECT id FROM persons WHERE id = %s OR email = %s", karin.person_id, email) == []
    (entry,) = desk.log.written.values()
    assert (entry.person_id, entry.fingerprint) == (karin.person_id, None)


@pytest.mark.parametrize("away", ["marketing", "crm"])
def test_a_supplier_that_is_away_is_asked_until_it_confirms(desk: Desk, away: str) -> None:
    pipeline, karin = desk.pipeline, desk.colleague()
    supplier: Away = getattr(desk, away)
    supplier.away = True
    request, result = desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert isinstance(result, ErasedPerson)
    assert (request.state, len(result.waiting_for)) == (State.IN_PROGRESS, 1)
    assert pipeline.column("SELECT id FROM members WHERE id = %s", karin.member_id) == [], "nobody logs in any more"
    erase_expired(pipeline.database, pipeline.clock.now())
    assert due(desk).erasures_open == 1
    supplier.away = False
    assert due(desk).erasures_open == 0
    assert desk.marketing.kept == desk.crm.kept == {}
    assert pipeline.column("SELECT id FROM persons WHERE id = %s", karin.person_id) == []


def test_who_is_in_another_company_stays_there_and_at_the_suppliers(desk: Desk) -> None:
    karin = desk.colleague()
    other = joins(desk, karin)
    _, result = desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert result == ErasedPerson(True, False, ())
    assert len(desk.marketing.kept) == len(desk.crm.kept) == 1
    members = desk.pipeline.column("SELECT company_id FROM members WHERE person_id = %s", karin.person_id)
    assert members == [other.company_id]


def test_a_signup_that_was_never_paid_keeps_nobody_at_the_suppliers(desk: Desk) -> None:
    karin = desk.colleague()
    joins(desk, karin, "pending")
    desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert desk.marketing.kept == desk.crm.kept == {}


def test_the_last_owner_is_not_erased(desk: Desk) -> None:
    desk.colleague("sender")
    with pytest.raises(Conflict, match="only owner"):
        desk.ask(Kind.ERASE, person_id=desk.pipeline.member.person_id)
    assert desk.log.written == {}
    assert due(desk).gone_on == 0, "and no job does it later"
    desk.colleague("owner")
    request, _ = desk.ask(Kind.ERASE, person_id=desk.pipeline.member.person_id)
    assert request.state == State.DONE


def test_names_are_put_right_everywhere(desk: Desk) -> None:
    karin = desk.colleague()
    desk.crm.away = True
    request, result = desk.ask(Kind.RECTIFY, person_id=karin.person_id, change=NewNames("Carin", "Ek"))
    assert (request.state, result) == (State.IN_PROGRESS, Renamed(["hubspot"]))
    desk.crm.away = False
    due(desk)
    assert desk.request(request.id).state == State.DONE
    assert {one.first_name for kept in (desk.marketing.kept, desk.crm.kept) for one in kept.values()} == {"Carin"}
    assert desk.log.written == {}


def test_who_is_at_no_supplier_is_not_added_by_a_new_name(desk: Desk) -> None:
    karin = desk.colleague()
    desk.marketing.kept.clear()
    desk.crm.kept.clear()
    _, result = desk.ask(Kind.RECTIFY, person_id=karin.person_id, change=NewNames("Carin", "Ek"))
    assert result == Renamed([])
    assert desk.marketing.kept == desk.crm.kept == {}


def test_what_was_answered_can_be_read_until_it_is_due_and_says_of_nobody_then(desk: Desk) -> None:
    pipeline, karin = desk.pipeline, desk.colleague()
    request, _ = desk.ask(Kind.EXPORT, person_id=karin.person_id)
    same, _ = desk.ask(Kind.EXPORT, person_id=karin.person_id)
    assert (same.id, due(desk).closed) == (request.id, 0), "one open request of a kind about one person"
    pipeline.clock.advance(days=31)
    assert due(desk).closed == 1
    closed = desk.request(request.id)
    assert (closed.state, closed.person_id) == (State.DONE, None)
    assert desk.steps(closed) == ["received", "answered", "shown", "closed"]
    pipeline.clock.advance(days=340)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT id FROM privacy_requests") == []


def test_one_request_that_fails_holds_up_no_other(desk: Desk) -> None:
    first, second = desk.colleague(), desk.colleague()
    desk.log.away = True
    for one in (first, second):
        desk.ask(Kind.ERASE, person_id=one.person_id)
    with pytest.raises(RequestsLeft):
        due(desk)
    assert desk.log.calls == 4
    desk.log.away = False
    assert due(desk).gone_on == 2
