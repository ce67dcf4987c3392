"""The bodies of what staff write into the breach register and the access register."""

import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from shared.database.queries.access_grants import Grant
from shared.database.queries.breaches import Breach, Entry
from shared.domain import ids
from shared.domain.access import Environment, Organisation, What
from shared.domain.breach import BreachState
from shared.http.bodies.common import NOT_IN_A_LINE, Email, Id, Line, Strict
from shared.http.call import Call

MOST_COMPANIES = 10_000


def _plain(text: str) -> str:
    if any(unicodedata.category(one) in NOT_IN_A_LINE for one in text if one not in "\n\r\t\u200d"):
        raise ValueError("Use plain text.")
    return text


def _utc(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 9999:  # at either end of the calendar there is no such moment in UTC
        raise ValueError("This is no moment at which UpUp could have had data.")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=4_000), AfterValidator(_plain)]


class BreachBody(Strict):
    happened_at: Moment
    found_at: Moment
    what: Prose
    consequences: Prose
    measures: Prose
    companies: Annotated[list[Id], Field(min_length=1, max_length=MOST_COMPANIES)] | Literal["all"]

    @property
    def company_ids(self) -> list[str]:
        return [] if self.companies == "all" else list(self.companies)

    def breach(self, staff: str, now: datetime) -> Breach:
        """Without an id yet."""
        happened, found = self.happened_at, self.found_at
        return Breach("", happened, found, self.what, self.consequences, self.companies == "all", staff, now)


class BreachChangeBody(Strict):
    """What was done since, or another state, or both."""

    measures: Prose | None = None
    state: BreachState | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.measures is None and self.state is None:
            raise ValueError("Say which measures were taken, or which state it is in.")
        return self

    def entry(self, call: Call) -> Entry:
        return Entry(call.path["breach_id"], call.now, call.staff, self.state, self.measures)


class TellBody(Strict):
    """The public text: it is mailed to the owners as it is."""

    message: Prose

    def entry(self, call: Call) -> Entry:
        return Entry(call.path["breach_id"], call.now, call.staff, message=self.message)


class AccessBody(Strict):
    name: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    email: Email
    organisation: Organisation
    environment: Environment
    what: What
    role: Annotated[Line, StringConstraints(min_length=1, max_length=80)]
    since: date
    until: date | None = None

    def grant(self, staff: str, now: datetime) -> Grant:
        return Grant(
            ids.new_id("grt"),
            self.name,
            self.email,
            self.organisation,
            self.environment,
            self.what,
            self.role,
            self.since,
            self.until,
            staff,
            now,
        )
