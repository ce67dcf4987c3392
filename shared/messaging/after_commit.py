"""What a transaction has put in the outbox is published when it is committed, and leaves it when Pub/Sub has it."""

import threading
from collections.abc import Callable, Sequence

from shared.ports import Message, Publisher

MOST_WAITING = 100
"""Messages that are taken and still in the outbox; many more of them would wait for the relay to publish them again."""


class AfterCommit:
    """Of those who publish at the same time the last one takes the messages of all from the outbox, in one statement.

    What it cannot take away is published again by the relay.
    """

    def __init__(self, publisher: Publisher, remove: Callable[[list[int]], None]) -> None:
        self._publisher = publisher
        self._remove = remove
        self._lock = threading.Lock()
        self._publishing = 0
        self._taken: list[int] = []

    def publish(self, messages: Sequence[Message]) -> None:
        with self._lock:
            self._publishing += 1
        taken: list[int] = []
        try:
            taken = self._publisher.publish(messages)
        finally:
            if to_remove := self._leave(taken):
                self._remove(to_remove)

    def _leave(self, taken: list[int]) -> list[int]:
        """What is to be removed now: nothing while another is there to do it."""
        with self._lock:
            self._publishing -= 1
            self._taken += taken
            if self._publishing and len(self._taken) < MOST_WAITING:
                return []
            to_remove, self._taken = self._taken, []
            return to_remove
