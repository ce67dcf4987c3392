"""What is answered about agreements: to the company itself, and to staff about those that end."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import agreements, companies, money, second_factors, standing
from shared.database.queries.agreements import Ending, EndingStep
from shared.database.queries.standing import Standing
from shared.database.transactions import Transaction
from shared.domain.agreement import NEEDS, Because, Step
from shared.domain.errors import NotFound
from shared.http.answers.account import Account, Stopped, shown
from shared.http.answers.fields import ACCOUNT_STATES, AccountId, Moment, one_of
from shared.http.answers.moments import moment
from shared.http.paging import Listed, Page, list_body


class StepOfEnd(TypedDict):
    step: Annotated[str, one_of(Step)]
    state: str
    tries: int
    next_try_at: Moment | None
    done_at: Moment | None
    last_error: str | None


class EndingAgreement(TypedDict):
    account_id: AccountId
    state: Annotated[str, one_of(ACCOUNT_STATES)]
    because: Annotated[str, one_of(Because)]
    closing_since: Moment
    ends_at: Moment
    open_steps: int
    steps: list[StepOfEnd]


class Retried(TypedDict):
    account_id: AccountId
    open_steps: int


def account(tx: Transaction, company_id: str, now: datetime) -> Account:
    """Raises `NotFound`."""
    company = companies.get(tx, company_id)
    if company is None:
        raise NotFound("There is no such account.")
    stopped, balance = _stopped(standing.get(tx, company_id)), money.balance(tx, company_id)
    return shown(company, balance, now.date(), stopped, second_factors.is_required(tx, company_id))


def _stopped(found: Standing) -> Stopped | None:
    return {"since": moment(found.stopped_at), "reason": found.stop_reason} if found.stopped_at else None


def ending_list(tx: Transaction, page: Page) -> Listed[EndingAgreement]:
    found = agreements.page(tx, page.before, page.limit)
    steps = agreements.steps(tx, [one.company_id for one in found])
    last = (found[-1].closing_at.isoformat(), found[-1].company_id) if found else ()
    items = [_ending(one, [step for step in steps if step.company_id == one.company_id]) for one in found]
    return list_body(items, page.limit, *last)


def _ending(one: Ending, steps: list[EndingStep]) -> EndingAgreement:
    order = {step.value: place for place, step in enumerate(NEEDS)}
    return {
        "account_id": one.company_id,
        "state": one.state,
        "because": one.because,
        "closing_since": moment(one.closing_at),
        "ends_at": moment(one.ends_at),
        "open_steps": sum(step.state != "done" for step in steps),
        "steps": [_step(step) for step in sorted(steps, key=lambda step: order.get(step.step, len(order)))],
    }


def _step(step: EndingStep) -> StepOfEnd:
    return {
        "step": step.step,
        "state": step.state,
        "tries": step.tries,
        "next_try_at": None if step.done_at else moment(step.next_try_at),
        "done_at": moment(step.done_at),
        "last_error": step.last_error_class,
    }
