"""The table gives each function the right to publish to the topics that its work can reach, and to no other."""

from pathlib import Path

import pytest

from shared.domain.topics import COUPONS_WANTED, TOPICS
from shared.settings import MessagingSettings
from tests.architecture.rules_functions import Table, groups_of, read_table, sources
from tests.architecture.rules_publishing import topics_within_reach

PUBLISHES_ALL = {"relay_outbox", "staff_dead_letters"}
"""They publish again what others wrote: the topic is the message's."""

NEVER_TAKEN = {
    # both suppliers' messages are written by the same lines, and these ask for their own only
    "sync_mailchimp": {"hubspot-contacts"},
    "sync_hubspot": {"mailchimp-contacts"},
    "read_subscriptions": {"hubspot-contacts"},
    # of persons' requests it carries out one kind only: that an account holder is erased
    "member": {"coupons-wanted", "sms-wanted", "events-wanted"},
}
"""Paths that the code has and the function never goes."""


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table()


def rights(table: Table) -> dict[str, set[str]]:
    return {name: set(row["publishes"]) for name, row in table.items() if "publishes" in row}


def test_a_function_may_publish_to_the_topics_that_its_work_writes_messages_of_and_to_no_other(table: Table) -> None:
    within_reach = {Path(place).name: topics_within_reach(place) for place in sources()}
    assert all(topics < within_reach[name] for name, topics in NEVER_TAKEN.items())
    taken = {name: topics - NEVER_TAKEN.get(name, set()) for name, topics in within_reach.items()}
    taken |= {name: set(TOPICS) for name in PUBLISHES_ALL}
    assert rights(table) == {name: topics for name, topics in taken.items() if topics}


def test_the_way_to_a_message_is_found_through_all_that_is_called() -> None:
    assert topics_within_reach("http/sends") == {COUPONS_WANTED}
    assert topics_within_reach("http/catalogue") == set()


def test_who_may_publish_is_who_names_the_settings_for_it(table: Table) -> None:
    with_settings = {Path(place).name for place, source in sources().items() if MessagingSettings in groups_of(source)}
    assert rights(table).keys() == with_settings


def test_each_topic_has_one_function_that_works_and_one_that_keeps_what_was_given_up(table: Table) -> None:
    triggers = {name: row["trigger"] for name, row in table.items()}
    assert sorted(trigger["topic"] for trigger in triggers.values() if "topic" in trigger) == sorted(TOPICS)
    kept = [topic for trigger in triggers.values() for topic in trigger.get("topics", [])]
    assert sorted(kept) == sorted(f"{topic}-dead" for topic in TOPICS)
