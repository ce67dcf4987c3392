"""A company asks for a sender or a domain to link to, and staff answer. A sender that needs no person is approved."""

from collections.abc import Collection
from datetime import datetime

from shared.database.queries import companies, link_domains, sender_names, staff_log, standing
from shared.database.queries.link_domains import LinkDomain
from shared.database.queries.sender_names import SenderName
from shared.database.queries.staff_log import Action
from shared.database.queries.standing import Decision
from shared.database.transactions import Database, Transaction
from shared.domain import ids, link_domain, sender
from shared.domain.errors import Conflict, Fault, Forbidden, NotAcceptable, NotFound
from shared.domain.misuse import MOST_SENDERS, ByItself, State, kind_of
from shared.use_cases.sends.check_sender import NOT_OURS, new_sender

ACTIVE = ("active", "past_due")
TOO_MANY = f"A company has at most {MOST_SENDERS}. Remove one first."


def ask_for_sender(
    database: Database, company_id: str, text: str, by_itself: Collection[ByItself], now: datetime
) -> SenderName:
    """The sender as it stands now; again changes nothing. One that was refused is asked for once more.

    Raises `NotAcceptable` for what is no sender, and for a number that UpUp has not given; `Forbidden`, `Conflict`.
    """
    name = read_sender(text)
    kind = kind_of(name)
    with database.transaction() as tx:
        _check_active(tx, company_id)
        known = sender_names.find(tx, company_id, name)
        if known is None:
            if kind is ByItself.NUMBERS and kind not in by_itself:
                raise NotAcceptable("This sender cannot be asked for.", [Fault("sender", "not_given", NOT_OURS)])
            if sender_names.count(tx, company_id) >= MOST_SENDERS:
                raise Conflict(TOO_MANY)
            sender_names.add(tx, new_sender(company_id, name, kind in by_itself, now))
        elif known.state == State.REFUSED:
            sender_names.ask_again(tx, known, now)
        return _found(sender_names.find(tx, company_id, name))


def remove_sender(database: Database, company_id: str, sender_id: str) -> None:
    """Sends under way keep theirs. Raises `NotFound`, and `Conflict` for a refused one: it stays known as that."""
    with database.transaction() as tx:
        known = _found(sender_names.get(tx, company_id, sender_id))
        if State.REFUSED in (known.state, known.texts):
            raise Conflict("UpUp has refused this sender or its texts, and that stays noted. Ask for it again instead.")
        sender_names.remove(tx, company_id, sender_id)


def give_sender(database: Database, staff: str, company_id: str, text: str, now: datetime) -> SenderName:
    """Staff give a company a sender, such as a number of UpUp's that can be answered. Raises `NotFound`."""
    name = read_sender(text)
    with database.transaction() as tx:
        if companies.lock(tx, company_id) is None:
            raise NotFound("There is no such account.")
        sender_names.add(tx, new_sender(company_id, name, True, now))
        known = _found(sender_names.find(tx, company_id, name))
        sender_names.decide(tx, known, State.APPROVED, _state(known.texts), None, now)
        staff_log.add(tx, staff, Action.SENDER_GIVE, [known.id], now)
        return _found(sender_names.find(tx, company_id, name))


def decide_sender(database: Database, staff: str, sender_id: str, refused_because: str | None, now: datetime) -> str:
    """Approve what is asked of it, the sender or its texts, or refuse it for a reason; whose it is.

    An approved sender may be refused later, and a refused one approved. Raises `NotFound`.
    """
    with database.transaction() as tx:
        known = _found(sender_names.lock_any(tx, sender_id))
        state, texts = _decided(known, State.REFUSED if refused_because else State.APPROVED)
        sender_names.decide(tx, known, state, texts, refused_because, now)
        action = Action.SENDER_REFUSE if refused_because else Action.SENDER_APPROVE
        _log(tx, staff, known.company_id, action, sender_id, refused_because, now)
        return known.company_id


def _decided(known: SenderName, answer: State) -> tuple[State, State | None]:
    """What is asked gets the answer; where nothing is, the sender itself does."""
    state, texts = State(known.state), _state(known.texts)
    if texts is State.ASKED:
        return (answer if state is State.ASKED else state), answer
    return answer, texts


def ask_for_domain(database: Database, company_id: str, text: str, now: datetime) -> LinkDomain:
    """The domain as it stands now; again changes nothing. One that was refused is asked for once more.

    Raises `NotAcceptable`, `Forbidden`, `Conflict`.
    """
    try:
        domain = link_domain.normalise(text)
    except link_domain.InvalidDomain:
        fault = Fault("domain", "invalid_domain", "Write a domain alone, as kaffebaren.se, without https:// and path.")
        raise NotAcceptable("This domain cannot be asked for.", [fault]) from None
    with database.transaction() as tx:
        _check_active(tx, company_id)
        known = link_domains.find(tx, company_id, domain)
        if known is None:
            if link_domains.count(tx, company_id) >= MOST_SENDERS:
                raise Conflict(TOO_MANY)
            new = LinkDomain(ids.new_id("lnd"), company_id, domain, State.ASKED, None, now, None)
            link_domains.add(tx, new)
        elif known.state == State.REFUSED:
            link_domains.ask_again(tx, known, now)
        return _found_domain(link_domains.find(tx, company_id, domain))


def remove_domain(database: Database, company_id: str, domain_id: str) -> None:
    """Raises `NotFound`, and `Conflict` for a refused one."""
    with database.transaction() as tx:
        if _found_domain(link_domains.get(tx, company_id, domain_id)).state == State.REFUSED:
            raise Conflict("UpUp has refused this domain, and that stays noted. Ask for it again instead.")
        link_domains.remove(tx, company_id, domain_id)


def decide_domain(database: Database, staff: str, domain_id: str, refused_because: str | None, now: datetime) -> str:
    """Approve or refuse it; whose it is. Raises `NotFound`."""
    with database.transaction() as tx:
        known = _found_domain(link_domains.lock_any(tx, domain_id))
        link_domains.decide(tx, known, State.REFUSED if refused_because else State.APPROVED, refused_because, now)
        action = Action.DOMAIN_REFUSE if refused_because else Action.DOMAIN_APPROVE
        _log(tx, staff, known.company_id, action, domain_id, refused_because, now)
        return known.company_id


def read_sender(text: str) -> str:
    """As it goes to Lekab. Raises `NotAcceptable`."""
    try:
        return sender.normalise(text)
    except sender.InvalidSender:
        message = "Use 1 to 11 letters, digits or spaces with at least one letter, or a mobile number."
        raise NotAcceptable("This is no sender.", [Fault("sender", "invalid_sender", message)]) from None


def _check_active(tx: Transaction, company_id: str) -> None:
    company = companies.lock(tx, company_id)  # two at once do not pass the most together
    if company is None or company.state not in ACTIVE:
        raise Forbidden("This takes an account whose agreement goes on and whose plan is paid.")


def _log(
    tx: Transaction, staff: str, company_id: str, action: Action, subject: str, reason: str | None, now: datetime
) -> None:
    staff_log.add(tx, staff, action, [subject], now)
    standing.decided(tx, company_id, Decision(now, staff, action.value, reason or ""))


def _found(known: SenderName | None) -> SenderName:
    if known is None:
        raise NotFound("There is no such sender.")
    return known


def _found_domain(known: LinkDomain | None) -> LinkDomain:
    if known is None:
        raise NotFound("There is no such domain.")
    return known


def _state(text: str | None) -> State | None:
    return State(text) if text else None
