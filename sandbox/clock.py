"""The sandbox's clock: real time plus an offset that is kept in a file, which the product reads too."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class SandboxClock:
    """Real time plus the seconds in `offset_file` (a decimal number as text; no file means none)."""

    def __init__(self, offset_file: Path) -> None:
        self.offset_file = offset_file
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The sandbox's time, aware and in UTC."""
        return datetime.now(UTC) + self._offset()

    def advance(self, step: timedelta) -> None:
        """Moves the clock forward; raises ValueError for a negative step, as time never goes back."""
        if step < timedelta(0):
            raise ValueError("the clock only moves forward")
        with self._lock:
            self._write(self._offset() + step)

    def set_to_ten_in_stockholm(self) -> None:
        """Makes it 10:00 in Stockholm today: within the hours when SMS may be sent, whenever one starts."""
        now = datetime.now(UTC)
        ten = now.astimezone(STOCKHOLM).replace(hour=10, minute=0, second=0, microsecond=0)
        self._write(ten.astimezone(UTC) - now)

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(self.offset_file.read_text("ascii")))
        except FileNotFoundError:
            return timedelta(0)

    def _write(self, offset: timedelta) -> None:
        # Readers in other processes see the old offset or the new one, never half of it.
        draft = self.offset_file.with_suffix(".new")
        draft.write_text(f"{offset.total_seconds():.6f}\n", "ascii")
        draft.replace(self.offset_file)
