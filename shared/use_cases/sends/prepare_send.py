"""A send as it was asked for, checked as a whole: what a quote shows and what an accepted send goes by."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.database.queries import catalogue, companies, opt_outs
from shared.database.transactions import Transaction
from shared.domain import sender as senders
from shared.domain.consent import CONSENT_TEXT_VERSION, DPAS, Dpas, check_accepted
from shared.domain.errors import Conflict, Fault, Forbidden, NotAcceptable
from shared.domain.gift import Gift
from shared.domain.phone_number import PhoneNumber
from shared.domain.plan import EXTRA_PART_ORE
from shared.domain.recipients import Judgement, judge
from shared.domain.send import SendRequest
from shared.domain.sms_text import Template, TemplateError, foreign_links
from shared.privacy.tokens import TOKEN_LENGTH

MOST_PLACEHOLDERS = 20
"""In a message: each is filled in for each of 100,000 recipients."""

STATES = {
    "pending": "The plan is not paid yet. Finish the payment first.",
    "past_due": "The last payment for the plan failed. Update the card first.",
    "closing": "The agreement is ending, so nothing more can be sent.",
    "closed": "The agreement has ended, so nothing more can be sent.",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A request with what could be checked without the database. The rows are judged only where a text can be made."""

    request: SendRequest
    judgement: Judgement | None
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that can be sent, before the balance is asked. Prices are for one recipient, in öre."""

    request: SendRequest
    gift: Gift
    judgement: Judgement
    fee_ore: int
    value_ore: int

    @property
    def price_ore(self) -> int:
        """For all."""
        return (self.fee_ore + self.value_ore) * len(self.judgement.accepted)


def gift_link(public_url: str, token: str) -> str:
    return f"{public_url}/g/{token}"


def example_link(public_url: str) -> str:
    """As long as a real one, so that a text with it costs what the real text will."""
    return gift_link(public_url, "x" * TOKEN_LENGTH)


def judge_request(request: SendRequest, public_url: str, fingerprint: Callable[[PhoneNumber], bytes]) -> Checked:
    """Check what can be checked without the database; what is wrong is for `prepare` to refuse, all at once."""
    faults = list(request.faults)
    template = _template(request, faults)
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
        judgement = judge(request.recipients, template, example_link(public_url), fingerprint)
    return Checked(request, judgement, faults)


def prepare(tx: Transaction, company_id: str, checked: Checked) -> Prepared:
    """Add what the database knows: gift, price and who has opted out. Raises `NotAcceptable` with every fault."""
    request, judgement, faults = checked.request, checked.judgement, list(checked.faults)
    gift = catalogue.get(tx, request.gift) if request.gift.isascii() else None
    if gift is None or not catalogue.is_on_sale(tx, gift.code):
        faults.append(Fault("gift", "unknown_gift", "Choose a gift from GET /v1/gifts."))
    if judgement is not None:
        judgement = judgement.without(opt_outs.among(tx, company_id, judgement.fingerprints()))
        faults += _link_faults(judgement)
    if faults or gift is None or judgement is None:
        raise NotAcceptable("The send needs to be mended first; nothing was sent.", faults)
    extra = EXTRA_PART_ORE * max(0, judgement.longest.parts - 1)
    return Prepared(request, gift, judgement, gift.fee_ore + extra, gift.face_value_ore)


def check_may_send(tx: Transaction, company_id: str, today: date, dpas: Dpas = DPAS) -> companies.Company:
    """The company, if its agreement lets it send. Raises `Forbidden`."""
    company = companies.get(tx, company_id)
    if company is None or company.state != "active":
        raise Forbidden(STATES.get(company.state if company else "closed", STATES["closed"]))
    check_accepted(company.dpa_version, today, dpas)
    return company


def check_stock(tx: Transaction, prepared: Prepared) -> None:
    """Raises `Conflict` where a gift from a code pool has fewer codes left than recipients."""
    if prepared.gift.issuer == "code_pool":
        left = catalogue.stock(tx, prepared.gift.product)
        if left < len(prepared.judgement.accepted):
            raise Conflict(f"Only {left} of this gift are left. Choose another gift or fewer recipients.")


def _template(request: SendRequest, faults: list[Fault]) -> Template | None:
    """The message, if a text can be made of it for the rows; what is wrong with it is added to the faults."""
    try:
        template = Template(request.message)
    except TemplateError as error:
        faults.append(Fault("message", error.code, error.message))
        return None
    found = list(_message_faults(request, template))
    faults += found
    return None if found else template


def _message_faults(request: SendRequest, template: Template) -> Iterator[Fault]:
    if template.links != 1:
        text = "Put {{link}} in the message once: it becomes the recipient's own link to the gift."
        yield Fault("message", "missing_link" if template.links == 0 else "several_links", text)
    if template.placeholders > MOST_PLACEHOLDERS:
        text = f"The message has more than {MOST_PLACEHOLDERS} placeholders. Use fewer."
        yield Fault("message", "too_many_placeholders", text)
    if foreign_links(request.message):
        text = "Remove the web address: {{link}} is the only link a message may have."
        yield Fault("message", "foreign_link", text)
    if request.recipients is not None:
        for place in template.unknown(request.recipients.columns):
            text = f"Placeholder number {place} of the message names a column that the recipients do not have."
            yield Fault("message", "unknown_placeholder", text)


def _link_faults(judgement: Judgement) -> Iterator[Fault]:
    if rows := judgement.rows_with_links:
        first = ", ".join(map(str, rows[:10]))
        text = f"Web addresses are not allowed, and the values of these rows make one: {first}. Remove them."
        yield Fault("recipients", "foreign_link", text)
