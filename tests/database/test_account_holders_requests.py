"""An account holder is found, put right and erased here, at Mailchimp and at HubSpot, until each has confirmed."""

from datetime import timedelta

import pytest

from shared.database.queries import people, second_factors, sessions
from shared.database.queries.people import Session
from shared.domain import ids
from shared.domain.api_key import Mode, WantedKey
from shared.domain.errors import Conflict
from shared.domain.persons_data import ANOTHER_OWNER, UNPAID_SIGNUP, ErasedPerson, FoundPerson, NewNames, Renamed
from shared.domain.privacy_request import Kind, State
from shared.use_cases.accounts.invite import invite
from shared.use_cases.accounts.manage_keys import make_key
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.erase_person import erase_account_holder
from shared.use_cases.privacy.privacy_requests_due import RequestsLeft
from tests.database.pipeline import Pipeline, at_once
from tests.database.privacy import Away, Desk, due
from tests.factories import NOON

WHO = (("persons", "id"), ("members", "person_id"))


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


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


def test_a_person_is_told_of_their_sessions_the_keys_that_they_made_and_their_second_factor(desk: Desk) -> None:
    pipeline, karin, bo = desk.pipeline, desk.colleague(), desk.colleague()
    now = pipeline.clock.now()

    def shown() -> FoundPerson:
        _, found = desk.ask(Kind.EXPORT, person_id=karin.person_id)
        assert isinstance(found, FoundPerson)
        return found

    assert (shown().second_factor_since, shown().memberships[0].sessions) == (None, [])
    keys = [
        make_key(pipeline.database, pipeline.tokens, maker, WantedKey("Kassan", Mode.TEST), now)[1]
        for maker in (karin, bo)
    ]
    with pipeline.database.transaction() as tx:
        for hmac, one in ((b"1" * 32, karin), (b"2" * 32, bo)):
            member = people.Membership(one.member_id, one.company_id, "", one.role)
            people.add_session(tx, hmac, member, now, now + timedelta(days=7))
            second_factors.enrol(tx, one.person_id, b"sealed", now - timedelta(hours=1))
    assert shown().second_factor_since is None, "it does not count before a code of it was shown"
    with pipeline.database.transaction() as tx:
        second_factors.confirm(tx, karin.person_id, [], now)
        sessions.confirm(tx, b"1" * 32, now + timedelta(minutes=30))
    found = shown()
    (here,) = found.memberships
    (session,), (key,) = here.sessions, here.api_keys
    assert found.second_factor_since == now
    assert (session.created_at, session.last_seen_on, session.expires_at) == (now, now.date(), now + timedelta(days=7))
    assert session.confirmed_until == now + timedelta(minutes=30)
    assert (key.id, key.name, key.mode, key.revoked_at) == (keys[0].id, "Kassan", "test", None)


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


def invited(desk: Desk, email: str) -> Session:
    """By another company; its owner."""
    other = desk.pipeline.company()
    with desk.pipeline.database.transaction() as tx:
        invite(tx, desk.pipeline.tokens, other, email, "sender", desk.pipeline.clock.now())
    return other


def invitations_to(desk: Desk, email: str) -> list[str]:
    return desk.pipeline.column("SELECT company_id FROM invitations WHERE email = %s", email)


def test_an_invitation_to_who_is_erased_goes_with_them_also_while_a_supplier_is_away(desk: Desk) -> None:
    karin, bo = desk.colleague(), desk.colleague()
    email = desk.email(karin)
    invited(desk, email)
    to_bo = invited(desk, desk.email(bo))
    desk.marketing.away = True
    desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert invitations_to(desk, email) == []
    assert invitations_to(desk, desk.email(bo)) == [to_bo.company_id], "nobody else's goes"
    desk.pipeline.clock.advance(minutes=1)
    anew = invited(desk, email)
    due(desk)
    assert invitations_to(desk, email) == [anew.company_id], "what came after they asked is not meant"


def test_an_invitation_that_a_restore_brings_back_is_erased_again(desk: Desk) -> None:
    karin = desk.colleague()
    email, pipeline = desk.email(karin), desk.pipeline
    before = {table: pipeline.rows(f"SELECT * FROM {table} WHERE {key} = %s", karin.person_id) for table, key in WHO}
    desk.ask(Kind.ERASE, person_id=karin.person_id)
    pipeline.clock.time -= timedelta(minutes=1)
    invited(desk, email)
    pipeline.clock.time += timedelta(minutes=1)
    with pipeline.database.transaction() as tx:
        for table, rows in before.items():
            for row in rows:
                tx.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)
    assert desk.replay().memberships == 1
    assert invitations_to(desk, email) == []


