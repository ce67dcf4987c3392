"""How a visitor's form is taken: counted, and answered the same whatever is known of the visitor."""

from collections.abc import Callable

from shared.http.answers.entry import Nothing
from shared.http.bodies.forms import Form
from shared.http.call import Answer, Call
from shared.http.rate_limit import MAILS_TO_AN_ADDRESS, Limit, Parts, count_mail


def taken(parts: Parts, call: Call, form: Form, act: Callable[[], None]) -> Answer:
    """202, also for a program that fills in what people do not see; then nothing happens. Raises `TooMany`."""
    count_mail(parts, Limit(f"form {call.request.path.rstrip('/')}", MAILS_TO_AN_ADDRESS), form.email, call)
    if not form.website:
        act()
    return Answer(202, Nothing())
