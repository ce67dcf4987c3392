"""Members change role and leave; a company keeps an owner. Who is then in no company is erased everywhere."""

from datetime import datetime

from shared.database.queries import companies, members, persons_data, privacy_requests
from shared.database.queries.members import Member
from shared.database.queries.people import Session
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.database.transactions import Transaction
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.domain.persons_data import ANOTHER_OWNER, ErasedPerson
from shared.domain.privacy_request import Kind, Step
from shared.use_cases.accounts.ask_for_sync import contact_changed
from shared.use_cases.privacy.carry_out_request import Parts, carry_out
from shared.use_cases.privacy.receive_request import Subject, receive

LAST_OWNER = (
    "This is the company's only owner. Make somebody else an owner first, or end the agreement with"
    " POST /v1/account/close, which erases everybody."
)


def change_role(tx: Transaction, company_id: str, member_id: str, role: str, now: datetime) -> Member:
    """The member as they are then. Raises `NotFound`, and `Conflict` where no owner would be left."""
    known = _lock(tx, company_id, member_id)
    if role != "owner" and persons_data.is_last_owner(tx, company_id, known.person_id, now):
        raise Conflict(LAST_OWNER)
    members.change_role(tx, company_id, member_id, role)
    contact_changed(tx, known.person_id, now)
    return _found(tx, company_id, member_id)


def remove_member(parts: Parts, asking: Session, member_id: str, now: datetime) -> bool:
    """End a membership by an erasure at an owner's or the person's own wish; False where it is only begun, and goes on
    by itself.

    Its sessions end at once. Raises `NotFound`, `Forbidden`, and `Conflict` for the last owner.
    """
    with parts.database.transaction() as tx:
        request = _begin(tx, asking, member_id, now)
    done = carry_out(parts, request, asking, now)
    return isinstance(done, ErasedPerson) and ANOTHER_OWNER not in done.waiting_for


def _begin(tx: Transaction, asking: Session, member_id: str, now: datetime) -> PrivacyRequest:
    """From here on who leaves counts as no owner: of two who leave at the same time the second is the last."""
    known = _lock(tx, asking.company_id, member_id)
    # the role of this very moment: the asking owner may be on the way out too
    if asking.member_id != member_id and _found(tx, asking.company_id, asking.member_id).role != "owner":
        raise Forbidden("This takes the role owner. Ask an owner of the account.")
    about = Subject(person_id=known.person_id)
    request = receive(tx, asking.company_id, Kind.ERASE, about, asking.member_id, now)  # raises for the last owner
    if request.began_at and request.began_at < known.created_at:  # of an earlier time, from which they came back
        privacy_requests.finish(tx, request, now)
        privacy_requests.log(tx, request, Step.DONE_BY_ANOTHER, None, now)
        request = receive(tx, asking.company_id, Kind.ERASE, about, asking.member_id, now)
    if privacy_requests.begin(tx, request, now):
        privacy_requests.log(tx, request, Step.BEGAN, asking.member_id, now)
    members.change_role(tx, asking.company_id, member_id, "viewer")
    members.end_sessions(tx, asking.company_id, member_id)
    return request


def _lock(tx: Transaction, company_id: str, member_id: str) -> Member:
    """The company's members are held still. Raises `NotFound`."""
    companies.lock(tx, company_id)
    return _found(tx, company_id, member_id)


def _found(tx: Transaction, company_id: str, member_id: str) -> Member:
    found = members.get(tx, company_id, member_id)
    if found is None:
        raise NotFound("There is no such member.")
    return found
