"""Reading infra/functions.yaml."""

from pathlib import Path

import pytest

from sandbox.functions_table import Function, TableError, of_kind, read

TABLE = """
functions:
  sends:
    trigger: {routes: [/v1/sends, /v1/sends/*]}
    memory: 512Mi
  send_sms:
    trigger: {topic: sms-wanted}
    timeout_seconds: 120
  keep_dead_letter:
    trigger: {topics: [sms-wanted-dead, coupons-wanted-dead]}
  pages:
    trigger: {routes: [/*]}
  encrypt_expired:
    trigger: {schedule: "0 * * * *"}
"""


def table(folder: Path, text: str) -> Path:
    file = folder / "functions.yaml"
    file.write_text(text, "utf-8")
    return file


def test_each_trigger_makes_its_kind_of_function(tmp_path: Path) -> None:
    functions = read(table(tmp_path, TABLE))
    assert functions == (
        Function("sends", "http", routes=("/v1/sends", "/v1/sends/*")),
        Function("send_sms", "pubsub", topics=("sms-wanted",), timeout_seconds=120),
        Function("keep_dead_letter", "pubsub", topics=("sms-wanted-dead", "coupons-wanted-dead")),
        Function("pages", "http", routes=("/*",)),
        Function("encrypt_expired", "schedule", cron="0 * * * *"),
    )
    assert [function.name for function in of_kind(functions, "pubsub")] == ["send_sms", "keep_dead_letter"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no functions"),
        ("functions: [", "functions.yaml"),
        ("functions: {}", "no functions"),
        ("functions: {Sends: {trigger: {topic: some-topic}}}", "'Sends' is no name"),
        ("functions: {sends: {}}", "sends: the trigger"),
        ("functions: {sends: {trigger: {topic: some-topic, schedule: '* * * * *'}}}", "sends: the trigger"),
        ("functions: {sends: {trigger: {routes: /v1/sends}}}", "sends: routes must be a list"),
        ("functions: {sends: {trigger: {routes: [v1/sends]}}}", "'v1/sends' is no route"),
        ("functions: {sends: {trigger: {routes: ['/v1/*x']}}}", "is no route"),
        ("functions: {sends: {trigger: {topic: A topic}}}", "no name of a topic"),
        ("functions: {sends: {trigger: {topics: some-topic}}}", "sends: topics must be a list"),
        ("functions: {sends: {trigger: {topics: []}}}", "sends: topics must be a list"),
        ("functions: {sends: {trigger: {topics: [some-topic, A topic]}}}", "no name of a topic"),
        ("functions: {sends: {trigger: {schedule: hourly}}}", "no cron expression"),
        ("functions: {sends: {trigger: {topic: some-topic}, timeout_seconds: 0}}", "timeout_seconds"),
        ("functions: {a: {trigger: {routes: [/v1]}}, b: {trigger: {routes: [/v1]}}}", "/v1: a route of two"),
    ],
)
def test_a_malformed_table_is_refused_with_its_fault(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(TableError, match=fault.replace("*", r"\*")):
        read(table(tmp_path, text))


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="No such file"):
        read(tmp_path / "functions.yaml")
