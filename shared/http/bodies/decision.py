"""The bodies of what staff decide about a company, its senders and its link domains."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.http.bodies.common import Line, Strict, no_address

MOST_LIMIT = 10_000_000

Why = Annotated[Line, StringConstraints(min_length=1, max_length=400), AfterValidator(no_address)]
"""In the staff's words, which the company may read."""


class DecisionBody(Strict):
    """Why, in words that the company may read and that name no person."""

    reason: Why


class LiftBody(DecisionBody):
    """`daily_recipients`: the company's own limit, instead of everybody's."""

    daily_recipients: Annotated[int, Field(strict=True, ge=1, le=MOST_LIMIT)] | None = None

    @property
    def wanted(self) -> tuple[str, int | None]:
        return self.reason, self.daily_recipients
