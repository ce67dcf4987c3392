"""A send as it was asked for, checked as a whole: what a quote shows and what an accepted send goes by."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.database.queries import catalogue, coupons, link_domains, standing, wanted_sends
from shared.database.queries.people import Session
from shared.database.queries.standing import Sending
from shared.database.queries.wanted_sends import KnownSender
from shared.database.transactions import Database, Transaction
from shared.domain import reminder as reminders
from shared.domain import retention
from shared.domain import sender as senders
from shared.domain.consent import CONSENT_TEXT_VERSION, DPAS, Dpas, check_accepted
from shared.domain.errors import Conflict, Fault, Forbidden, NotAcceptable
from shared.domain.gift import Gift
from shared.domain.gift_link import gift_link
from shared.domain.misuse import FOREIGN_LINK, ByItself, are_suspicious
from shared.domain.phone_number import PhoneNumber
from shared.domain.plan import EXTRA_PART_ORE
from shared.domain.recipients import Judgement, judge
from shared.domain.schedule import month_begins
from shared.domain.send import SendRequest
from shared.domain.sms_text import Template, TemplateError, foreign_links
from shared.once import once
from shared.privacy.fingerprint import Fingerprints
from shared.privacy.tokens import TOKEN_LENGTH
from shared.use_cases.sends.check_sender import note_sender, sender_faults

MOST_PLACEHOLDERS = 20
"""In a message: each is filled in for each of 100,000 recipients."""

MEND_FIRST = "The send needs to be mended first; nothing was sent."

STATES = {
    "pending": "The plan is not paid yet. Finish the payment first.",
    "past_due": (
        "The last payment for the plan failed. Update the card first, on the page of POST /v1/billing/portal: "
        "what can be paid then is paid at once, and sends work again."
    ),
    "closing": "The agreement is ending, so nothing more can be sent.",
    "closed": "The agreement has ended, so nothing more can be sent.",
}


class Checked(Struct, frozen=True):
    """A request with what could be checked without the database. The rows are judged only where a text can be made."""

    request: SendRequest
    judgement: Judgement | None
    faults: Sequence[Fault]
    suspicious: bool = False
    """Whether a person must have seen the text."""

    @property
    def has_sender(self) -> bool:
        return not any(fault.field == "sender" for fault in self.faults)


class Known(Struct, frozen=True):
    """What the database knows of a request, read without a lock."""

    sending: Sending | None
    """None where there is no such company."""
    gift: Gift | None
    """None where none such is on sale."""
    sender: KnownSender | None
    opted_out: Collection[bytes]
    """Those of the recipients' fingerprints."""
    given: int
    """How many of the gift the company has sent in this Swedish month, where that is limited."""


class Prepared(Struct, frozen=True):
    """A request that can be sent, before the balance is asked. Prices are for one recipient, in öre."""

    request: SendRequest
    gift: Gift
    judgement: Judgement
    fee_ore: int
    value_ore: int
    held: Sequence[Fault] = ()
    """Why it is refused for now: a person at UpUp must look first, or it goes over a limit of the gift."""

    @property
    def price_ore(self) -> int:
        """For all."""
        return (self.fee_ore + self.value_ore) * len(self.judgement.accepted)

    @property
    def reminders_at_most_ore(self) -> int:
        """On top of that, where nobody opens the gift and the balance covers it then."""
        return reminders.PRICE_ORE * len(self.judgement.accepted) if self.request.reminder else 0


def example_link(public_url: str) -> str:
    """As long as a real one, so that a text with it costs what the real text will."""
    return gift_link(public_url, "x" * TOKEN_LENGTH)


def check_request(
    database: Database,
    company_id: str,
    request: SendRequest,
    public_url: str,
    fingerprints: Fingerprints,
) -> Checked:
    """`judge_request` with the company's own domains."""
    domains = _OwnDomains(database, company_id)
    return judge_request(request, public_url, fingerprints.of_company(company_id), domains)


