"""What the calls about persons' requests answer, as JSON and CSV. Nothing of it is kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import privacy_requests
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Fault, NotAcceptable, NotFound
from shared.domain.persons_data import (
    ANOTHER_OWNER,
    UNPAID_SIGNUP,
    ErasedPerson,
    ErasedRecipient,
    FoundPerson,
    FoundRecipient,
    HeldDelivery,
    Moved,
    RectifiedRecipient,
    Renamed,
    Result,
)
from shared.domain.phone_number import written
from shared.domain.privacy_request import About, Kind, Source, State, Step
from shared.http.answers.account_holder import AccountHolderFound, account_holder_found
from shared.http.answers.fields import (
    GIFT_STATES,
    CallerId,
    Day,
    DeliveryId,
    Moment,
    RequestId,
    SendId,
    one_of,
)
from shared.http.answers.moments import moment
from shared.http.answers.register_csv import csv_answer
from shared.http.answers.send_views import PHONE_STATES, gift_state, phone_state
from shared.http.call import Answer, Call
from shared.http.paging import Listed, list_body, read_page
from shared.privacy.delivery_id import DeliveryIds

ENCRYPTED = (
    "Number and gift of {number} deliveries are encrypted. Two of UpUp's staff can read them together, for a stated"
    " reason: write to UpUp with the ids of the sends."
)
OPT_OUT_STAYS = (
    "The opt-out, a keyed fingerprint and a day, stays so that the person is not sent to again. Erase once more with"
    ' "forget_opt_out": true to forget it too.'
)
ERASED_AS_WRONG = (
    "What had left under the wrong number, or was let go, is erased here with this: the number is somebody else's."
)
NEW_NUMBER_OPTED_OUT = "The new number has opted out: what had not left is not sent, and costs nothing."
NEW_NUMBER_IN_SEND = "The new number is in the same send already: it gets one SMS, and the other costs nothing."
WAITS_FOR = {
    ANOTHER_OWNER: "This is the company's only owner. UpUp goes on by itself when there is another.",
    UNPAID_SIGNUP: (
        "The membership is removed. A signup that was never paid has the person's e-mail; UpUp erases the person by"
        " itself when that signup is deleted, within 7 days."
    ),
}
WAITING = "An SMS to the person is with the operator at this moment. UpUp goes on by itself within the hour."
TIMES = ("uploaded_at", "sent_at", "delivered_at")
FORMATS = ("json", "csv")

RequestSummary = TypedDict(
    "RequestSummary",
    {
        "id": RequestId,
        "kind": Annotated[str, one_of(Kind)],
        "about": Annotated[str, one_of(About)],
        "from": Annotated[str, one_of(Source)],
        "state": Annotated[str, one_of(State)],
        "received_at": Moment,
        "due_at": Moment,
        "done_at": Moment | None,
    },
)


class StepTaken(TypedDict):
    step: Annotated[str, one_of(Step)]
    by: CallerId | None
    at: Moment


class DeliveryHeld(TypedDict):
    """A delivery to the person. An encrypted one tells neither number nor gift, nor how many more SMS there were."""

    delivery_id: DeliveryId
    send_id: SendId
    state: Annotated[str, one_of(DeliveryState)]
    reason: str | None
    uploaded_at: Moment
    sent_at: Moment | None
    delivered_at: Moment | None
    phone_state: Annotated[str, one_of(PHONE_STATES)]
    phone: str | None
    gift: str | None
    gift_state: Annotated[str, one_of(GIFT_STATES)] | None
    more_sms: int | None


class RecipientFound(TypedDict):
    deliveries: list[DeliveryHeld]
    opted_out_on: Day | None
    note: str | None


class DeliveriesErased(TypedDict):
    """Of them `cancelled` had not left; `waiting` are with the operator at this moment."""

    erased: int
    cancelled: int
    waiting: int
    note: str | None


class RecipientErased(DeliveriesErased):
    """`opt_out`: says that the opt-out stays, and how to forget it too."""

    opt_out: str | None


class DeliveriesMoved(TypedDict):
    rectified: int
    let_go: int
    let_go_because: str | None


class RecipientRectified(DeliveriesErased, DeliveriesMoved):
    """What had not left goes to the new number; what had left is erased, as it went to somebody else."""


class AccountHolderErased(TypedDict):
    """`everywhere`: they are in no other company, so that the suppliers' copies go too."""

    membership_removed: bool
    everywhere: bool
    waiting_for: list[str]
    note: str | None


class AccountHolderRenamed(TypedDict):
    renamed: bool
    waiting_for: list[str]


ShownResult = (
    RecipientFound
    | AccountHolderFound
    | RecipientErased
    | RecipientRectified
    | AccountHolderErased
    | AccountHolderRenamed
)


# With its steps, as it is by now, and what was found or done just now.
class WholeRequest(RequestSummary):
    steps: list[StepTaken]
    result: ShownResult | None


def request_list(tx: Transaction, company_id: str, call: Call) -> Listed[RequestSummary]:
    page = read_page(call.request, datetime.fromisoformat, str)
    found = privacy_requests.page(tx, company_id, page.before, page.limit)
    last = (found[-1].received_at.isoformat(), found[-1].id) if found else ()
    return list_body([summary(one) for one in found], page.limit, *last)


