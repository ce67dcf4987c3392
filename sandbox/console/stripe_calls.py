"""The console's calls about Stripe: a customer pays or uses the portal, a bank or a person takes money back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from sandbox.console.calls import CallError, amount, body, texts
from sandbox.console.world import World
from sandbox.stand_ins.stripe import NotPayable, UnknownSession
from sandbox.stand_ins.stripe.errors import ApiError


def add_to(app: Flask, world: World) -> None:
    @app.post("/api/stripe/complete")
    def complete() -> ResponseReturnValue:
        (url,) = texts("checkout_url")
        try:
            session_id = world.stripe.complete(url)
        except UnknownSession as error:
            raise CallError(404, "no Checkout has this address", "checkout_unknown") from error
        except NotPayable as error:
            message = f"the Checkout cannot be paid: it is {error.status}"
            raise CallError(409, message, f"checkout_{error.status}") from error
        world.settle(world.stripe)
        return jsonify(id=session_id)

    @app.post("/api/stripe/portal")
    def portal() -> ResponseReturnValue:
        url, action = texts("url", "action")
        with _stripes_word():
            world.stripe.use_portal(url, action, str(body().get("plan", "")))
        world.settle(world.stripe)
        return jsonify({})

    @app.post("/api/stripe/refund")
    def refund() -> ResponseReturnValue:
        (payment,) = texts("payment")
        with _stripes_word():
            refund_id = world.stripe.refund(payment, amount() or 0)
        world.settle(world.stripe)
        return jsonify(id=refund_id)

    @app.post("/api/stripe/dispute")
    def dispute() -> ResponseReturnValue:
        (payment,) = texts("payment")
        with _stripes_word():
            dispute_id = world.stripe.dispute(payment, amount())
        world.settle(world.stripe)
        return jsonify(id=dispute_id)

    @app.post("/api/stripe/dispute/close")
    def close_dispute() -> ResponseReturnValue:
        dispute_id, outcome = texts("dispute", "outcome")
        if outcome not in ("won", "lost"):
            raise CallError(400, "outcome is won or lost")
        with _stripes_word():
            world.stripe.close_dispute(dispute_id, won=outcome == "won")
        world.settle(world.stripe)
        return jsonify({})


@contextmanager
def _stripes_word() -> Iterator[None]:
    """What Stripe refuses, the console refuses."""
    try:
        yield
    except ApiError as error:
        raise CallError(error.status, str(error), "stripe_refused") from error
