"""What a log is told of an error: where it happened in our code, and nothing of what it said."""

import json

import pymysql
import pytest

from shared.domain.ledger import Movement, Purpose
from shared.http.as_json import to_json
from shared.privacy.redaction import describe


def caught(error: BaseException) -> str:
    try:
        raise error
    except BaseException as found:
        return describe(found)


def test_an_error_is_told_by_our_own_places_and_not_by_those_of_a_library() -> None:
    with pytest.raises(TypeError) as found:
        to_json({"a": object()})
    assert "at shared/http/as_json.py:" in describe(found.value)
    assert describe(found.value).endswith(" to_json")
    assert "json/encoder" not in describe(found.value)


def test_an_error_that_never_was_in_our_code_is_told_by_its_last_places() -> None:
    with pytest.raises(json.JSONDecodeError) as found:
        json.loads("{")
    assert "decoder.py:" in describe(found.value)


def test_a_number_of_mysql_is_told_and_its_text_is_not() -> None:
    told = caught(pymysql.err.OperationalError(1213, "Deadlock found at '+46701740605'"))
    assert "OperationalError(1213)" in told
    assert "Deadlock" not in told and "46701740605" not in told


@pytest.mark.parametrize("said", ["Åsa", 46701740605, 701740605, True, None, b"070-1740605"])
def test_nothing_else_that_an_error_says_is_told(said: object) -> None:
    told = caught(KeyError(said))
    assert "KeyError at " in told
    assert str(said) not in told


def test_a_value_that_our_code_refuses_is_told_by_its_line() -> None:
    with pytest.raises(ValueError, match="öre") as found:
        Movement(Purpose.TOP_UP, 0)
    assert "shared/domain/ledger.py:" in describe(found.value)
