"""The versions of what a company agrees to and attests. A new text is a new version."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from shared.domain.errors import Fault, Forbidden, NotAcceptable

CONSENT_TEXT_VERSION = "2026-11"
"""What a sender attests before each send: that its recipients have consented."""

ACCEPT_WITHIN = timedelta(days=30)
"""How long after a new agreement took effect a company may send by the one that it accepted before."""


class Dpa(Struct, frozen=True):
    """A version of the data processing agreement between a company and UpUp."""

    version: str
    takes_effect: date

    @property
    def accept_by(self) -> date:
        return self.takes_effect + ACCEPT_WITHIN


Dpas = Sequence[Dpa]

DPAS: Dpas = (Dpa("2026-11", date(2026, 11, 1)),)
"""All there have been, the oldest first; one may be listed before it takes effect."""


def current_dpa(today: date, dpas: Dpas = DPAS) -> Dpa:
    """The newest that has taken effect, or the first."""
    return [dpas[0], *(one for one in dpas[1:] if one.takes_effect <= today)][-1]


def check_acceptable(version: str, today: date, field: str, dpas: Dpas = DPAS) -> None:
    """Raises `NotAcceptable` for another version than the current one or one that follows it."""
    current = current_dpa(today, dpas)
    if version not in [one.version for one in dpas[dpas.index(current) :]]:
        fault = Fault(field, "outdated", f"Accept the agreement of version {current.version}.")
        raise NotAcceptable("The agreement needs to be accepted as it is now.", [fault])


def must_accept(accepted: str, today: date, dpas: Dpas = DPAS) -> Dpa | None:
    """The current agreement, where the company has not accepted it or a later one."""
    current = current_dpa(today, dpas)
    return None if accepted in [one.version for one in dpas[dpas.index(current) :]] else current


def check_accepted(accepted: str, today: date, dpas: Dpas = DPAS) -> None:
    """Raises `Forbidden` where the time to accept the current agreement is over."""
    missing = must_accept(accepted, today, dpas)
    if missing and today > missing.accept_by:
        raise Forbidden(
            f"The data processing agreement of version {missing.version} had to be accepted by {missing.accept_by}."
            " An owner of the account accepts it with POST /v1/account/dpa; then sending works again."
        )
