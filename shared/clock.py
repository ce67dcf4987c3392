"""The time that the whole product goes by."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

STEP_SECONDS = 30


def totp_step() -> int:
    """The half minute that a person's authenticator app is in: by real time, wherever the product's clock stands."""
    return int(datetime.now(UTC).timestamp()) // STEP_SECONDS


class SystemClock:
    """The machine's time in UTC, ahead by the seconds in a file where development names one."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        moment = datetime.now(UTC)
        if self._offset_file is not None:
            moment += timedelta(seconds=float(self._offset_file.read_text("ascii")))
        return moment