def summary(one: PrivacyRequest) -> RequestSummary:
    return {
        "id": one.id,
        "kind": one.kind,
        "about": one.about,
        "from": one.source,
        "state": one.state,
        "received_at": moment(one.received_at),
        "due_at": moment(one.due_at),
        "done_at": moment(one.done_at),
    }


def read_format(call: Call) -> str:
    """`?format=`. Raises `NotAcceptable` for one that is not known."""
    wanted = call.request.args.get("format", "json")
    if wanted not in FORMATS:
        fault = Fault("format", "unknown", "format is json or csv.")
        raise NotAcceptable("The answer cannot have this format.", [fault])
    return wanted


def read_answer(tx: Transaction, form: str, one: PrivacyRequest, result: Result | None, ids: DeliveryIds) -> Answer:
    """As JSON, or as a file. Raises `NotFound` for a file of what is not to be read."""
    return as_csv(one.id, result, ids) if form == "csv" else Answer(200, whole(tx, one, result, ids))


def whole(tx: Transaction, one: PrivacyRequest, result: Result | None, ids: DeliveryIds) -> WholeRequest:
    present = privacy_requests.get(tx, one.company_id, one.id) or one
    taken = privacy_requests.steps(tx, one.company_id, one.id)
    steps: list[StepTaken] = [{"step": step.step, "by": step.member_id, "at": moment(step.at)} for step in taken]
    return {**summary(present), "steps": steps, "result": None if result is None else _result(result, ids)}


def _result(result: Result, ids: DeliveryIds) -> ShownResult:
    match result:
        case FoundRecipient():
            return _found_recipient(result, ids)
        case FoundPerson():
            return account_holder_found(result)
        case ErasedRecipient():
            return {**_erased(result), "opt_out": OPT_OUT_STAYS if result.opted_out else None}
        case RectifiedRecipient():
            return {**_moved(result.moved), **_erased(result.erased, ERASED_AS_WRONG)}
        case ErasedPerson():
            return {
                "membership_removed": result.membership,
                "everywhere": result.everywhere,
                "waiting_for": list(result.waiting_for),
                "note": next((WAITS_FOR[one] for one in result.waiting_for if one in WAITS_FOR), None),
            }
        case Renamed():
            return {"renamed": True, "waiting_for": list(result.waiting_for)}


def _erased(one: ErasedRecipient, why: str = "") -> DeliveriesErased:
    notes = [why if one.erased else "", WAITING if one.waiting else ""]
    return {
        "erased": one.erased,
        "cancelled": one.cancelled,
        "waiting": one.waiting,
        "note": " ".join(filter(None, notes)) or None,
    }


def _moved(one: Moved) -> DeliveriesMoved:
    because = NEW_NUMBER_OPTED_OUT if one.opted_out else NEW_NUMBER_IN_SEND
    return {
        "rectified": one.rectified,
        "let_go": one.let_go,
        "let_go_because": because if one.let_go else None,
    }


def _found_recipient(found: FoundRecipient, ids: DeliveryIds) -> RecipientFound:
    encrypted = sum(one.encrypted for one in found.deliveries)
    return {
        "deliveries": [_delivery(one, ids) for one in found.deliveries],
        "opted_out_on": found.opted_out_on.isoformat() if found.opted_out_on else None,
        "note": ENCRYPTED.format(number=encrypted) if encrypted else None,
    }


def _delivery(one: HeldDelivery, ids: DeliveryIds) -> DeliveryHeld:
    state = phone_state(one.phone, one.encrypted)
    return {
        "delivery_id": ids.encode(one.send_id, one.position),
        "send_id": one.send_id,
        "state": one.state,
        "reason": one.reason,
        "uploaded_at": moment(one.uploaded_at),
        "sent_at": moment(one.sent_at),
        "delivered_at": moment(one.delivered_at),
        "phone_state": state,
        "phone": one.phone,
        "gift": one.gift,
        "gift_state": None if one.encrypted else gift_state(one.gift_state),
        "more_sms": one.more_sms if state == "clear" else None,
    }


def as_csv(name: str, result: Result | None, ids: DeliveryIds) -> Answer:
    """A line a delivery of a recipient, a line a fact of an account holder. Raises `NotFound` for what is neither."""
    if isinstance(result, FoundRecipient):
        day: dict[str, object] = {"opted_out_on": result.opted_out_on}
        rows = [_line(one, ids) | day for one in result.deliveries] or [day]
        return csv_answer(name, (*DeliveryHeld.__annotations__, *day), rows, TIMES)
    if isinstance(result, FoundPerson):
        facts = [{"field": field, "value": value} for field, value in _facts("", account_holder_found(result))]
        return csv_answer(name, ("field", "value"), facts)
    raise NotFound("There is nothing to read of this request.")


def _line(one: HeldDelivery, ids: DeliveryIds) -> dict[str, object]:
    return {**_delivery(one, ids), "phone": written(one.phone) if one.phone else None}


def _facts(place: str, value: object) -> Iterator[tuple[str, object]]:
    """The leaves of a JSON value, each with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _facts(f"{place}.{name}" if place else str(name), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _facts(f"{place}.{number}", inner)
    else:
        yield place, value
