"""The data map: every table and column, what it holds of whom, why, for how long, and what happens then.

A column that is not here does not exist: a test compares the map with the live schema. From it follow the work list of
`erase_expired`, `GET /v1/privacy/processing` and the record of processing activities in docs/privacy/.
"""

from collections.abc import Iterator

from shared.privacy.data_map import (
    accounts,
    agreements,
    api_keys,
    contacts,
    extra_sms,
    figures,
    members,
    misuse,
    money,
    operation,
    people,
    registers,
    requests,
    sends,
    staff,
    webhooks,
)
from shared.privacy.data_map.model import Datum, Expires, Table

TABLES: tuple[Table, ...] = (
    *accounts.TABLES,
    *agreements.TABLES,
    *api_keys.TABLES,
    *members.TABLES,
    *people.TABLES,
    *contacts.TABLES,
    *sends.TABLES,
    *extra_sms.TABLES,
    *figures.TABLES,
    *money.TABLES,
    *operation.TABLES,
    *staff.TABLES,
    *registers.TABLES,
    *requests.TABLES,
    *misuse.TABLES,
    *webhooks.TABLES,
)


def personal_data() -> list[Datum]:
    """Each kind of data about somebody, once, in the map's order."""
    return list(dict.fromkeys(datum for table in TABLES for datum in table.columns.values() if datum.is_personal))


def places_of(datum: Datum) -> dict[str, list[str]]:
    """Where it is held: the columns by table."""
    found = {table.name: [name for name, held in table.columns.items() if held == datum] for table in TABLES}
    return {table: columns for table, columns in found.items() if columns}


def expiring() -> Iterator[tuple[str, Expires]]:
    """Tables whose rows are deleted when a period is over: the work list of `erase_expired`."""
    for table in TABLES:
        if isinstance(table.end, Expires):
            yield table.name, table.end
