"""No function's code comes to a statement on a register that its database user may not make."""

import pytest

from shared.database.grants import REGISTERS, asking_functions
from tests.architecture.rules_registers import needs_of, needs_within_reach
from tests.architecture.rules_source import ROOT


def test_every_function_may_change_the_registers_that_its_code_changes() -> None:
    asking = set(asking_functions())
    places = [f"{file.parent.name}/{file.stem}" for file in ROOT.glob("functions/*/*.py") if file.stem in asking]
    lacking = {
        (place, table, right)
        for place in places
        for table, right in needs_within_reach(place)
        if REGISTERS[table].get(place.partition("/")[2]) != right
    }
    assert len(places) == len(asking)
    assert lacking == set()


@pytest.mark.parametrize(
    ("place", "need"),
    [
        ("http/disclose", ("disclosures", "UPDATE")),
        ("http/staff_breaches", ("breaches", "UPDATE")),
        ("schedule/erase_expired", ("dpa_acceptances", "DELETE")),
    ],
)
def test_a_change_deep_in_a_functions_code_is_seen(place: str, need: tuple[str, str]) -> None:
    assert need in needs_within_reach(place)


@pytest.mark.parametrize(
    ("statement", "needs"),
    [
        ("SELECT 1 FROM erased_sms WHERE a = %s FOR UPDATE", {("erased_sms", "UPDATE")}),
        ("SELECT 1 FROM sends s JOIN breaches b ON b.id = s.id FOR UPDATE", {("breaches", "UPDATE")}),
        ("UPDATE disclosures SET a = %s", {("disclosures", "UPDATE")}),
        ("INSERT INTO staff_log (a) VALUES (%s) ON DUPLICATE KEY UPDATE a = %s", {("staff_log", "UPDATE")}),
        ("DELETE FROM ledger_entries WHERE a = %s", {("ledger_entries", "DELETE")}),
        ("SELECT 1 FROM erased_sms WHERE a = %s LOCK IN SHARE MODE", set()),
        ("UPDATE sends SET a = (SELECT 1 FROM breaches)", set()),
    ],
)
def test_what_a_statement_needs_of_a_register_is_read_from_it(statement: str, needs: set[tuple[str, str]]) -> None:
    assert needs_of(statement) == needs
