"""The console's calls. Errors are `{"error": "…"}` with 400, 404, 409, 502 or 503."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pymysql
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.console.world import World, runs_as_json
from sandbox.stand_ins.clearon import NotRedeemable, UnknownCode
from sandbox.stand_ins.faults import Fault, InvalidFault
from sandbox.stand_ins.iap import HEADER
from sandbox.stand_ins.lekab import NotANumber
from sandbox.stand_ins.scheduler import UnknownFunction
from sandbox.stand_ins.stripe import NotPayable, UnknownSession
from sandbox.stand_ins.stripe.errors import ApiError

_PAGE = Path(__file__).parent / "page"
_FARTHEST = timedelta(days=3_660)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class CallError(Exception):
    """The call is answered with this status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def create_app(world: World) -> Flask:
    app = Flask(__name__, static_folder=str(_PAGE), static_url_path="")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.add_url_rule("/", view_func=lambda: app.send_static_file("index.html"))
    _add_errors(app)
    _add_inboxes(app, world)
    _add_actions(app, world)
    _add_time(app, world)
    _add_faults(app, world)
    _add_evidence(app, world)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _add_errors(app: Flask) -> None:
    @app.errorhandler(CallError)
    def refuse(error: CallError) -> ResponseReturnValue:
        return jsonify(error=str(error)), error.status

    @app.errorhandler(404)
    def no_such_call(_error: Exception) -> ResponseReturnValue:
        return jsonify(error="there is no such page or call"), 404


def _add_inboxes(app: Flask, world: World) -> None:
    @app.get("/api/sms")
    def sms() -> ResponseReturnValue:
        to = request.args.get("to")
        return jsonify(items=world.lekab.messages(_international(to) if to else None, _limit()))

    @app.get("/api/mail")
    def mail() -> ResponseReturnValue:
        return jsonify(items=world.mandrill.mails(request.args.get("to") or None)[: _limit()])

    @app.get("/api/mailchimp/members")
    def members() -> ResponseReturnValue:
        return jsonify(items=world.mailchimp.members())

    @app.get("/api/hubspot/contacts")
    def contacts() -> ResponseReturnValue:
        return jsonify(items=world.hubspot.contacts())


def _add_actions(app: Flask, world: World) -> None:
    @app.post("/api/mailchimp/unsubscribe")
    def unsubscribe() -> ResponseReturnValue:
        """The link in a newsletter."""
        (email,) = _texts("email")
        if not world.mailchimp.unsubscribe(email):
            raise CallError(404, "the audience has no such member")
        return jsonify(unsubscribed=True)

    @app.post("/api/mailchimp/sign-up")
    def sign_up() -> ResponseReturnValue:
        """Mailchimp's own form, or the link in the e-mail with which it asks."""
        (email,) = _texts("email")
        world.mailchimp.sign_up(email)
        return jsonify(subscribed=True)

    @app.post("/api/sms/reply")
    def reply() -> ResponseReturnValue:
        to, from_, message = _texts("to", "from", "message")
        try:
            message_id = world.lekab.reply(to=to, from_=_international(from_), message=message)
        except NotANumber as error:
            raise CallError(409, f"{error} is a name or no number: an SMS from it cannot be answered") from error
        world.settle(world.lekab)
        return jsonify(id=message_id)

    @app.post("/api/till/redeem")
    def redeem() -> ResponseReturnValue:
        (code,) = _texts("code")
        try:
            coupon = world.clearon.redeem(code)
        except UnknownCode as error:
            raise CallError(404, "no coupon has this code") from error
        except NotRedeemable as error:
            raise CallError(409, f"the coupon cannot be used: it is {error.reason}") from error
        world.settle(world.clearon)
        return jsonify(coupon)

    @app.post("/api/stripe/complete")
    def complete() -> ResponseReturnValue:
        (url,) = _texts("checkout_url")
        try:
            session_id = world.stripe.complete(url)
        except UnknownSession as error:
            raise CallError(404, "no Checkout has this address") from error
        except NotPayable as error:
            raise CallError(409, f"the Checkout cannot be paid: it is {error.status}") from error
        world.settle(world.stripe)
        return jsonify(id=session_id)

    @app.post("/api/stripe/portal")
    def portal() -> ResponseReturnValue:
        url, action = _texts("url", "action")
        with _stripes_word():
            world.stripe.use_portal(url, action, str(_body().get("plan", "")))
        world.settle(world.stripe)
        return jsonify({})

    @app.post("/api/stripe/refund")
    def refund() -> ResponseReturnValue:
        (payment,) = _texts("payment")
        with _stripes_word():
            refund_id = world.stripe.refund(payment, _amount() or 0)
        world.settle(world.stripe)
        return jsonify(id=refund_id)

    @app.post("/api/stripe/dispute")
    def dispute() -> ResponseReturnValue:
        (payment,) = _texts("payment")
        with _stripes_word():
            dispute_id = world.stripe.dispute(payment, _amount())
        world.settle(world.stripe)
        return jsonify(id=dispute_id)

    @app.post("/api/stripe/dispute/close")
    def close_dispute() -> ResponseReturnValue:
        dispute_id, outcome = _texts("dispute", "outcome")
        if outcome not in ("won", "lost"):
            raise CallError(400, "outcome is won or lost")
        with _stripes_word():
            world.stripe.close_dispute(dispute_id, won=outcome == "won")
        world.settle(world.stripe)
        return jsonify({})

    @app.post("/api/staff/token")
    def staff_token() -> ResponseReturnValue:
        (email,) = _texts("email")
        return jsonify(header=HEADER, value=world.iap.token(email.strip()))


