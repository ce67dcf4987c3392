"""`python -m shared.replay_erasures`: after a restore, with the settings of a function. Prints figures only."""

import json
import sys

from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.use_cases.privacy import replay_erasures as use_case


def main() -> int:
    """1 where an SMS is in its call just now: then it is to be started once more."""
    app = start(
        settings.DatabaseSettings,
        settings.FingerprintSettings,
        settings.MessagingSettings,
        settings.ErasureLogSettings,
    )
    now = app.clock.now()
    replayed = use_case.replay_erasures(app.database, app.tokens, app.number_hash, app.erasure_log, now)
    sys.stdout.write(json.dumps(asdict(replayed)) + "\n")
    return 1 if replayed.waiting else 0


if __name__ == "__main__":
    sys.exit(main())
