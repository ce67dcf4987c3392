"""A small stateful Stripe on one machine, for the real `stripe` client."""

from sandbox.stand_ins.stripe.checkout import NotPayable, UnknownSession
from sandbox.stand_ins.stripe.stand_in import Stripe

__all__ = ["NotPayable", "Stripe", "UnknownSession"]