def test_who_is_in_another_company_keeps_their_invitations(desk: Desk) -> None:
    karin = desk.colleague()
    joins(desk, karin)
    third = invited(desk, desk.email(karin))
    desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert invitations_to(desk, desk.email(karin)) == [third.company_id]


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


def test_an_erasure_waits_until_a_signup_that_was_never_paid_is_gone(desk: Desk) -> None:
    pipeline, karin = desk.pipeline, desk.colleague()
    joins(desk, karin, "pending")
    request, result = desk.ask(Kind.ERASE, person_id=karin.person_id)
    assert result == ErasedPerson(True, True, [UNPAID_SIGNUP])
    pipeline.clock.advance(days=1)
    assert due(desk).erasures_open == 1
    assert pipeline.column("SELECT COUNT(*) FROM persons WHERE id = %s", karin.person_id) == [1]
    pipeline.clock.advance(days=7)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert due(desk).erasures_open == 0
    assert pipeline.column("SELECT COUNT(*) FROM persons WHERE id = %s", karin.person_id) == [0]
    assert desk.steps(request) == ["received", "began", "waits", "done"]


def test_who_pays_for_a_signup_after_all_stays_there(desk: Desk) -> None:
    karin = desk.colleague()
    other = joins(desk, karin, "pending")
    request, _ = desk.ask(Kind.ERASE, person_id=karin.person_id)
    with desk.pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'active' WHERE id = %s", (other.company_id,))
    due(desk)
    assert desk.request(request.id).state == State.DONE
    members = desk.pipeline.column("SELECT company_id FROM members WHERE person_id = %s", karin.person_id)
    assert members == [other.company_id]


def test_the_last_owner_is_not_erased(desk: Desk) -> None:
    desk.colleague("sender")
    with pytest.raises(Conflict, match="only owner"):
        desk.ask(Kind.ERASE, person_id=desk.pipeline.member.person_id)
    assert desk.log.written == {}
    assert desk.pipeline.column("SELECT id FROM privacy_requests") == [], "no request is left that nobody can do"
    assert due(desk).gone_on == 0, "and no job does it later"
    desk.colleague("owner")
    request, _ = desk.ask(Kind.ERASE, person_id=desk.pipeline.member.person_id)
    assert request.state == State.DONE


def test_a_company_keeps_an_owner_when_others_leave_while_an_erasure_waits(desk: Desk) -> None:
    pipeline = desk.pipeline
    first, second = pipeline.member, desk.colleague()
    desk.log.away = True
    request, _ = desk.ask(Kind.ERASE, person_id=first.person_id)
    desk.log.away = False
    _, gone = desk.ask(Kind.ERASE, person_id=second.person_id, member=second)
    assert gone == ErasedPerson(True, True, [])
    for _ in range(2):
        due(desk)
    waiting = desk.request(request.id)
    assert (waiting.state, waiting.person_id) == (State.IN_PROGRESS, first.person_id)
    assert desk.steps(waiting) == ["received", "began", "needs_owner"]
    assert pipeline.column("SELECT id FROM members WHERE company_id = %s", first.company_id) == [first.member_id]
    assert first.person_id not in [entry.person_id for entry in desk.log.written.values()]
    desk.colleague()
    due(desk)
    assert desk.request(request.id).state == State.DONE
    assert pipeline.column("SELECT id FROM persons WHERE id = %s", first.person_id) == []


def test_the_removal_itself_leaves_a_company_an_owner(desk: Desk) -> None:
    """Also when nobody has asked before it."""
    member, now = desk.pipeline.member, desk.pipeline.clock.now()
    erased = erase_account_holder(
        desk.pipeline.database, desk.marketing, desk.crm, member.company_id, member.person_id, now, now
    )
    assert erased == ErasedPerson(False, False, (ANOTHER_OWNER,))
    assert desk.pipeline.column("SELECT id FROM members WHERE id = %s", member.member_id) == [member.member_id]


def test_of_two_owners_who_leave_at_once_one_stays(desk: Desk) -> None:
    first, second = desk.pipeline.member, desk.colleague()
    now, done = desk.pipeline.clock.now(), []

    def leave(person: Session) -> None:
        parts = desk.parts
        done.append(
            erase_account_holder(
                parts.database, parts.marketing, parts.crm, person.company_id, person.person_id, now, now
            ).membership
        )

    assert at_once([lambda: leave(first), lambda: leave(second)]) == []
    assert sorted(done) == [False, True]


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
