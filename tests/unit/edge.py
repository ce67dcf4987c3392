"""What reaches an entry point at the edge: Pub/Sub's event, and parts with which nobody is logged in."""

from dataclasses import dataclass, field
from typing import Any

from shared.database.transactions import Database
from shared.http.staff import StaffDoor
from shared.privacy.tokens import TokenHasher
from shared.settings import CoreSettings
from tests.factories import FakeClock


@dataclass
class Event:
    data: Any


class NoDatabase:
    def transaction(self) -> object:
        raise AssertionError("nobody is logged in, so nothing is read")


@dataclass
class Parts:
    core: CoreSettings = field(
        default_factory=lambda: CoreSettings(
            environment="development", public_url="http://127.0.0.1:1", token_key=bytes(32)
        )
    )
    database: Database = field(default_factory=NoDatabase)
    tokens: TokenHasher = field(default_factory=lambda: TokenHasher(bytes(32)))
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def staff_door(self) -> StaffDoor:
        raise AssertionError("no route of these is the staff's")
