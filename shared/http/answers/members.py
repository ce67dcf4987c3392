"""Members, invitations and the asking person's own session, as the API shows them."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import invitations, members, people
from shared.database.queries.invitations import Invitation
from shared.database.queries.members import Member
from shared.database.transactions import Database
from shared.domain.errors import Unauthenticated
from shared.http.answers.fields import AccountId, InvitationId, MemberId, Moment, Role, one_of
from shared.http.answers.logged_in import AccountOfPerson, accounts_of
from shared.http.answers.moments import moment
from shared.http.answers.sessions import SecondFactor, second_factor
from shared.http.call import Call
from shared.http.paging import Listed, list_body, read_page


class MemberShown(TypedDict):
    """`you`: the one who is asking."""

    id: MemberId
    role: Role
    first_name: str
    last_name: str
    email: str
    since: Moment
    you: bool


class Invited(TypedDict):
    """The same whether or not UpUp knows the address."""

    id: InvitationId


class InvitationShown(TypedDict):
    """`mail`: whether it has left, or the address takes none."""

    id: InvitationId
    email: str
    role: Role
    invited_by: MemberId
    mail: Annotated[str, one_of(("wanted", "sent", "refused"))]
    created_at: Moment
    expires_at: Moment


class Removed(TypedDict):
    """`removed` is false where it is begun and goes on by itself: something that UpUp depends on is away."""

    removed: bool


class OwnSession(TypedDict):
    """Who is asking, in which company, the accounts to choose from, and what is known of the second factor."""

    member_id: MemberId
    role: Role
    first_name: str
    last_name: str
    account_id: AccountId
    company_name: str
    accounts: list[AccountOfPerson]
    second_factor: SecondFactor


def member(one: Member, asking: str) -> MemberShown:
    return {
        "id": one.id,
        "role": one.role,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": one.email,
        "since": moment(one.created_at),
        "you": one.id == asking,
    }


def invitation(one: Invitation) -> InvitationShown:
    return {
        "id": one.id,
        "email": one.email,
        "role": one.role,
        "invited_by": one.invited_by,
        "mail": one.mail,
        "created_at": moment(one.created_at),
        "expires_at": moment(one.expires_at),
    }


def invited(one: Invitation) -> Invited:
    return {"id": one.id}


def removed(done: bool) -> Removed:
    return {"removed": done}


def member_list(database: Database, call: Call) -> Listed[MemberShown]:
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = members.page(tx, call.company_id, page.before, page.limit)
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([member(one, call.member.member_id) for one in found], page.limit, *last)


def invitation_list(database: Database, call: Call) -> Listed[InvitationShown]:
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = invitations.page(tx, call.company_id, page.before, page.limit, call.now)
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([invitation(one) for one in found], page.limit, *last)


def own_session(database: Database, call: Call, session_hmac: bytes) -> OwnSession:
    asking = call.member
    with database.transaction() as tx:
        person, memberships = people.get(tx, asking.person_id), people.memberships(tx, asking.person_id)
        factor = second_factor(tx, asking, session_hmac, call.now)
    here = next((one for one in memberships if one.company_id == asking.company_id), None)
    if person is None or here is None:  # removed at this moment
        raise Unauthenticated("Log in to see this.")
    return {
        "member_id": asking.member_id,
        "role": here.role,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "account_id": here.company_id,
        "company_name": here.company_name,
        "accounts": accounts_of(memberships),
        "second_factor": factor,
    }
