"""The made-up lists of recipients."""

import csv
import io
from collections import Counter

import pytest

from sandbox.recipients import HEADER, Recipients, generate
from shared.domain.phone_number import PhoneError, parse


@pytest.fixture(scope="module")
def made() -> Recipients:
    return generate(1000, seed=7)


def rows(made: Recipients) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.file.decode("windows-1252"), newline=""), delimiter=";"))


def test_the_file_is_as_swedish_excel_writes_it(made: Recipients) -> None:
    header, *people = rows(made)
    assert ";".join(header) == HEADER
    assert len(people) == made.rows == 1000
    assert made.file.count(b"\r\n") == made.file.count(b"\n") == 1001
    with pytest.raises(UnicodeDecodeError):
        made.file.decode("utf-8")


def test_the_truth_is_what_the_phone_rules_find_in_the_file(made: Recipients) -> None:
    found: Counter[str] = Counter()
    seen: set[str] = set()
    for row in rows(made)[1:]:
        try:
            number = parse(row[2]).e164
        except PhoneError as error:
            found[error.code] += 1
            continue
        found["duplicate" if number in seen else "accepted"] += 1
        seen.add(number)
    assert seen == set(made.numbers)
    assert found.pop("accepted") == made.accepted
    assert found == made.codes
    assert made.accepted + made.duplicate + made.invalid == made.rows


def test_numbers_are_written_in_many_ways_and_some_are_wrong_in_each_way(made: Recipients) -> None:
    phones = [row[2] for row in rows(made)[1:]]
    starts = {phone[:4] for phone in phones if phone}
    assert {"0046", "+46 "} <= starts
    assert any(phone == "" for phone in phones)
    assert made.codes.keys() == {"duplicate", "not_mobile", "invalid_phone"}


def test_a_seed_always_makes_the_same_list_and_another_seed_another() -> None:
    assert generate(50, seed=1) == generate(50, seed=1)
    assert generate(50, seed=1).file != generate(50, seed=2).file
