"""A message of any topic that was given up is kept for staff to look at."""

from typing import Any

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume_as
from shared.messaging.dead_letter import read_dead_letter
from shared.use_cases.messages import keep_dead_letter as use_case

app = start(settings.DatabaseSettings)


def read(event: Any) -> dict[str, Any]:
    return {"letter": read_dead_letter(event, app.clock.now())}


def keep(**found: Any) -> None:
    use_case.keep_dead_letter(app.database, **found)


@functions_framework.cloud_event
def keep_dead_letter(event: CloudEvent) -> None:
    consume_as(event, read, keep)
