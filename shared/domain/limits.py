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

    def check(self, recipients: int, account_created: datetime, now: datetime) -> None:
        """`recipients`: of the last 24 hours, the send in question among them. Raises `TooMany`."""
        is_new = now - account_created < timedelta(days=self.new_account_days)
        most = min(self.daily, self.new_account_daily) if is_new else self.daily
        if recipients > most:
            why = f"a day in the first {self.new_account_days} days of an account" if is_new else "within 24 hours"
            raise TooMany(
                f"At most {most:,} recipients are sent to {why}. Send to fewer, or write to us to have it raised.",
                int(DAY.total_seconds()),
            )
