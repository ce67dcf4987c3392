"""Members change role and leave: an owner is always left, and nobody stays anywhere without a reason."""

from datetime import timedelta

import pytest

from shared.database.queries import members, people, persons_data
from shared.database.queries.people import Session
from shared.domain import ids
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.domain.privacy_request import Kind, State
from shared.use_cases.accounts.choose_company import choose_company
from shared.use_cases.accounts.log_in import SESSION_PURPOSE
from shared.use_cases.privacy.privacy_requests_due import privacy_requests_due
from tests.database.pipeline import at_once
from tests.database.team import BO, FakeMailbox, Team

# Changing and removing


def test_a_role_counts_from_the_next_call(team: Team) -> None:
    done = team.accept(team.invited())
    session = team.session(done)
    assert session
    team.change_role(session, "viewer")
    changed = team.session(done)
    assert changed and changed.role == "viewer"


def test_the_last_owner_is_neither_demoted_nor_removed(team: Team) -> None:
    team.desk.colleague("sender")
    with pytest.raises(Conflict):
        team.change_role(team.owner, "viewer")
    with pytest.raises(Conflict):
        team.remove(team.owner)
    assert team.roles()[team.owner.member_id] == "owner"
    assert team.desk.log.written == {}


def test_of_two_owners_who_leave_at_once_one_stays_an_owner(team: Team) -> None:
    second = team.desk.colleague()
    both = [lambda: team.remove(team.owner, team.owner), lambda: team.remove(second, second)]
    (failure,) = at_once(both)
    assert isinstance(failure, Conflict)
    assert list(team.roles().values()) == ["owner"]
    (entry,) = team.desk.log.written.values()
    assert entry.person_id not in team.pipeline.column("SELECT person_id FROM members"), "who stays is in no log"
    privacy_requests_due(team.desk.parts, FakeMailbox(), "https://upup.example", team.pipeline.clock.now())
    assert list(team.roles().values()) == ["owner"], "and nobody follows later"


def test_of_two_owners_who_demote_each_other_at_once_one_stays(team: Team) -> None:
    second = team.desk.colleague()
    (failure,) = at_once([lambda: team.change_role(team.owner, "viewer"), lambda: team.change_role(second, "viewer")])
    assert isinstance(failure, Conflict)
    assert sorted(team.roles().values()) == ["owner", "viewer"]


def test_who_is_removed_is_gone_here_and_at_both_suppliers_and_in_the_erasure_log(team: Team) -> None:
    karin = team.desk.colleague("sender")
    email = team.desk.email(karin)
    assert team.remove(karin)
    assert team.desk.marketing.kept == team.desk.crm.kept == {}
    assert team.person(email) == []
    (entry,) = team.desk.log.written.values()
    assert entry.person_id == karin.person_id


def test_a_restore_does_not_bring_a_removed_member_back(team: Team) -> None:
    karin = team.desk.colleague("sender")
    email = team.desk.email(karin)
    team.remove(karin)
    with team.pipeline.database.transaction() as tx:
        before = team.pipeline.clock.now() - timedelta(hours=1)
        people.add(tx, people.Person(karin.person_id, email, "Karin", "Ek"), before)
        people.add_member(tx, karin.member_id, karin.company_id, karin.person_id, "sender", before)
    assert team.desk.replay().memberships == 1
    assert (team.person(email), len(team.roles())) == ([], 1)


@pytest.mark.parametrize("away", ["marketing", "crm"])
def test_a_supplier_that_is_away_is_asked_until_it_confirms_and_nobody_is_logged_in_meanwhile(
    team: Team, away: str
) -> None:
    done = team.accept(team.invited())
    bo = team.session(done)
    assert bo
    getattr(team.desk, away).away = True
    assert team.remove(bo), "the membership is over"
    assert (team.session(done), team.person()) == (None, [("Bo", "Ek")])
    getattr(team.desk, away).away = False
    privacy_requests_due(team.desk.parts, FakeMailbox(), "https://upup.example", team.pipeline.clock.now())
    assert team.person() == []


def test_while_the_erasure_log_is_away_who_is_removed_has_no_session_and_goes_later(team: Team) -> None:
    done = team.accept(team.invited(role="owner"))
    bo = team.session(done)
    assert bo
    team.desk.log.away = True
    assert not team.remove(bo)
    assert team.session(done) is None
    assert team.roles()[bo.member_id] == "viewer"
    with team.pipeline.database.transaction() as tx:
        assert people.memberships(tx, bo.person_id) == []  # so no new login leads there either
    team.desk.log.away = False
    privacy_requests_due(team.desk.parts, FakeMailbox(), "https://upup.example", team.pipeline.clock.now())
    assert (team.person(), len(team.roles())) == ([], 1)


