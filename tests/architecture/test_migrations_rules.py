"""Migrations run while the release before serves: they only add, or say since when nothing needs what they drop."""

import pytest

from tests.architecture.rules_migrations import breaking_migrations, breaks_the_release_before

DROPS = "drops what the release before may use"
RENAMES = "renames what the release before calls by its name"
ALTERS = "alters a column under the release before"
REFUSES = "refuses what the release before may write"
UNFILLED = "adds a column that the release before does not fill"


def test_every_migration_lets_the_release_before_go_on() -> None:
    assert breaking_migrations() == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ALTER TABLE sends DROP COLUMN note;", DROPS),
        ("alter table sends\n    drop note;", DROPS),
        ("DROP TABLE sends;", DROPS),
        ("TRUNCATE sends;", DROPS),
        ("ALTER TABLE sends RENAME COLUMN note TO remark;", RENAMES),
        ("RENAME TABLE sends TO mailings;", RENAMES),
        ("ALTER TABLE sends CHANGE note remark VARCHAR(10);", RENAMES),
        ("ALTER TABLE sends MODIFY note VARCHAR(10);", ALTERS),
        ("ALTER TABLE sends ADD COLUMN note VARCHAR(10) NOT NULL;", UNFILLED),
        ("ALTER TABLE sends ADD a INT NULL, ADD b INT NOT NULL, ADD c INT DEFAULT 1;", UNFILLED),
        ("ALTER TABLE sends ADD UNIQUE KEY by_note (note);", REFUSES),
        ("ALTER TABLE sends ADD CONSTRAINT short CHECK (LENGTH(note) < 9);", REFUSES),
        ("CREATE UNIQUE INDEX by_note ON sends (note);", REFUSES),
    ],
)
def test_what_would_break_the_release_before_is_refused_unless_it_is_a_contract(text: str, fault: str) -> None:
    assert breaks_the_release_before(text) == [fault]
    assert breaks_the_release_before(f"-- contract: since release 4f2a9c01be77\n{text}") == []
    assert breaks_the_release_before(f"-- contract: soon\n{text}") == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE notes (id BIGINT NOT NULL PRIMARY KEY, text VARCHAR(9) NOT NULL, UNIQUE KEY by_text (text));",
        "ALTER TABLE sends ADD COLUMN note VARCHAR(10) NULL, ADD INDEX by_note (note);",
        "ALTER TABLE sends ADD COLUMN tries INT NOT NULL DEFAULT 0;",
        "ALTER TABLE sends DROP INDEX by_note;",
        "-- DROP TABLE sends;\nINSERT INTO plans (code) VALUES ('new');",
    ],
)
def test_what_only_adds_is_taken(text: str) -> None:
    assert breaks_the_release_before(text) == []
