"""A company's own domains are asked for when a text has a link, and only then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.database.transactions import Transaction
from shared.privacy.fingerprint import Fingerprints
from shared.use_cases.sends.prepare_send import check_request
from tests.factories import PUBLIC_URL, FakeKeys, fictional, request, table


class Domains:
    """A database that has only these, and counts how often it was asked."""

    def __init__(self, *domains: str) -> None:
        self.domains = domains
        self.asked = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.asked += 1
        yield Transaction(self)

    def execute(self, sql: str, arguments: Any) -> int:
        assert "FROM link_domains" in sql
        return len(self.domains)

    def fetchall(self) -> list[tuple[str]]:
        return [(one,) for one in self.domains]


@pytest.fixture(scope="module")
def fingerprints() -> Fingerprints:
    keys = FakeKeys()
    return Fingerprints(keys, keys.wrap("fingerprints", bytes(32), b"fingerprint-master").ciphertext)


@pytest.mark.parametrize(
    ("message", "asked", "faults"),
    [
        ("Tack! {{link}}", 0, []),
        ("Tack! {{link}} Se kaffe.se/meny", 1, []),
        ("Se https://kaffe.se och www.kaffe.se {{link}}", 1, []),
        ("Tack! {{link}} Se te.se", 1, ["foreign_link"]),
    ],
)
def test_they_are_asked_for_once_where_a_text_has_a_link(
    fingerprints: Fingerprints, message: str, asked: int, faults: list[str]
) -> None:
    database = Domains("kaffe.se")
    wanted = request(table(fictional(0), fictional(1)), message=message)
    checked = check_request(database, "acc_1", wanted, PUBLIC_URL, fingerprints)
    assert [one.code for one in checked.faults] == faults
    assert database.asked == asked
