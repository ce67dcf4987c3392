"""The API's calls: which there are, and what each goes through: key, parameters, idempotency, expansion."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from flask import Flask, Response, current_app, request
from stripe.params import CustomerCreateParams, CustomerUpdateParams, RefundCreateParams
from stripe.params.billing_portal import SessionCreateParams as PortalCreateParams
from stripe.params.checkout import SessionCreateParams as CheckoutCreateParams

from sandbox.stand_ins.stripe import billing, catalogue, checkout, customers, disputes, events, portal, refunds
from sandbox.stand_ins.stripe.errors import ApiError, invalid
from sandbox.stand_ins.stripe.params import Params, names_taken_by, parse, refuse_others
from sandbox.stand_ins.stripe.store import Store, StripeObject, new_id

IDEMPOTENCY_SECONDS = 24 * 3600
PAGING = frozenset({"limit", "starting_after"})
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Call:
    """`do` gets the store, the parameters and, where the path has one, the id; `takes` names parameters."""

    method: str
    path: str
    takes: frozenset[str]
    do: Callable[..., StripeObject]


@dataclass(frozen=True)
class _Kept:
    """The answer to the first request with an Idempotency-Key."""

    request: tuple[str, Params]
    answer: str
    created: int


def _retrieve(path: str, kind: str) -> Call:
    return Call("GET", f"{path}/<object_id>", NOTHING, lambda store, _, object_id: store.get(kind, object_id))


CALLS = [
    Call("POST", "customers", names_taken_by(CustomerCreateParams), customers.create),
    Call("GET", "customers", PAGING | {"email"}, customers.list_customers),
    _retrieve("customers", "customer"),  # a deleted one too: `{"id", "object", "deleted": true}`
    Call("POST", "customers/<object_id>", names_taken_by(CustomerUpdateParams), customers.update),
    Call("DELETE", "customers/<object_id>", NOTHING, customers.delete),
    Call("GET", "prices", PAGING | {"active", "lookup_keys", "product"}, catalogue.list_prices),
    _retrieve("prices", "price"),
    Call("GET", "products", PAGING | {"active"}, catalogue.list_products),
    _retrieve("products", "product"),
    Call(
        "POST",
        "checkout/sessions",
        names_taken_by(CheckoutCreateParams),
        lambda store, params: checkout.create(store, params, _pages_url()),
    ),
    Call("GET", "checkout/sessions", PAGING | {"customer", "created"}, checkout.list_sessions),
    _retrieve("checkout/sessions", "checkout.session"),
    Call("GET", "checkout/sessions/<object_id>/line_items", PAGING, checkout.line_items),
    Call("POST", "checkout/sessions/<object_id>/expire", NOTHING, checkout.expire),
    _retrieve("subscriptions", "subscription"),
    Call("POST", "subscriptions/<object_id>", frozenset({"cancel_at_period_end", "metadata"}), billing.update),
    Call("DELETE", "subscriptions/<object_id>", NOTHING, billing.cancel),
    Call("GET", "invoices", PAGING | {"customer", "status", "created"}, billing.list_invoices),
    _retrieve("invoices", "invoice"),
    _retrieve("payment_intents", "payment_intent"),
    Call("POST", "refunds", names_taken_by(RefundCreateParams), refunds.create),
    Call("GET", "refunds", PAGING | {"payment_intent", "created"}, refunds.list_refunds),
    _retrieve("charges", "charge"),
    Call("GET", "disputes", PAGING | {"payment_intent", "created"}, disputes.list_disputes),
    _retrieve("disputes", "dispute"),
    _retrieve("refunds", "refund"),
    Call("GET", "events", PAGING | {"type", "types", "created"}, events.list_events),
    _retrieve("events", "event"),
    Call(
        "POST",
        "billing_portal/sessions",
        names_taken_by(PortalCreateParams),
        lambda store, params: portal.create(store, params, _pages_url()),
    ),
]


class Api:
    """Adds the calls to an app; every answer is JSON with a `Request-Id`."""

    def __init__(self, store: Store, api_key: str) -> None:
        self._store = store
        self._api_key = api_key
        self._kept: dict[str, _Kept] = {}

    def add_to(self, app: Flask) -> None:
        app.register_error_handler(ApiError, _refuse)
        for call in CALLS:
            app.add_url_rule(
                f"/v1/{call.path}",
                endpoint=f"{call.method} {call.path}",
                view_func=self._view(call),
                methods=[call.method],
            )
        app.add_url_rule("/v1/<path:path>", view_func=_unrecognised, methods=["GET", "POST", "DELETE"])

    def _view(self, call: Call) -> Callable[..., Response]:
        def view(**ids: str) -> Response:
            self._check_key()
            params = parse(list((request.form or request.args).items(multi=True)))
            refuse_others(params, call.takes)
            with self._store.lock:
                return self._answer_once(call, params, ids)

        return view

    def _answer_once(self, call: Call, params: Params, ids: dict[str, str]) -> Response:
        """Stripe's idempotency: the same key and request get the first answer again, for 24 hours."""
        key = request.headers.get("Idempotency-Key") if call.method == "POST" else None
        if key is None:
            return _answer(self._do(call, params, ids))
        asked = (request.path, params)
        kept = self._kept.get(key)
        if kept is None or self._store.now() - kept.created >= IDEMPOTENCY_SECONDS:
            kept = _Kept(asked, self._do(call, params, ids), self._store.now())
            self._kept[key] = kept
            return _answer(kept.answer)
        if kept.request != asked:
            raise ApiError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first "
                f"used with. Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        answer = _answer(kept.answer)
        answer.headers["Idempotent-Replayed"] = "true"
        return answer

    def _do(self, call: Call, params: Params, ids: dict[str, str]) -> str:
        given = {name: value for name, value in params.items() if name != "expand"}
        found = copy.deepcopy(call.do(self._store, given, **ids))
        for path in _list_of_texts(params.get("expand", [])):
            _expand(self._store, found, path.split("."))
        return json.dumps(found, indent=2)

    def _check_key(self) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise ApiError(401, "You did not provide an API key. You need to provide your API key …")
        if not compare_digest(key.encode(), self._api_key.encode()):
            raise ApiError(401, f"Invalid API Key provided: {key[:8]}****{key[-4:]}")


def _pages_url() -> str:
    return current_app.config["PAGES_URL"] or request.host_url


def _expand(store: Store, within: StripeObject, path: list[str]) -> None:
    """Put the object where its id stands, along a path as `subscription.latest_invoice`."""
    name, rest = path[0], path[1:]
    if name == "line_items" and within.get("object") == "checkout.session":
        within[name] = checkout.line_items(store, {}, within["id"])
    if name not in within:
        raise invalid(f"This property cannot be expanded ({name}).", "expand")
    if isinstance(within[name], str):
        if within[name] not in store.objects:
            raise invalid(f"This property cannot be expanded ({name}).", "expand")
        within[name] = copy.deepcopy(store.objects[within[name]])
    inner = within[name] if isinstance(within[name], list) else [within[name]]
    for item in inner:
        if rest and item is not None:
            _expand(store, item, rest)


def _list_of_texts(paths: object) -> list[str]:
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise invalid("Invalid array", "expand")
    return paths


def _answer(body: str, status: int = 200) -> Response:
    return Response(body, status, {"Request-Id": new_id("req_", 14)}, mimetype="application/json")


def _refuse(error: ApiError) -> Response:
    return _answer(json.dumps(error.answer, indent=2), error.status)


def _unrecognised(path: str) -> Response:
    raise ApiError(404, f"Unrecognized request URL ({request.method}: /v1/{path}).")
