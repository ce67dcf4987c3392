"""The portal's lists of what the API names: scopes, events, states. Each is whole, and each name has a text."""

import json
import re

import pytest

from shared.domain import scopes, webhook
from shared.domain.api_key import State as KeyState
from shared.domain.misuse import State as AskedState
from shared.domain.opt_out import Source
from shared.domain.persons_data import ANOTHER_OWNER, UNPAID_SIGNUP
from shared.domain.privacy_request import About, Kind, State, Step
from shared.domain.privacy_request import Source as RequestSource
from shared.http.answers.webhooks import ENDPOINT_STATES, MESSAGE_STATES
from shared.ports import WebhookTrouble
from tests.architecture.rules_source import ROOT
from tests.architecture.rules_web import SWEDISH

WORDS = (ROOT / "web" / "portal" / "developers" / "words.js").read_text("utf-8")
SUPPLIERS = {"mailchimp", "hubspot"}


def listed(name: str) -> list[str]:
    found = re.search(rf"const {name} = (\[[^\]]*\])", WORDS)
    assert found, name
    return list(json.loads(re.sub(r",\s*\]", "]", found[1])))


def test_a_key_can_be_given_every_scope_and_an_endpoint_every_event() -> None:
    assert listed("SCOPES") == list(scopes.SCOPES)
    assert listed("MOVE_MONEY") == list(scopes.MOVE_MONEY)
    assert listed("EVENTS") == list(webhook.EVENTS)
    assert webhook.GROUPS == ("delivery.*",)


def as_key(event: str) -> str:
    return event.replace(".", "_").replace("*", "all")


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("scope.", set(scopes.SCOPES)),
        ("event.", {as_key(one) for one in (*webhook.SUBSCRIBABLE, webhook.TEST)}),
        ("trouble.", set(WebhookTrouble)),
        ("webhook.message_", set(MESSAGE_STATES)),
        ("opt_out.by_", set(Source)),
        ("request.kind_", set(Kind)),
        ("request.about_", set(About) | {"whom"}),
        ("request.from_", set(RequestSource)),
        ("request.state_", set(State)),
        ("step.", set(Step)),
        ("supplier.", SUPPLIERS),
        ("waits_for.", SUPPLIERS | {ANOTHER_OWNER, UNPAID_SIGNUP}),
        ("senders.state_", set(AskedState)),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_each_name_of_the_api_has_a_text(start: str, names: set[str]) -> None:
    assert {key.removeprefix(start) for key in SWEDISH if key.startswith(start)} == names


def test_each_state_of_a_key_and_of_an_endpoint_has_a_text() -> None:
    wanted = {f"key.{one}" for one in KeyState} | {f"webhook.{one}" for one in ENDPOINT_STATES}
    assert wanted <= SWEDISH.keys()
