"""A company hands in persons' requests, reads what was found, and answers what recipients ask for."""

from datetime import datetime

from shared.database.queries import people, persons_data, privacy_requests
from shared.database.queries.people import Session
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.database.transactions import Database
from shared.domain.errors import Fault, Forbidden, NotAcceptable, NotFound
from shared.domain.persons_data import NewNames, Result, Wanted
from shared.domain.privacy_request import About, Kind, State
from shared.privacy.fingerprint import Fingerprints
from shared.use_cases.privacy.carry_out_request import Parts, carry_out, show
from shared.use_cases.privacy.receive_request import Subject, member_by_email, receive
from shared.use_cases.privacy.rectify_person import NewNumber


def hand_in(
    parts: Parts, fingerprints: Fingerprints, wanted: Wanted, asking: Session, now: datetime
) -> tuple[PrivacyRequest, Result | None]:
    """Take the request in and carry it out at once; the same again goes on with the one that is open.

    Owners ask about everybody, others about themselves alone. Raises `Forbidden`, `NotFound`, `NotAcceptable`, and as
    `carry_out`.
    """
    about, change = _about(parts, fingerprints, wanted, asking)
    with parts.database.transaction() as tx:
        request = receive(
            tx, asking.company_id, wanted.kind, about, asking.member_id, now, opt_out_too=wanted.forget_opt_out
        )
    return request, carry_out(parts, request, asking, now, change)


def _about(
    parts: Parts, fingerprints: Fingerprints, wanted: Wanted, asking: Session
) -> tuple[Subject, NewNumber | NewNames | None]:
    if wanted.phone is None:
        return _account_holder(parts.database, wanted, asking), wanted.new_names
    _require_owner(asking)
    fingerprint = fingerprints.of_company(asking.company_id)
    about, new = Subject(fingerprint=fingerprint(wanted.phone)), wanted.new_phone
    if new == wanted.phone:
        fault = Fault("new_phone", "same", "This is the number that it is to replace.")
        raise NotAcceptable("There is nothing to put right; nothing was done.", [fault])
    return about, NewNumber(new, fingerprint(new)) if new else None


def _account_holder(database: Database, wanted: Wanted, asking: Session) -> Subject:
    """A name is the person's in every company: who is in another too puts it right alone. No key asks about people
    who log in, and so none removes one."""
    if asking.is_key:
        raise Forbidden("An API key asks about recipients, by their number. A person must ask about a member.")
    email = wanted.email or ""
    with database.transaction() as tx:
        own = people.get(tx, asking.person_id)
        if own is not None and own.email == email:
            return Subject(person_id=member_by_email(tx, asking, email))
        _require_owner(asking)
        person_id = member_by_email(tx, asking, email)
        if wanted.kind is Kind.RECTIFY and persons_data.goes_on_elsewhere(tx, person_id, but=asking.company_id):
            raise Forbidden("The person is in another company too. Only they themselves may put their name right.")
        return Subject(person_id=person_id)


def answer(parts: Parts, request_id: str, asking: Session, now: datetime) -> tuple[PrivacyRequest, Result | None]:
    """Carry out what a recipient asked for. Raises `NotFound`, and as `carry_out`."""
    request = _get(parts.database, request_id, asking)
    return request, carry_out(parts, request, asking, now)


def read(parts: Parts, request_id: str, asking: Session, now: datetime) -> tuple[PrivacyRequest, Result | None]:
    """The request, with what is found anew where it is answered and open.

    Owners see all of the company's, others what is about themselves. Raises `NotFound`, `Forbidden`.
    """
    request = _get(parts.database, request_id, asking)
    if request.person_id is None or request.person_id != asking.person_id:
        _require_owner(asking)
    return request, show(parts, request, asking, now) if request.state == State.ANSWERED else None


def _get(database: Database, request_id: str, asking: Session) -> PrivacyRequest:
    with database.transaction() as tx:
        found = privacy_requests.get(tx, asking.company_id, request_id)
    if found is None:
        raise NotFound("There is no such request.")
    if asking.is_key and found.about == About.ACCOUNT_HOLDER:
        raise Forbidden("This is about somebody who logs in. A person must ask for it, logged in.")
    return found


def _require_owner(asking: Session) -> None:
    if asking.role != "owner" and not asking.is_key:  # a key's scope has let it in
        raise Forbidden("This takes the role owner. Ask an owner of the account.")
