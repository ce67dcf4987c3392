"""What the calls about persons' requests answer, as JSON and CSV. Nothing of it is kept."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from shared.database.queries import privacy_requests
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.database.transactions import Transaction
from shared.domain.errors import NotFound
from shared.domain.persons_data import (
    ErasedPerson,
    ErasedRecipient,
    FoundPerson,
    FoundRecipient,
    HeldDelivery,
    HeldMembership,
    RectifiedRecipient,
    Renamed,
    Result,
)
from shared.http.call import Answer, Call
from shared.http.paging import list_body, read_page
from shared.http.views import gift_state, moment, phone_state
from shared.privacy.delivery_id import DeliveryIds

ENCRYPTED = (
    "Number and gift of {number} deliveries are encrypted. Two of UpUp's staff can read them together, for a stated"
    " reason: write to UpUp with the ids of the sends."
)
OPT_OUT_STAYS = (
    "The opt-out, a keyed fingerprint and a day, stays so that the person is not sent to again. Erase once more with"
    ' "forget_opt_out": true to forget it too.'
)
WAITING = "An SMS to the person is with the operator at this moment. UpUp goes on by itself within the hour."
COLUMNS = (
    "delivery_id",
    "send_id",
    "state",
    "reason",
    "uploaded_at",
    "sent_at",
    "delivered_at",
    "phone_state",
    "phone",
    "gift",
    "gift_state",
)
FORMULAS = ("=", "@", "-", "\t", "\r")


def request_list(tx: Transaction, company_id: str, call: Call) -> dict[str, object]:
    page = read_page(call.request, datetime.fromisoformat, str)
    before = (datetime.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    found = privacy_requests.page(tx, company_id, before, page.limit)
    last = (found[-1].received_at.isoformat(), found[-1].id) if found else ()
    return list_body([summary(one) for one in found], page.limit, *last)


def get_request(tx: Transaction, company_id: str, request_id: str) -> PrivacyRequest:
    """Raises `NotFound`, also for another company's."""
    found = privacy_requests.get(tx, company_id, request_id)
    if found is None:
        raise NotFound("There is no such request.")
    return found


def summary(one: PrivacyRequest) -> dict[str, object]:
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


def read_answer(tx: Transaction, call: Call, one: PrivacyRequest, result: Result | None, ids: DeliveryIds) -> Answer:
    """As JSON, or with ?format=csv as a file. Raises `NotFound` for a file of what is not to be read."""
    if call.request.args.get("format") != "csv":
        return Answer(200, whole(tx, one, result, ids))
    headers = (
        ("Content-Type", "text/csv; charset=utf-8"),
        ("Content-Disposition", f'attachment; filename="{one.id}.csv"'),
    )
    return Answer(200, file=iter([as_csv(result, ids).encode()]), headers=headers)


def whole(tx: Transaction, one: PrivacyRequest, result: Result | None, ids: DeliveryIds) -> dict[str, object]:
    """With its steps, as it is by now, and what was found or done just now."""
    present = privacy_requests.get(tx, one.company_id, one.id) or one
    taken = privacy_requests.steps(tx, one.company_id, one.id)
    steps = [{"step": step.step, "by": step.member_id, "at": moment(step.at)} for step in taken]
    return summary(present) | {"steps": steps, "result": None if result is None else _result(result, one, ids)}


def _result(result: Result, request: PrivacyRequest, ids: DeliveryIds) -> dict[str, object]:
    match result:
        case FoundRecipient():
            return _found_recipient(result, ids)
        case FoundPerson():
            return _found_person(result)
        case ErasedRecipient():
            return _erased(result) | {"opt_out": None if request.opt_out_too else OPT_OUT_STAYS}
        case RectifiedRecipient():
            return {"rectified": result.moved.rectified, "let_go": result.moved.let_go, **_erased(result.erased)}
        case ErasedPerson():
            return {
                "membership_removed": result.membership,
                "everywhere": result.everywhere,
                "waiting_for": list(result.waiting_for),
            }
        case Renamed():
            return {"renamed": True, "waiting_for": list(result.waiting_for)}


def _erased(one: ErasedRecipient) -> dict[str, object]:
    return {**asdict(one), "note": WAITING if one.waiting else None}


def _found_recipient(found: FoundRecipient, ids: DeliveryIds) -> dict[str, object]:
    encrypted = sum(one.encrypted for one in found.deliveries)
    return {
        "deliveries": [_delivery(one, ids) for one in found.deliveries],
        "opted_out_on": found.opted_out_on.isoformat() if found.opted_out_on else None,
        "note": ENCRYPTED.format(number=encrypted) if encrypted else None,
    }


def _delivery(one: HeldDelivery, ids: DeliveryIds) -> dict[str, object]:
    state = phone_state(one.phone, one.encrypted)
    values = (
        ids.encode(one.send_id, one.position),
        one.send_id,
        one.state,
        one.reason,
        moment(one.uploaded_at),
        moment(one.sent_at),
        moment(one.delivered_at),
        state,
        one.phone,
        one.gift,
        None if one.encrypted else gift_state(one.gift_state),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _found_person(found: FoundPerson) -> dict[str, object]:
    there = found.suppliers or {}
    return {
        "person": {"email": found.email, "first_name": found.first_name, "last_name": found.last_name},
        "memberships": [_membership(one) for one in found.memberships],
        "suppliers": {
            name: {"values": dict(held.values), "subscribed": held.subscribed} if held else None
            for name, held in there.items()
        },
        "note": None if found.suppliers else "The person is in other companies too: only what is of yours is shown.",
    }


def _membership(one: HeldMembership) -> dict[str, object]:
    return {
        "account_id": one.company_id,
        "company_name": one.company_name,
        "role": one.role,
        "since": moment(one.since),
        "attested_sends": [{"send_id": send_id, "at": moment(at)} for send_id, at in one.attested],
        "logins": [moment(at) for at in one.logins],
    }


def as_csv(result: Result | None, ids: DeliveryIds) -> str:
    """A line a delivery of a recipient, a line a fact of an account holder. Raises `NotFound` for what is neither."""
    text = io.StringIO()
    writer = csv.writer(text)
    if isinstance(result, FoundRecipient):
        writer.writerow((*COLUMNS, "opted_out_on"))
        day = result.opted_out_on.isoformat() if result.opted_out_on else None
        writer.writerows(_cells((*_delivery(one, ids).values(), day)) for one in result.deliveries)
        if not result.deliveries:
            writer.writerow(_cells((*(None for _ in COLUMNS), day)))
    elif isinstance(result, FoundPerson):
        writer.writerow(("field", "value"))
        writer.writerows(_cells(fact) for fact in _facts("", _found_person(result)))
    else:
        raise NotFound("There is nothing to read of this request.")
    return text.getvalue()


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


def _cells(values: tuple[object, ...]) -> list[str]:
    """Text that a spreadsheet would take for a formula is marked as text; a number's plus is left as it is."""
    texts = ["" if value is None else str(value) for value in values]
    return [f"'{text}" if text.startswith(FORMULAS) else text for text in texts]
