"""How much a company may send in a day: it protects its money and its customers from a mistake or a thief."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.domain.errors import TooMany

DAY = timedelta(hours=24)


class Limits(Struct, frozen=True):
    """Recipients within 24 hours, of any company and of one that is new."""

    daily: int
    new_account_daily: int
    new_account_days: int

    def of(self, own_daily: int | None, lifted: bool) -> "Limits":
        """Of one company: its own daily limit where it has one, and no less for being new once staff lifted that."""
        limits = replace(self, daily=self.daily if own_daily is None else own_daily)
        return replace(limits, new_account_daily=limits.daily) if lifted else limits

    def most(self, account_created: datetime, now: datetime) -> int:
        """Recipients of the last 24 hours, by how old the account is."""
        return min(self.daily, self.new_account_daily) if self._is_new(account_created, now) else self.daily

    def check(self, recipients: int, account_created: datetime, now: datetime) -> None:
        """`recipients`: of the last 24 hours, the send in question among them. Raises `TooMany`."""
        most, is_new = self.most(account_created, now), self._is_new(account_created, now)
        if recipients > most:
            why = f"a day in the first {self.new_account_days} days of an account" if is_new else "within 24 hours"
            raise TooMany(
                f"At most {most:,} recipients are sent to {why}. Send to fewer, or write to us to have it raised.",
                int(DAY.total_seconds()),
            )

    def _is_new(self, account_created: datetime, now: datetime) -> bool:
        return now - account_created < timedelta(days=self.new_account_days)
