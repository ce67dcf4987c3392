"""What an owner decides about the agreement: which version of it holds, and how long recipients' data is kept."""

from datetime import datetime

from shared.database.queries import agreements, companies, sends
from shared.database.queries.people import Session
from shared.database.transactions import Transaction
from shared.domain.consent import DPAS, Dpas, check_acceptable
from shared.domain.errors import NotFound
from shared.domain.retention import MESSAGE_LIFE, must_encrypt_before


def accept_terms(tx: Transaction, owner: Session, version: str, now: datetime, dpas: Dpas = DPAS) -> None:
    """Attested by the owner who is logged in; again changes nothing. Raises `NotAcceptable` for an outdated one."""
    check_acceptable(version, now.date(), "version", dpas)
    agreements.accept_dpa(tx, owner.company_id, version, owner.member_id, now)


def choose_retention(
    tx: Transaction, company_id: str, encrypt_after_days: int | None, erase_after_days: int | None, now: datetime
) -> None:
    """For sends from now on, and for earlier ones where it is sooner than what they were promised."""
    company = companies.lock(tx, company_id)
    if company is None:
        raise NotFound("There is no such account.")
    days = encrypt_after_days or company.encrypt_after_days, erase_after_days or company.erase_after_days
    companies.choose_retention(tx, company_id, *days)
    sends.keep_shorter(tx, company_id, *days, MESSAGE_LIFE, must_encrypt_before(now))