class _OwnDomains(Collection[str]):
    """Those that the company may link to: asked for when the first link is met, and few texts have one."""

    def __init__(self, database: Database, company_id: str) -> None:
        self._database = database
        self._company_id = company_id

    @once
    def _found(self) -> frozenset[str]:
        with self._database.transaction() as tx:
            return link_domains.approved(tx, self._company_id)

    def __contains__(self, domain: object) -> bool:
        return domain in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def look_up(database: Database, company_id: str, checked: Checked, now: datetime) -> Known:
    """All that the request depends on."""
    request, judgement = checked.request, checked.judgement
    prints = judgement.fingerprints() if judgement is not None else iter(())
    with database.transaction() as tx:
        found = wanted_sends.find(tx, company_id, request.gift, request.sender, prints)
        if found is None:
            return Known(None, None, None, (), 0)
        given = _given(tx, company_id, found.gift, now) if found.gift else 0
    return Known(found.sending, found.gift, found.sender, found.opted_out, given)


def look_up_to_send(
    database: Database, member: Session, checked: Checked, by_itself: Collection[ByItself], now: datetime
) -> Known:
    """`look_up`, and put to staff what they must look at before such a send; nothing of a test."""
    known = look_up(database, member.company_id, checked, now)
    if member.is_test or not checked.has_sender or (known.sender is not None and not checked.suspicious):
        return known
    note_sender(database, member.company_id, checked.request.sender, checked.suspicious, by_itself, now)
    return look_up(database, member.company_id, checked, now)


def judge_request(
    request: SendRequest,
    public_url: str,
    fingerprint: Callable[[PhoneNumber], bytes],
    domains: Collection[str] = (),
) -> Checked:
    """Check what can be checked without the database; what is wrong is for `prepare` to refuse, all at once.

    `domains`: those that the company may link to.
    """
    faults = list(request.faults)
    template = _template(request, faults, domains)
    try:
        request = replace(request, sender=senders.normalise(request.sender))
    except senders.InvalidSender:
        text = "Use 1 to 11 letters, digits or spaces with at least one letter, or a mobile number."
        faults.append(Fault("sender", "invalid_sender", text))
    if request.text_version != CONSENT_TEXT_VERSION:
        text = f"Confirm the consent text of version {CONSENT_TEXT_VERSION}."
        faults.append(Fault("consent.text_version", "outdated", text))
    judgement = None
    if template is not None and request.recipients is not None:
        judgement = judge(request.recipients, template, example_link(public_url), fingerprint, domains)
    return Checked(request, judgement, faults, _is_suspicious(request, template, judgement))


def prepare(checked: Checked, known: Known, now: datetime, by_itself: Collection[ByItself] = frozenset()) -> Prepared:
    """Add what the database knows: gift, price, who has opted out, and what holds it.

    Raises `NotAcceptable` with every fault.
    """
    request, judgement, faults, gift = checked.request, checked.judgement, list(checked.faults), known.gift
    if gift is None:
        faults.append(Fault("gift", "unknown_gift", "Choose a gift from GET /v1/gifts."))
    if judgement is not None:
        judgement = judgement.without(known.opted_out)
        faults += _link_faults(judgement)
    faults += _reminder_faults(known.sending, request, now)
    held: list[Fault] = []
    if checked.has_sender:
        held = sender_faults(request.sender, known.sender, checked.suspicious, by_itself)
    if faults or gift is None or judgement is None:
        raise NotAcceptable(MEND_FIRST, [*faults, *held])
    recipients = len(judgement.accepted)
    held += gift.limit_faults(recipients, known.given + recipients)
    extra = EXTRA_PART_ORE * max(0, judgement.longest.parts - 1)
    return Prepared(request, gift, judgement, gift.fee_ore + extra, gift.face_value_ore, held)


def check_not_held(prepared: Prepared) -> None:
    """Raises `NotAcceptable` where a person at UpUp must look first, or a limit of the gift is passed."""
    if prepared.held:
        raise NotAcceptable(MEND_FIRST, prepared.held)


