"""A deployment goes on step by step, and back from wherever it fails."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infra.release.cloud import CommandFailed, Release
from infra.release.deploy import NotDeployed, Wish, deploy, roll_back
from infra.release.smoke import SmokeFailed
from infra.release.traffic import keeping
from tests.release.fake_cloud import NEW, OLD, FakeCloud, FakeDesk

WISH = Wish(Path("a.zip"), Path("site"), Path("job"), Release("upup-2.zip", "site-2"), watch_minutes=1)

FIRST = Release("upup-1.zip", "site-1", "", {name: f"{name}-{OLD}" for name in ("sends", "send-sms", "pages")})


def a_cloud() -> FakeCloud:
    """Where a release serves."""
    cloud = FakeCloud("sends", "send-sms", "pages")
    cloud.kept = [FIRST]
    return cloud


def serving(cloud: FakeCloud) -> dict[str, dict[str, int]]:
    return {
        name: {revision[-5:]: share for revision, share in shares.items()} for name, shares in cloud.traffic.items()
    }


def all_at(cloud: FakeCloud, revision: str) -> bool:
    return all(shares == {revision: 100} for shares in serving(cloud).values()) and not cloud.following


def refused(cloud: FakeCloud, **desk: object) -> str:
    with pytest.raises(NotDeployed) as told:
        deploy(cloud, WISH, FakeDesk(cloud, **desk).desk())  # type: ignore[arg-type] # the desk's own options
    return str(told.value)


def test_the_steps_come_in_their_order_and_pages_move_whole_and_last() -> None:
    cloud = a_cloud()
    served = deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert [step for step in cloud.said if not step.startswith("traffic")] == [
        "upload upup-stage-source/upup-2.zip",
        "upload upup-stage-site/site-2/",
        "plan upup-2.zip site-2",
        "ask",
        "build upup-2",
        "job upup-migrate image:upup-2",
        "run shared.database.migrate",
        "apply",
        "run shared.database.grants",
        "smoke",
        "look",
        "look",
        "look",
        "smoke",
        "keep",
    ]
    moves = [step for step in cloud.said if step.startswith("traffic")]
    assert set(moves[:2]) == {f"traffic sends {OLD}=95 {NEW}=5", f"traffic send-sms {OLD}=95 {NEW}=5"}
    assert set(moves[2:4]) == {f"traffic sends {NEW}=100", f"traffic send-sms {NEW}=100"}
    assert moves[4:] == [f"traffic pages {NEW}=100"]
    assert all_at(cloud, NEW)
    assert cloud.kept == [FIRST, served]
    assert served.revisions == {name: f"{name}-{NEW}" for name in ("sends", "send-sms", "pages")}


def test_a_refused_plan_has_been_shown_and_changes_nothing() -> None:
    cloud = a_cloud()
    desk = FakeDesk(cloud, agrees=False)
    with pytest.raises(NotDeployed, match="nothing was changed"):
        deploy(cloud, WISH, desk.desk())
    assert desk.shown == "~ every function"
    assert cloud.said[-1] == "ask"


def test_the_first_deployment_has_nothing_to_split_and_pins_what_it_made() -> None:
    cloud = FakeCloud()
    cloud.added = ["sends", "pages"]
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert all_at(cloud, OLD)
    assert len(cloud.kept) == 1
    assert "smoke" not in cloud.said, "it has no certificate and no company yet"


def test_a_new_service_serves_and_a_gone_one_is_left_out() -> None:
    cloud = a_cloud()
    cloud.added, cloud.gone = ["resend"], ["send-sms"]
    served = deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert serving(cloud) == {"sends": {NEW: 100}, "pages": {NEW: 100}, "resend": {OLD: 100}}
    assert served.revisions.keys() == {"sends", "pages", "resend"}


def test_a_service_that_follows_its_newest_revision_is_held_before_anything_is_applied() -> None:
    cloud = a_cloud()
    cloud.following = {"sends"}
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert cloud.said.index(f"traffic sends {OLD}=100") < cloud.said.index("apply")


def test_traffic_that_terraform_moves_is_brought_back_before_the_canary() -> None:
    cloud = a_cloud()
    cloud.moves_traffic = True
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    moves = [step for step in cloud.said if step.startswith("traffic sends")]
    assert moves == [f"traffic sends {OLD}=100", f"traffic sends {OLD}=95 {NEW}=5", f"traffic sends {NEW}=100"]


def test_traffic_is_brought_back_while_terraform_is_still_at_work() -> None:
    cloud = a_cloud()
    with keeping(cloud, {"sends": f"sends-{OLD}", "gone": "gone-00001"}, every_seconds=0.01):
        cloud.traffic["sends"] = {f"sends-{NEW}": 100}
        deadline = time.monotonic() + 10
        while serving(cloud)["sends"] != {OLD: 100}:
            assert time.monotonic() < deadline, "nobody brought it back"
            time.sleep(0.01)


def test_a_split_that_was_left_behind_is_settled_first() -> None:
    cloud = a_cloud()
    cloud.traffic["sends"] = {f"sends-{OLD}": 95, "sends-00000": 5}
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert f"traffic sends {OLD}=100" in cloud.said
    assert all_at(cloud, NEW)


@pytest.mark.parametrize(
    "step", ["build", "job", "run shared.database.migrate", "apply", "run shared.database.grants", "keep"]
)
def test_a_step_that_fails_leaves_the_release_before_serving(step: str) -> None:
    cloud = a_cloud()
    cloud.fails = {step: 1}
    assert "3 services serve the revisions of before" in refused(cloud)
    assert all_at(cloud, OLD)
    assert cloud.kept == [FIRST]


def test_a_failed_migration_applies_nothing() -> None:
    cloud = a_cloud()
    cloud.fails = {"run shared.database.migrate": 1}
    refused(cloud)
    assert "apply" not in cloud.said


def test_a_revision_that_does_not_start_gets_no_traffic() -> None:
    cloud = a_cloud()
    cloud.stuck = {"send-sms"}
    assert f"send-sms-{NEW} does not start" in refused(cloud)
    assert all_at(cloud, OLD)


@pytest.mark.parametrize("smokes", [[SmokeFailed("/ answers 500")], [None, SmokeFailed("/ answers 500")]])
def test_a_smoke_test_that_fails_goes_back_from_the_canary_and_from_all(smokes: list[Exception | None]) -> None:
    cloud = a_cloud()
    assert "/ answers 500" in refused(cloud, smokes=smokes)
    assert all_at(cloud, OLD)


def an_error_ratio(cloud: FakeCloud) -> None:
    cloud.failed_answers = 3


def an_alert(cloud: FakeCloud) -> None:
    cloud.alerts, cloud.opens = {"known before"}, {"rows in clear"}


@pytest.mark.parametrize(("trouble", "told"), [(an_error_ratio, "3 of 100 answers"), (an_alert, ": rows in clear\n")])
def test_trouble_of_the_canary_goes_back(trouble: Callable[[FakeCloud], None], told: str) -> None:
    cloud = a_cloud()
    trouble(cloud)
    assert told in refused(cloud)
    assert all_at(cloud, OLD)


def test_where_nothing_is_watched_nobody_looks() -> None:
    cloud = a_cloud()
    deploy(cloud, replace(WISH, watch_minutes=0), FakeDesk(cloud).desk())
    assert "look" not in cloud.said
    assert all_at(cloud, NEW)


def test_two_failed_answers_are_no_reason_to_go_back() -> None:
    cloud = a_cloud()
    cloud.failed_answers = 2
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert all_at(cloud, NEW)


@pytest.mark.parametrize("step", ["run shared.database.migrate", "apply", "traffic sends", "look", "keep"])
def test_an_interruption_goes_back(step: str) -> None:
    cloud = a_cloud()
    cloud.interrupts = step
    assert "KeyboardInterrupt" in refused(cloud)
    assert all_at(cloud, OLD)


def test_a_lost_answer_is_settled_by_what_stands() -> None:
    cloud = a_cloud()
    cloud.loses = {f"traffic sends {NEW}=100": 1}
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert cloud.said.count(f"traffic sends {NEW}=100") == 1
    assert all_at(cloud, NEW)


def test_traffic_that_would_not_move_is_tried_again_and_then_goes_back() -> None:
    cloud = a_cloud()
    cloud.fails = {f"traffic sends {NEW}=100": 3}
    assert "sends: " in refused(cloud)
    assert cloud.said.count(f"traffic sends {NEW}=100") == 3
    assert all_at(cloud, OLD)


def test_a_service_that_cannot_be_moved_back_is_named() -> None:
    cloud = a_cloud()
    cloud.fails = {"look": 1, f"traffic sends {OLD}=100": 3}
    assert "sends does NOT" in refused(cloud)
    assert serving(cloud)["send-sms"] == {OLD: 100}


def test_going_back_works_where_the_services_cannot_be_listed() -> None:
    cloud = a_cloud()
    desk = FakeDesk(cloud, smokes=[SmokeFailed("no")])

    def broken() -> None:
        cloud.loses = {"services": 1}
        desk.desk().smoke()

    with pytest.raises(NotDeployed):
        deploy(cloud, WISH, replace(desk.desk(), smoke=broken))
    assert all_at(cloud, OLD)


def test_a_rollback_serves_the_release_before_and_goes_no_further_as_its_schema_may_not_fit() -> None:
    cloud = a_cloud()
    cloud.kept = [Release("upup-0.zip", "site-0"), FIRST]
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert roll_back(cloud, FakeDesk(cloud).desk()) == FIRST
    assert all_at(cloud, OLD)
    assert cloud.kept == [Release("upup-0.zip", "site-0"), replace(FIRST, back=True)]
    with pytest.raises(NotDeployed, match="was gone back to"):
        roll_back(cloud, FakeDesk(cloud).desk())
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert all_at(cloud, NEW)


def test_after_a_deployment_that_was_killed_the_release_on_record_serves_again() -> None:
    cloud = a_cloud()
    cloud.traffic["sends"] = {f"sends-{OLD}": 95, f"sends-{NEW}": 5}
    assert roll_back(cloud, FakeDesk(cloud).desk(), "upup-1.zip") == FIRST
    assert all_at(cloud, OLD)
    assert cloud.kept == [FIRST]
    with pytest.raises(NotDeployed, match=r"upup-7\.zip has not served"):
        roll_back(cloud, FakeDesk(cloud).desk(), "upup-7.zip")


def test_the_first_release_has_nothing_to_go_back_to() -> None:
    with pytest.raises(NotDeployed, match="no release before"):
        roll_back(a_cloud(), FakeDesk(a_cloud()).desk())


def test_a_rollback_that_does_not_move_everything_says_so_and_stays_on_record() -> None:
    cloud = a_cloud()
    cloud.kept = [Release("upup-1.zip", "1", "", {"sends": "sends-00000"}), Release("upup-2.zip", "2")]
    cloud.fails = {"traffic sends": 3}
    with pytest.raises(NotDeployed, match="sends does NOT"):
        roll_back(cloud, FakeDesk(cloud).desk())
    assert len(cloud.kept) == 2


def test_two_do_not_deploy_at_once_and_whoever_has_failed_lets_the_next_one() -> None:
    cloud = a_cloud()
    cloud.held_by = "bo, since 10:00, deploys"
    with pytest.raises(CommandFailed, match="bo, since 10:00, deploys"):
        deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert cloud.said == []
    cloud.held_by, cloud.fails = "", {"apply": 1}
    refused(cloud)
    deploy(cloud, WISH, FakeDesk(cloud).desk())
    assert all_at(cloud, NEW)
