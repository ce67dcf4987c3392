"""A company's account, as the API shows it."""

from datetime import date
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries.companies import Company
from shared.database.queries.money import Balance
from shared.domain.agreement import Because
from shared.domain.consent import DPAS, Dpas, current_dpa, must_accept
from shared.http.answers.fields import ACCOUNT_STATES, AccountId, Currency, Day, Moment, Ore, one_of
from shared.http.answers.moments import moment


class RetentionDays(TypedDict):
    """Days from the upload."""

    encrypt_after_days: int
    erase_after_days: int


class Dpa(TypedDict):
    """Which agreement holds; `accept_by` is null where there is none to accept."""

    accepted_version: str
    current_version: str
    accept_by: Day | None


class Closing(TypedDict):
    """Of an agreement that ends: until when it can be taken back, if it can."""

    since: Moment | None
    ends_at: Moment | None
    because: Annotated[str, one_of(Because)] | None
    can_be_taken_back: bool


class Stopped(TypedDict):
    """That UpUp has stopped the company for now: nothing is sent, and it can only read."""

    since: Moment
    reason: str | None


class Account(TypedDict):
    """`balance_ore` is what is free; `reserved_ore` is held for sends and gifts under way."""

    id: AccountId
    company_name: str
    org_number: str
    plan: str
    state: Annotated[str, one_of(ACCOUNT_STATES)]
    balance_ore: Ore
    reserved_ore: Ore
    currency: Currency
    retention: RetentionDays
    dpa_version: str
    dpa: Dpa
    closing: Closing | None
    stopped: Stopped | None
    second_factor_required: bool
    created_at: Moment


def shown(
    company: Company,
    balance: Balance,
    today: date,
    stopped: Stopped | None = None,
    second_factor_required: bool = False,
    dpas: Dpas = DPAS,
) -> Account:
    missing = must_accept(company.dpa_version, today, dpas)
    return {
        "id": company.id,
        "company_name": company.name,
        "org_number": company.org_number,
        "plan": company.plan,
        "state": company.state,
        "balance_ore": balance.available_ore,
        "reserved_ore": balance.held_ore,
        "currency": "SEK",
        "retention": {
            "encrypt_after_days": company.encrypt_after_days,
            "erase_after_days": company.erase_after_days,
        },
        "dpa_version": company.dpa_version,
        "dpa": {
            "accepted_version": company.dpa_version,
            "current_version": current_dpa(today, dpas).version,
            "accept_by": missing.accept_by.isoformat() if missing else None,
        },
        "closing": _closing(company) if company.ends_at else None,
        "stopped": stopped,
        "second_factor_required": second_factor_required,
        "created_at": moment(company.created_at),
    }


def _closing(company: Company) -> Closing:
    return {
        "since": moment(company.closing_at),
        "ends_at": moment(company.ends_at),
        "because": company.closing_because,
        "can_be_taken_back": company.closing_because == Because.OWNER,
    }