def test_who_is_in_another_company_stays_there_and_the_suppliers_are_told(team: Team) -> None:
    other = team.pipeline.company()
    done = team.accept(team.invited(team.desk.email(other)))
    bo = team.session(done)
    assert bo
    team.pipeline.published.clear()
    assert team.remove(bo)
    assert team.pipeline.column("SELECT company_id FROM members WHERE person_id = %s", other.person_id) == [
        other.company_id
    ]
    assert [message.topic for message in team.pipeline.published] == ["mailchimp-contacts", "hubspot-contacts"]
    assert team.session(done) is None


def test_who_comes_back_before_the_suppliers_have_confirmed_can_be_removed_again(team: Team) -> None:
    bo = team.session(team.accept(team.invited()))
    assert bo
    team.desk.crm.away = True
    team.remove(bo)
    team.pipeline.clock.advance(hours=1)
    again = team.session(team.accept(team.invited()))
    assert again
    team.pipeline.clock.advance(hours=1)
    team.desk.crm.away = False
    assert team.remove(again)
    assert (team.person(), len(team.roles())) == ([], 1)


def test_anybody_may_leave_and_only_owners_remove_others(team: Team) -> None:
    karin, viewer = team.desk.colleague("sender"), team.desk.colleague("viewer")
    with pytest.raises(Forbidden):
        team.remove(karin, viewer)
    assert team.remove(viewer, viewer)
    assert team.remove(karin, karin)


def test_another_companys_member_is_not_found(team: Team) -> None:
    foreign = team.pipeline.company()
    with pytest.raises(NotFound):
        team.remove(foreign)
    with pytest.raises(NotFound):
        team.remove(team.owner, foreign)
    assert team.roles()[team.owner.member_id] == "owner"


@pytest.mark.parametrize("_", range(4))
def test_who_accepts_while_being_erased_elsewhere_is_a_member_with_a_person(team: Team, _: int) -> None:
    """Whichever comes first."""
    person = people.Person(ids.new_id("per"), BO, "Bo", "Ek")
    with team.pipeline.database.transaction() as tx:
        people.add(tx, person, team.pipeline.clock.now())
    token = team.invited()

    def erase() -> None:
        with team.pipeline.database.transaction() as tx:
            persons_data.remove_person(tx, person.id)

    assert at_once([lambda: team.accept(token), erase]) == []
    assert team.pipeline.column(
        "SELECT m.role FROM members m JOIN persons p ON p.id = m.person_id WHERE p.email = %s", BO
    ) == ["sender"]


def test_a_removal_is_noted_step_by_step(team: Team) -> None:
    karin = team.desk.colleague("sender")
    team.remove(karin)
    (request_id,) = team.pipeline.column("SELECT id FROM privacy_requests WHERE company_id = %s", team.owner.company_id)
    request = team.desk.request(request_id)
    assert (request.kind, request.state, request.person_id) == (Kind.ERASE, State.DONE, None)
    assert team.desk.steps(request) == ["received", "began", "done"]


# Choosing a company


def test_going_on_in_another_company_ends_the_session_in_the_first(team: Team) -> None:
    other = team.pipeline.company()
    done = team.accept(team.invited(team.desk.email(other)))
    chosen = choose(team, done.session_token, other.company_id)
    assert (chosen.company_id, chosen.role) == (other.company_id, "owner")
    assert team.session(done) is None


def test_a_company_that_is_not_ones_own_is_not_found_and_the_session_goes_on(team: Team) -> None:
    done, foreign = team.accept(team.invited()), team.pipeline.company()
    with pytest.raises(NotFound):
        choose(team, done.session_token, foreign.company_id)
    assert team.session(done)


def choose(team: Team, token: str, company_id: str) -> Session:
    pipeline, digest = team.pipeline, team.pipeline.tokens.digest(SESSION_PURPOSE, token)
    with pipeline.database.transaction() as tx:
        session = people.session(tx, digest, pipeline.clock.now())
        assert session
        chosen = choose_company(tx, pipeline.tokens, session, digest, company_id, pipeline.clock.now())
    found = team.session(chosen)
    assert found
    return found


# What is shown


def test_the_team_is_shown_page_by_page_with_the_newest_first(team: Team) -> None:
    for _ in range(2):
        team.desk.colleague("viewer")
    with team.pipeline.database.transaction() as tx:
        first = members.page(tx, team.owner.company_id, None, 2)
        rest = members.page(tx, team.owner.company_id, (first[-1].created_at, first[-1].id), 2)
    assert {one.id for one in [*first, *rest]} == team.roles().keys()
    assert not any(one.email in str(one) for one in first)
