"""`python -m tests.privacy.short_run <MariaDB template>`: five recipients, 31 days, and what the proof finds, by line.

The product's own use cases on a real MariaDB; suppliers are fakes, as what they hear is no evidence against us.
"""

import io
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.mariadb import Administration, MariaDb
from shared.database.connection import connect, make_pool
from shared.database.migrate import migrate
from shared.database.transactions import PooledDatabase
from shared.domain.phone_number import parse
from shared.domain.recipient_file import RecipientTable
from shared.ports import Message, WrappedKey
from shared.settings import DatabaseSettings
from shared.use_cases.privacy.encrypt_expired_deliveries import EncryptionIncomplete, encrypt_expired_deliveries
from tests.database.pipeline import Pipeline
from tests.factories import Factory, FakeKeys, fictional, request
from tests.privacy.proof import Canaries, in_clear, kept_for_the_sms, ties, without_deliveries

NAMES = ("Zyxhild", "Kvorgåsa", "Xylofina", "Ödbrygga", "Wombatine")
TEXT_WORDS = ("Blomsterglimt", "Kvastfening")
NUMBER = "the number"


@dataclass
class TalkativeKeys(FakeKeys):
    """A key service whose error says what nobody should have told it."""

    says: str = ""

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey:
        if self.says and key != "transit":
            raise RuntimeError(f"cannot wrap for {self.says}")
        return super().wrap(key, plaintext, context)


@dataclass
class Place:
    """A database with its dump, and the log of what was done on it."""

    pipeline: Pipeline
    keys: TalkativeKeys
    administration: Administration
    log: io.StringIO = field(default_factory=io.StringIO)

    def dump(self) -> str:
        return "\n".join(
            [self.administration.dump("upup"), self.administration.binary_logs(), self.log.getvalue(), self.outbox()]
        )

    def outbox(self) -> str:
        return "\n".join(message.body for message in self.pipeline.published)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.pipeline.rows(sql)


@contextmanager
def a_place(template: Path) -> Iterator[Place]:
    with (
        tempfile.TemporaryDirectory(prefix="upup-") as folder,
        MariaDb(Path(folder) / "db", template=template) as server,
    ):
        server.create_database("upup")
        settings = DatabaseSettings(
            database_name="upup",
            database_user=server.user,
            database_address=server.address,
            database_password=server.password,
        )
        with connect(settings) as connection:
            migrate(connection)
        published: list[Message] = []
        pool = make_pool(settings)
        database, keys = PooledDatabase(pool, published.extend), TalkativeKeys()
        pipeline = Pipeline(database, Factory(database), published, keys=keys)
        place = Place(pipeline, keys, Administration(server.access))
        handler = logging.StreamHandler(place.log)
        logging.getLogger().addHandler(handler)
        try:
            yield place
        finally:
            logging.getLogger().removeHandler(handler)
            pool.close()


def short_run(place: Place) -> list[str]:
    """What the proof finds, right after the hand-over and 31 days later. Raises where it could find nothing."""
    canaries = Canaries([parse(fictional(at)).e164 for at in range(len(NAMES))], [*NAMES, *TEXT_WORDS])
    pipeline = place.pipeline
    recipients = RecipientTable(("phone", "first_name"), [[fictional(at), name] for at, name in enumerate(NAMES)])
    message = f"{TEXT_WORDS[0]} {{{{first_name}}}}! {TEXT_WORDS[1]}: {{{{link}}}}"
    pipeline.make.send(pipeline.member, pipeline.transit, pipeline.clock, request(recipients, message=message))
    pipeline.run()
    found = after_the_hand_over(place, canaries)
    place.administration.rotate(pipeline.clock.now())
    pipeline.clock.advance(days=30)
    place.administration.purge(pipeline.clock.now())
    place.keys.says = canaries.numbers[0]
    for _ in range(2):
        with suppress(EncryptionIncomplete):
            encrypt_expired_deliveries(pipeline.database, place.keys, pipeline.clock)
        place.keys.says = ""
    pipeline.clock.time += timedelta(days=1)
    return found + [f"after 31 days {one}" for one in in_clear(place.dump(), canaries) + ties(place.rows)]


def after_the_hand_over(place: Place, canaries: Canaries) -> list[str]:
    """What should be gone already, while the numbers have their 30 days in one place."""
    heard = [sms.text for sms in place.pipeline.sender.sent]
    assert in_clear("\n".join(heard), Canaries((), canaries.names)) == [
        f"the name {name}" for name in sorted(canaries.names)
    ]
    dump = place.dump()
    in_their_place = [one for one in in_clear(dump, canaries) if one.startswith(NUMBER)]
    assert len(in_their_place) == len(canaries.numbers), "the search finds numbers where they are"
    assert len(ties(place.rows)) >= 4, "the search finds what ties a person to a gift"
    elsewhere = in_clear(without_deliveries(dump), canaries)
    names = in_clear(dump, Canaries((), canaries.names))
    return [f"after the hand-over {one}" for one in elsewhere + names + kept_for_the_sms(place.rows)]


if __name__ == "__main__":
    with a_place(Path(sys.argv[1])) as place:
        with redirect_stdout(place.log):  # the product's own lines are evidence as well
            found = short_run(place)
        sys.stdout.write("".join(f"{one}\n" for one in found))