def check_month(tx: Transaction, company_id: str, gift: Gift, now: datetime) -> None:
    """With the balance locked and the send written, so that two cannot both be the last within the gift's limit.

    Raises `NotAcceptable`.
    """
    if faults := gift.limit_faults(0, _given(tx, company_id, gift, now)):
        raise NotAcceptable(MEND_FIRST, faults)


def _given(tx: Transaction, company_id: str, gift: Gift, now: datetime) -> int:
    """In this Swedish month, where it matters."""
    if gift.most_per_month is None:
        return 0
    return coupons.given_since(tx, company_id, gift.code, month_begins(now))


def check_may_send(tx: Transaction, company_id: str, today: date, dpas: Dpas = DPAS) -> Sending:
    """`allowed_to_send`, of a company that is to be looked up."""
    return allowed_to_send(standing.of_sending(tx, company_id), today, dpas)


def allowed_to_send(found: Sending | None, today: date, dpas: Dpas = DPAS) -> Sending:
    """The company, if its agreement lets it send. Raises `Forbidden`."""
    if found is None or found.state != "active":
        raise Forbidden(STATES.get(found.state if found else "closed", STATES["closed"]))
    if found.stop_reason is not None:
        raise Forbidden(f"UpUp has stopped this account's sends: {found.stop_reason} Write to us.")
    if owed_ore := found.receivable_ore:
        raise Forbidden(
            f"A payment of yours was refunded or disputed, and {owed_ore} öre of it are spent. Top up to send again: "
            "the next top-up settles that first."
        )
    check_accepted(found.dpa_version, today, dpas)
    return found


def check_stock(tx: Transaction, prepared: Prepared) -> None:
    """Raises `Conflict` where a gift from a code pool has fewer codes left than recipients."""
    if prepared.gift.issuer == "code_pool":
        left = catalogue.stock(tx, prepared.gift.product)
        if left < len(prepared.judgement.accepted):
            raise Conflict(f"Only {left} of this gift are left. Choose another gift or fewer recipients.")


def _template(request: SendRequest, faults: list[Fault], domains: Collection[str]) -> Template | None:
    """The message, if a text can be made of it for the rows; what is wrong with it is added to the faults."""
    try:
        template = Template(request.message)
    except TemplateError as error:
        faults.append(Fault("message", error.code, error.message))
        return None
    found = list(_message_faults(request, template, domains))
    faults += found
    return None if found else template


def _message_faults(request: SendRequest, template: Template, domains: Collection[str]) -> Iterator[Fault]:
    if template.links != 1:
        text = "Put {{link}} in the message once: it becomes the recipient's own link to the gift."
        yield Fault("message", "missing_link" if template.links == 0 else "several_links", text)
    if template.placeholders > MOST_PLACEHOLDERS:
        text = f"The message has more than {MOST_PLACEHOLDERS} placeholders. Use fewer."
        yield Fault("message", "too_many_placeholders", text)
    if foreign_links(request.message, domains):
        yield Fault("message", "foreign_link", FOREIGN_LINK)
    if request.recipients is not None:
        for place in template.unknown(request.recipients.columns):
            text = f"Placeholder number {place} of the message names a column that the recipients do not have."
            yield Fault("message", "unknown_placeholder", text)


def _is_suspicious(request: SendRequest, template: Template | None, judgement: Judgement | None) -> bool:
    """The message, and each different value that stands in it."""
    values: set[str] = set()
    if template is not None and template.columns and judgement is not None:
        values.update(value for one in judgement.accepted for value in one.values.values())
    return are_suspicious([request.message, *values])


def _reminder_faults(sending: Sending | None, request: SendRequest, now: datetime) -> list[Fault]:
    if sending is None or request.reminder is None:
        return []
    encrypt_at = retention.encrypt_at(now, sending.encrypt_after_days)
    return reminders.faults(request.reminder, now, max(request.start_at or now, now), encrypt_at)


def _link_faults(judgement: Judgement) -> Iterator[Fault]:
    if rows := judgement.rows_with_links:
        first = ", ".join(map(str, rows[:10]))
        text = f"Only approved domains may be linked to, and the values of these rows make a link: {first}. Mend them."
        yield Fault("recipients", "foreign_link", text)
