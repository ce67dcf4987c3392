"""Keeping webhook endpoints: taking one up gives it its time anew, and ten are ten however many ask at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.database.queries import webhook_endpoints
from shared.database.queries.webhook_endpoints import Endpoint
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.domain.webhook import MOST_ENDPOINTS
from shared.domain.webhook_endpoint import EndpointChange, WantedEndpoint
from shared.privacy.webhook_secrets import unseal
from shared.use_cases.webhooks import manage_endpoints as use_case
from tests.database.pipeline import Pipeline

WANTED = WantedEndpoint("https://kaffebaren.example/upup", ["send.done"], "")


@dataclass
class Kept:
    """An endpoint of the pipeline's company."""

    pipeline: Pipeline
    id: str
    secret: str

    def endpoint(self) -> Endpoint:
        with self.pipeline.database.transaction() as tx:
            found = webhook_endpoints.get(tx, self.pipeline.company_id, self.id)
        assert found is not None
        return found

    def given_up(self) -> None:
        """By UpUp, which has told nobody yet."""
        failing_since = self.pipeline.clock.now() - timedelta(days=3)
        with self.pipeline.database.transaction() as tx:
            webhook_endpoints.fared(tx, self.pipeline.company_id, self.id, failing_since)
            webhook_endpoints.disable(tx, self.pipeline.company_id, self.id, "failing")

    def change(self, to: EndpointChange) -> Endpoint:
        return use_case.change_endpoint(self.pipeline.database, self.pipeline.member, self.id, to, loopback=False)

    def secrets(self, later: timedelta = timedelta()) -> list[str]:
        """Those that sign, the newest first."""
        now = self.pipeline.clock.now() + later
        with self.pipeline.database.transaction() as tx:
            sealed = webhook_endpoints.secrets(tx, self.pipeline.company_id, self.id, now)
        return [unseal(self.pipeline.tokens, self.id, one) for one in sealed]


def added(pipeline: Pipeline) -> Kept:
    made = use_case.add_endpoint(
        pipeline.database, pipeline.tokens, pipeline.member, WANTED, pipeline.clock.now(), loopback=False
    )
    return Kept(pipeline, made[0].id, made[1])


@pytest.fixture
def kept(pipeline: Pipeline) -> Kept:
    return added(pipeline)


def test_one_that_upup_gave_up_begins_anew_when_it_is_enabled_and_nobody_is_told_any_more(kept: Kept) -> None:
    kept.given_up()
    changed = kept.change(EndpointChange(enabled=True))
    assert (changed.state, changed.failing_since) == ("enabled", None)
    assert kept.endpoint() == changed
    with kept.pipeline.database.transaction() as tx:
        assert tx.values("SELECT tell_owners FROM webhook_endpoints WHERE company_id = %s", (changed.company_id,)) == [
            0
        ]


@pytest.mark.parametrize(
    ("to", "goes_on"),
    [
        (EndpointChange(description="Kassan", events=["gift.redeemed"]), True),
        (EndpointChange(url=WANTED.url), True),
        (EndpointChange(url=f"{WANTED.url}/2"), False),
    ],
)
def test_only_another_address_has_three_days_of_its_own(kept: Kept, to: EndpointChange, goes_on: bool) -> None:
    kept.given_up()
    changed = kept.change(to)
    assert changed.state == "failing" and (changed.failing_since is not None) == goes_on


def test_a_replaced_secret_signs_for_a_day_and_no_longer_than_until_the_next(kept: Kept) -> None:
    def renewed() -> str:
        now = kept.pipeline.clock.now()
        return use_case.replace_secret(
            kept.pipeline.database, kept.pipeline.tokens, kept.pipeline.member, kept.id, now
        )[0]

    second = renewed()
    assert kept.secrets(timedelta(hours=23)) == [second, kept.secret]
    assert kept.secrets(timedelta(hours=25)) == [second]
    assert [renewed(), second] == kept.secrets()


def test_what_is_deleted_is_gone_with_all_that_was_told_to_it(kept: Kept) -> None:
    database, member = kept.pipeline.database, kept.pipeline.member
    use_case.tell_test(database, member, kept.id, kept.pipeline.clock.now())
    use_case.delete_endpoint(database, member, kept.id)
    with database.transaction() as tx:
        for table in ("webhook_endpoints", "webhook_secrets", "webhook_messages", "webhook_attempts"):
            assert tx.value(f"SELECT COUNT(*) FROM {table} WHERE company_id = %s", (member.company_id,)) == 0
    with pytest.raises(NotFound):
        use_case.tell_test(database, member, kept.id, kept.pipeline.clock.now())


def test_ten_are_ten_however_many_ask_at_once(pipeline: Pipeline) -> None:
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda _: outcome(lambda: added(pipeline)), range(MOST_ENDPOINTS + 3)))
    assert sorted(outcomes) == ["Conflict"] * 3 + ["added"] * MOST_ENDPOINTS


def outcome(add: Callable[[], object]) -> str:
    try:
        add()
    except Conflict as refusal:
        return type(refusal).__name__
    return "added"


def test_an_account_that_has_not_paid_has_none(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'pending' WHERE id = %s", (pipeline.company_id,))
    with pytest.raises(Forbidden):
        added(pipeline)


def test_a_test_key_finds_no_endpoint_but_test_keys_own(kept: Kept) -> None:
    tester = replace(kept.pipeline.member, is_test=True)
    with pytest.raises(NotFound):
        use_case.delete_endpoint(kept.pipeline.database, tester, kept.id)
    assert kept.endpoint().id == kept.id
