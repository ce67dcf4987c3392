"""A person's request is taken in: from the company, or from the recipient by the gift's link."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.database.queries import companies, people, persons_data, privacy_requests
from shared.database.queries.people import Session
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.errors import Conflict, NotFound
from shared.domain.privacy_request import About, Kind, Source, State, Step, due_at
from shared.privacy.tokens import TokenHasher
from shared.use_cases.gifts.open_gift import opt_out_by_link, unlock


class Subject(Struct, frozen=True):
    """Whom a request is about: a recipient, or else an account holder."""

    fingerprint: bytes | None = None
    person_id: str | None = None

    def __repr__(self) -> str:
        return f"Subject({self.person_id or 'recipient'})"


def receive(
    tx: Transaction,
    company_id: str,
    kind: Kind,
    about: Subject,
    member_id: str | None,
    now: datetime,
    *,
    opt_out_too: bool = False,
) -> PrivacyRequest:
    """The open request of that kind about that person, new or not. Without a member it is the recipient's own, beside
    the company's. Raises `Conflict` for erasing the company's only owner."""
    if kind is Kind.ERASE and about.person_id and persons_data.is_last_owner(tx, company_id, about.person_id, now):
        raise Conflict(
            "This is the company's only owner. Make somebody else an owner first, or end the agreement with"
            " POST /v1/account/close, which erases everybody."
        )
    request = PrivacyRequest(
        id=ids.new_id("prq"),
        company_id=company_id,
        kind=kind,
        source=Source.COMPANY if member_id else Source.RECIPIENT,
        state=State.RECEIVED,
        about=About.RECIPIENT if about.fingerprint else About.ACCOUNT_HOLDER,
        fingerprint=about.fingerprint,
        person_id=about.person_id,
        opt_out_too=opt_out_too,
        received_at=now,
        due_at=due_at(now),
        began_at=None,
        done_at=None,
    )
    while not privacy_requests.add(tx, request):
        if earlier := privacy_requests.open_one(tx, request):
            return _once_more(tx, earlier, opt_out_too=opt_out_too)  # else it was done just now
    privacy_requests.log(tx, request, Step.RECEIVED, member_id, now)
    return request


def _once_more(tx: Transaction, earlier: PrivacyRequest, *, opt_out_too: bool) -> PrivacyRequest:
    if opt_out_too and not earlier.opt_out_too:
        privacy_requests.opt_out_too(tx, earlier)
        return replace(earlier, opt_out_too=True)
    return earlier


def ask_by_link(tx: Transaction, tokens: TokenHasher, token: str, kind: Kind | None, now: datetime) -> None:
    """A recipient asks the company that sent, or for None opts out of its SMS; the link knows whose it is, also after
    encryption. Raises `NotFound`, and `Conflict` for a request to a company whose agreement has ended."""
    if kind is None:
        opt_out_by_link(tx, tokens, token, now.date())
        return
    coupon, secret = unlock(tx, tokens, token)
    company = companies.get(tx, coupon.company_id)
    if company is None or company.state == "closed":
        raise Conflict("The company holds nothing any more: its agreement with UpUp has ended.")
    receive(tx, company.id, kind, Subject(fingerprint=secret.fingerprint), None, now)


def member_by_email(tx: Transaction, asking: Session, email: str) -> str:
    """The id of the company's member. Raises `NotFound`, also for people of other companies alone."""
    person = people.find_by_email(tx, email)
    if person is None or asking.company_id not in [one.company_id for one in people.memberships(tx, person.id)]:
        raise NotFound("The company has no member with that e-mail.")
    return person.id
