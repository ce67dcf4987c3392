"""Somebody is invited by mail and becomes a member by its link: once, in time, and without a flood of mails."""

from datetime import timedelta

import pytest

from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound, TooMany, Unauthenticated
from shared.ports import ClaimedElsewhere, MailRefused, SupplierUnavailable
from shared.use_cases.accounts.invite import withdraw
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database.pipeline import at_once
from tests.database.team import BO, NO_NAMES, FakeMailbox, Team

# Inviting


def test_the_mail_names_the_company_and_holds_the_token_in_the_links_fragment(team: Team) -> None:
    team.invite()
    assert [message.body.count("inv_") for message in team.pipeline.published] == [1]
    assert BO not in str(team.pipeline.published)
    team.run()
    ((to, text),) = team.mailbox.texts
    assert to == BO
    assert "Kaffebaren AB" in text
    (token,) = team.mailbox.tokens()
    assert team.pipeline.column("SELECT token_hmac FROM invitations") == [
        team.pipeline.tokens.digest("invitation", token)
    ]


def test_a_message_that_is_seen_twice_mails_once(team: Team) -> None:
    invitation = team.invite()
    team.mail(invitation.id)
    team.mail(invitation.id)
    assert len(team.mailbox.texts) == 1


def test_of_two_workers_one_mails_and_the_other_comes_again(team: Team) -> None:
    invitation = team.invite()

    class Slow(FakeMailbox):
        def send(self, to: str, subject: str, text: str) -> None:
            with pytest.raises(ClaimedElsewhere):
                team.mail(invitation.id)
            super().send(to, subject, text)

    slow = Slow()
    team.mail(invitation.id, slow)
    assert (len(slow.texts), team.mailbox.texts) == (1, [])


def test_a_mail_that_could_not_leave_goes_with_the_next_message(team: Team) -> None:
    invitation = team.invite()
    team.mailbox.trouble = SupplierUnavailable("away")
    with pytest.raises(SupplierUnavailable):
        team.mail(invitation.id)
    team.mailbox.trouble = None
    team.mail(invitation.id)
    assert team.accept(team.mailbox.tokens()[0]).membership.role == "sender"


def test_an_address_that_takes_no_mail_is_shown_as_that(team: Team) -> None:
    invitation = team.invite()
    team.mailbox.trouble = MailRefused()
    team.mail(invitation.id)
    assert team.pipeline.column("SELECT mail FROM invitations") == ["refused"]


def test_a_company_that_is_stopped_mails_nobody(team: Team) -> None:
    invitation = team.invite()
    with team.pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET stopped_at = NOW(6) WHERE id = %s", (team.owner.company_id,))
    team.mail(invitation.id)
    assert (team.mailbox.texts, team.pipeline.column("SELECT mail FROM invitations")) == ([], ["wanted"])


@pytest.mark.parametrize("state", ["pending", "closing", "closed"])
def test_a_company_that_has_not_paid_or_is_leaving_invites_nobody(team: Team, state: str) -> None:
    owner = team.pipeline.make.company(state=state)
    with pytest.raises(Forbidden):
        team.invite(owner=owner)


def test_who_is_a_member_is_not_invited(team: Team) -> None:
    with pytest.raises(Conflict):
        team.invite(team.desk.email(team.desk.colleague()))


def test_inviting_again_changes_the_role_and_mails_nothing(team: Team) -> None:
    first, second = team.invite(role="viewer"), team.invite(role="owner")
    assert first.id == second.id
    team.run()
    assert len(team.mailbox.texts) == 1
    assert team.accept(team.mailbox.tokens()[0]).membership.role == "owner"


def test_a_mail_goes_again_three_times_a_day_and_only_the_newest_link_works(team: Team) -> None:
    invitation = team.invite()
    team.run()
    for _ in range(3):
        team.resend(invitation)
        team.run()
    with pytest.raises(TooMany) as refusal:
        team.resend(invitation)
    assert 0 < refusal.value.retry_after_seconds <= 24 * 3600 + 1
    *old, newest = team.mailbox.tokens()
    for token in old:
        with pytest.raises(Unauthenticated):
            team.accept(token)
    team.pipeline.clock.advance(days=1)
    team.resend(invitation)
    assert team.accept(newest).membership.role == "sender", "the mail of the last one has not left"


def test_taking_back_and_inviting_anew_is_no_way_to_more_mails(team: Team) -> None:
    for _ in range(4):
        team.withdraw(team.invite())
    with pytest.raises(TooMany):
        team.invite()
    team.invite("another@kaffebaren.example")


def test_a_company_mails_fifty_invitations_a_day(team: Team) -> None:
    for number in range(50):
        team.invite(f"{number}@kaffebaren.example")
    with pytest.raises(TooMany):
        team.invite()
    team.pipeline.clock.advance(days=1)
    team.invite()


# Accepting


def test_who_is_new_becomes_a_member_with_a_name_and_is_logged_in(team: Team) -> None:
    done = team.accept(team.invited())
    session = team.session(done)
    assert session
    assert (session.company_id, session.role) == (team.owner.company_id, "sender")
    assert team.person() == [("Bo", "Ek")]
    assert team.pipeline.column("SELECT supplier FROM contact_syncs WHERE person_id = %s", session.person_id)


def test_who_is_new_needs_a_name_and_the_link_still_works_then(team: Team) -> None:
    token = team.invited()
    with pytest.raises(NotAcceptable) as refusal:
        team.accept(token, NO_NAMES)
    assert [fault.field for fault in refusal.value.faults] == ["first_name", "last_name"]
    team.accept(token)


def test_who_is_known_keeps_the_name_and_is_in_both_companies(team: Team) -> None:
    other = team.pipeline.company()
    token = team.invited(team.desk.email(other))
    done = team.accept(token)
    assert {one.company_id for one in done.memberships} == {team.owner.company_id, other.company_id}
    assert done.membership.company_id == team.owner.company_id
    assert team.person(team.desk.email(other)) == [("Anna", "Åkesson")]


def test_a_link_works_once(team: Team) -> None:
    token = team.invited()
    team.accept(token)
    with pytest.raises(Unauthenticated):
        team.accept(token)


def test_of_two_clicks_at_once_one_is_accepted(team: Team) -> None:
    token = team.invited()
    (failure,) = at_once([lambda: team.accept(token), lambda: team.accept(token)])
    assert isinstance(failure, Unauthenticated)
    assert len(team.roles()) == 2


def test_an_invitation_ends_after_seven_days_and_is_deleted(team: Team) -> None:
    token = team.invited()
    team.pipeline.clock.time += timedelta(days=7)
    with pytest.raises(Unauthenticated):
        team.accept(token)
    erase_expired(team.pipeline.database, team.pipeline.clock.now())
    assert team.pipeline.column("SELECT id FROM invitations UNION SELECT id FROM invitation_mails") == []


def test_an_invitation_that_was_taken_back_is_worth_nothing(team: Team) -> None:
    token = team.invited()
    team.withdraw(team.invite())
    with pytest.raises(Unauthenticated):
        team.accept(token)


def test_another_companys_invitation_is_not_found(team: Team) -> None:
    invitation, foreign = team.invite(), team.pipeline.company()
    with pytest.raises(NotFound), team.pipeline.database.transaction() as tx:
        withdraw(tx, foreign.company_id, invitation.id)
    assert team.pipeline.column("SELECT id FROM invitations") == [invitation.id]


def test_an_agreement_that_has_ended_takes_nobody_in(team: Team) -> None:
    token = team.invited()
    with team.pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s", (team.owner.company_id,))
    with pytest.raises(Unauthenticated):
        team.accept(token)