def _add_time(app: Flask, world: World) -> None:
    @app.get("/api/clock")
    def clock() -> ResponseReturnValue:
        return jsonify(now=_rfc3339(world.clock.now()))

    @app.post("/api/clock/advance")
    def advance() -> ResponseReturnValue:
        runs = world.scheduler.advance(_delta())
        world.settle(world.stripe)
        return jsonify(now=_rfc3339(world.clock.now()), runs=runs_as_json(runs))

    @app.post("/api/schedule/run")
    def run() -> ResponseReturnValue:
        (function,) = _texts("function")
        try:
            status = world.scheduler.run(function)
        except UnknownFunction as error:
            raise CallError(404, f"no scheduled function is called {function}") from error
        if status >= 300:
            raise CallError(502, f"{function} answered {status}")
        return jsonify(function=function, status=status)


def _add_faults(app: Flask, world: World) -> None:
    @app.post("/api/faults")
    def make() -> ResponseReturnValue:
        try:
            fault = Fault.from_json(_body())
        except InvalidFault as error:
            raise CallError(400, str(error)) from error
        return jsonify(world.faults.add(fault)), 201

    @app.get("/api/faults")
    def active() -> ResponseReturnValue:
        return jsonify(items=world.faults.listed())

    @app.delete("/api/faults")
    def end_all() -> ResponseReturnValue:
        return jsonify(deleted=world.faults.remove())

    @app.delete("/api/faults/<fault_id>")
    def end_one(fault_id: str) -> ResponseReturnValue:
        deleted = world.faults.remove(fault_id)
        if not deleted:
            raise CallError(404, f"no active fault is called {fault_id}")
        return jsonify(deleted=deleted)


def _add_evidence(app: Flask, world: World) -> None:
    @app.get("/api/stats")
    def stats() -> ResponseReturnValue:
        return jsonify(world.stats())

    @app.get("/api/dump")
    def dump() -> ResponseReturnValue:
        try:
            return Response(world.dump(), mimetype="text/plain")
        except (pymysql.Error, subprocess.CalledProcessError) as error:
            raise CallError(503, "the database is down: nothing can be dumped") from error


@contextmanager
def _stripes_word() -> Iterator[None]:
    """What Stripe refuses, the console refuses."""
    try:
        yield
    except ApiError as error:
        raise CallError(error.status, str(error)) from error


def _amount() -> int | None:
    amount = _body().get("amount_ore")
    if amount is not None and not (isinstance(amount, int) and amount > 0):
        raise CallError(400, "amount_ore must be a whole number above 0")
    return amount


def _body() -> dict[str, object]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise CallError(400, "the body must be a JSON object")
    return body


def _texts(*names: str) -> list[str]:
    """The body's values of these names, all of them texts that are not blank."""
    values = [_body().get(name) for name in names]
    texts = [value for value in values if isinstance(value, str) and value.strip()]
    if len(texts) != len(names):
        raise CallError(400, f"the body must have the texts {', '.join(names)}")
    return texts


def _delta() -> timedelta:
    amounts = [_body().get(name, 0) for name in ("days", "hours")]
    days, hours = (amount if isinstance(amount, int | float) else -1 for amount in amounts)
    if days < 0 or hours < 0 or not days + hours:
        raise CallError(400, "days and hours must be numbers, not negative, and one of them above 0")
    if days * 24 + hours > _FARTHEST / timedelta(hours=1):
        raise CallError(400, f"the clock moves at most {_FARTHEST.days} days at a time")
    return timedelta(days=days, hours=hours)


def _limit() -> int | None:
    text = request.args.get("limit", "")
    if text and not text.isdecimal():
        raise CallError(400, "limit must be a whole number")
    return int(text) if text else None


def _international(number: str) -> str:
    """A number as a person may write it, as +46…; a `+` that a query string made a space comes back."""
    digits = re.sub(r"[^0-9]", "", number)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+46{digits[1:]}" if digits.startswith("0") else f"+{digits}"


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
