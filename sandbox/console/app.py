"""The console's calls. Errors are `{"error": "…", "code": "…"}` with 400, 404, 409, 502 or 503."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pymysql
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.console import live, page_files, stripe_calls
from sandbox.console.calls import CallError, body, international, limit, rfc3339, texts
from sandbox.console.world import World, runs_as_json
from sandbox.stand_ins.clearon import NotRedeemable, UnknownCode
from sandbox.stand_ins.faults import Fault, InvalidFault
from sandbox.stand_ins.iap import HEADER
from sandbox.stand_ins.lekab import NotANumber
from sandbox.stand_ins.scheduler import UnknownFunction

_FARTHEST = timedelta(days=3_660)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def create_app(world: World) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    page_files.add_to(app)
    live.add_to(app, world)
    stripe_calls.add_to(app, world)
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
        return jsonify(error=str(error), code=error.code), error.status

    @app.errorhandler(404)
    def no_such_call(_error: Exception) -> ResponseReturnValue:
        return jsonify(error="there is no such page or call", code="not_found"), 404


def _add_inboxes(app: Flask, world: World) -> None:
    @app.get("/api/sms")
    def sms() -> ResponseReturnValue:
        to = request.args.get("to")
        return jsonify(items=world.lekab.messages(international(to) if to else None, limit()))

    @app.get("/api/mail")
    def mail() -> ResponseReturnValue:
        return jsonify(items=world.mandrill.mails(request.args.get("to") or None)[: limit()])

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
        (email,) = texts("email")
        if not world.mailchimp.unsubscribe(email):
            raise CallError(404, "the audience has no such member", "member_unknown")
        return jsonify(unsubscribed=True)

    @app.post("/api/mailchimp/sign-up")
    def sign_up() -> ResponseReturnValue:
        """Mailchimp's own form, or the link in the e-mail with which it asks."""
        (email,) = texts("email")
        world.mailchimp.sign_up(email)
        return jsonify(subscribed=True)

    @app.post("/api/sms/reply")
    def reply() -> ResponseReturnValue:
        to, from_, message = texts("to", "from", "message")
        try:
            message_id = world.lekab.reply(to=to, from_=international(from_), message=message)
        except NotANumber as error:
            message = f"{error} is a name or no number: an SMS from it cannot be answered"
            raise CallError(409, message, "sms_from_name") from error
        world.settle(world.lekab)
        return jsonify(id=message_id)

    @app.post("/api/till/redeem")
    def redeem() -> ResponseReturnValue:
        (code,) = texts("code")
        try:
            coupon = world.clearon.redeem(code)
        except UnknownCode as error:
            raise CallError(404, "no coupon has this code", "coupon_unknown") from error
        except NotRedeemable as error:
            message = f"the coupon cannot be used: it is {error.reason}"
            raise CallError(409, message, f"coupon_{error.reason}") from error
        world.settle(world.clearon)
        return jsonify(coupon)

    @app.post("/api/staff/token")
    def staff_token() -> ResponseReturnValue:
        (email,) = texts("email")
        return jsonify(header=HEADER, value=world.iap.token(email.strip()))


def _add_time(app: Flask, world: World) -> None:
    @app.get("/api/clock")
    def clock() -> ResponseReturnValue:
        return jsonify(now=rfc3339(world.clock.now()))

    @app.post("/api/clock/advance")
    def advance() -> ResponseReturnValue:
        runs = world.scheduler.advance(_delta())
        world.settle(world.stripe)
        return jsonify(now=rfc3339(world.clock.now()), runs=runs_as_json(runs))

    @app.post("/api/schedule/run")
    def run() -> ResponseReturnValue:
        (function,) = texts("function")
        try:
            status = world.scheduler.run(function)
        except UnknownFunction as error:
            raise CallError(404, f"no scheduled function is called {function}", "job_unknown") from error
        if status >= 300:
            raise CallError(502, f"{function} answered {status}", "job_failed")
        return jsonify(function=function, status=status)


def _add_faults(app: Flask, world: World) -> None:
    @app.post("/api/faults")
    def make() -> ResponseReturnValue:
        try:
            fault = Fault.from_json(body())
        except InvalidFault as error:
            raise CallError(400, str(error), "fault_invalid") from error
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
            raise CallError(404, f"no active fault is called {fault_id}", "fault_unknown")
        return jsonify(deleted=deleted)


def _add_evidence(app: Flask, world: World) -> None:
    @app.get("/api/stats")
    def stats() -> ResponseReturnValue:
        return jsonify(world.stats())

    @app.get("/api/traces/<trace_id>")
    def trace(trace_id: str) -> ResponseReturnValue:
        return jsonify(world.trace(trace_id))

    @app.get("/api/dump")
    def dump() -> ResponseReturnValue:
        try:
            return Response(world.dump(), mimetype="text/plain")
        except (pymysql.Error, subprocess.CalledProcessError) as error:
            raise CallError(503, "the database is down: nothing can be dumped", "database_down") from error


def _delta() -> timedelta:
    amounts = [body().get(name, 0) for name in ("days", "hours")]
    days, hours = (amount if isinstance(amount, int | float) else -1 for amount in amounts)
    if days < 0 or hours < 0 or not days + hours:
        raise CallError(400, "days and hours must be numbers, not negative, and one of them above 0")
    if days * 24 + hours > _FARTHEST / timedelta(hours=1):
        raise CallError(400, f"the clock moves at most {_FARTHEST.days} days at a time")
    return timedelta(days=days, hours=hours)
