"""A recipient answers an SMS. Only the words that end it are acted on; nothing of the answer is kept."""

from datetime import date

from shared.database.queries import deliveries, opt_outs, sends
from shared.database.transactions import Transaction
from shared.domain.opt_out import Source, is_opt_out
from shared.domain.phone_number import PhoneError, parse
from shared.privacy.fingerprint import Fingerprints


def record_incoming_sms(
    tx: Transaction, fingerprints: Fingerprints, sender: str, receiver: str, message: str, today: date
) -> int:
    """Opt the answering number out of the companies that used the answered number towards it; how many.

    Where none can be told, of all that use that number: better one too many than one too few.
    """
    if not is_opt_out(message):
        return 0
    try:
        person, ours = parse(_international(sender)), parse(_international(receiver)).e164
    except PhoneError:
        return 0
    known = [(one, fingerprints.of_company(one)(person)) for one in sends.companies_using(tx, ours)]
    reached = set(deliveries.companies_that_reached(tx, ours, known))
    meant = [(company, fp) for company, fp in known if company in reached] or known
    for company_id, fingerprint in meant:
        opt_outs.add(tx, company_id, fingerprint, today, Source.SMS)
    return len(meant)


def _international(number: str) -> str:
    """Lekab writes numbers without the plus."""
    return number if number.startswith("+") else f"+{number}"
