"""Judging recipients: every row is counted once, and the report says why without saying who."""

import hmac
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.phone_number import PhoneNumber
from shared.domain.recipient_file import RecipientTable
from shared.domain.recipients import MESSAGES, REPORTED_ROWS, Judgement, judge
from shared.domain.sms_text import Template, measure

LINK = "https://upup.example/g/" + "x" * 24
ANNA = "070-174 06 05"
BO = "070-174 06 06"
NOTATIONS = ("0701740605", "070-174 06 05", "+46 (0)70 174 06 05", "0046701740605", "46701740605", "+46701740605")


def fingerprint(number: PhoneNumber) -> bytes:
    return hmac.digest(b"key", number.e164.encode(), "sha256")


def judged(rows: list[list[str]], message: str = "Hej {{first_name}}! {{link}}") -> Judgement:
    return judge(RecipientTable(("phone", "first_name"), rows), Template(message), LINK, fingerprint)


PHONES = st.one_of(
    st.integers(min_value=5, max_value=20).map(lambda number: f"07017406{number:02d}"),
    st.integers(min_value=5, max_value=20).map(lambda number: f"+46 70 174 06 {number:02d}"),
    st.sampled_from(["", "nej", "08-465 46 05", "070", "0740 000 000"]),
)
NAMES = st.sampled_from(["Åsa", "Bo", "", " ", "Bo-Göran", "x" * 1_990])
ROWS = st.lists(st.tuples(PHONES, NAMES).map(list), max_size=150)


@given(rows=ROWS, opting_out=st.sets(st.integers(min_value=0, max_value=149)))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_every_row_is_accepted_or_counted_for_one_reason(rows: list[list[str]], opting_out: set[int]) -> None:
    before = judged(rows)
    gone = {one.fingerprint for one in before.accepted if one.row in opting_out}
    found = before.without(gone)
    total = len(found.accepted) + found.counts["duplicate"] + found.invalid + found.counts["opted_out"]
    assert total == len(rows)
    assert len(found.accepted) == len(before.accepted) - len(gone)
    assert len({one.phone for one in found.accepted}) == len(found.accepted)
    told = [fault.row for fault in found.faults]
    assert told == sorted(set(told))
    assert len(told) == min(REPORTED_ROWS, len(rows) - len(found.accepted))
    assert not {one.row for one in found.accepted} & set(told)


@given(ROWS)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_the_report_repeats_neither_numbers_nor_values(rows: list[list[str]]) -> None:
    said = " ".join(f"{fault!r} {fault.message}" for fault in judged(rows).faults)
    for phone, name in rows:
        assert phone == "" or phone not in said or len(phone) < 4
        assert len(name.strip()) < 4 or name not in said


def test_the_report_names_the_first_hundred_rows_and_the_counts_are_of_all() -> None:
    found = judged([["nej", "Bo"] for _ in range(250)])
    assert [fault.row for fault in found.faults] == list(range(1, 101))
    assert found.invalid == 250


def test_who_opted_out_late_in_the_file_does_not_push_earlier_rows_out_of_the_report() -> None:
    rows = [[f"07017406{place:02d}", "Bo"] for place in range(5, 45)] + [["nej", "Bo"] for _ in range(90)]
    found = judged(rows)
    told = found.without({one.fingerprint for one in found.accepted}).faults
    assert [fault.code for fault in told] == ["opted_out"] * 40 + ["invalid_phone"] * 60


@pytest.mark.parametrize("written", NOTATIONS)
def test_a_number_in_another_notation_is_the_same_person(written: str) -> None:
    found = judged([[ANNA, "Anna"], [written, "Anna"]])
    assert (len(found.accepted), found.counts["duplicate"]) == (1, 1)
    assert [(fault.row, fault.code) for fault in found.faults] == [(2, "duplicate")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "Bo"], "invalid_phone"),
        (["nej", "Bo"], "invalid_phone"),
        (["08-465 46 05", "Bo"], "not_mobile"),
        ([ANNA, ""], "missing_value"),
        ([ANNA, " \u200b "], "missing_value"),
        ([ANNA, "x" * 1_990], "too_long"),
    ],
)
def test_each_fault_has_its_code_and_a_message_that_says_how_to_mend_it(row: list[str], code: str) -> None:
    found = judged([row])
    assert [fault.code for fault in found.faults] == [code]
    assert found.invalid == 1
    assert found.faults[0].message == MESSAGES[code]


def test_a_row_with_a_fault_does_not_make_a_later_good_one_a_duplicate() -> None:
    found = judged([[ANNA, ""], [ANNA, "Anna"]])
    assert [one.row for one in found.accepted] == [2]


@given(st.lists(st.text(alphabet="aåé€🎁 ", min_size=1, max_size=120), min_size=1, max_size=15))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_the_longest_text_is_the_dearest_of_those_that_are_sent(names: list[str]) -> None:
    message = "Hej {{first_name}}! {{link}}"
    found = judged([[f"07017406{place + 5:02d}", name] for place, name in enumerate(names)], message)
    sizes = [measure(Template(message).render(one.values, LINK)) for one in found.accepted]
    if sizes:
        assert found.longest.parts == max(size.parts for size in sizes)
        assert found.longest in sizes
        assert found.example == Template(message).render(found.accepted[0].values, LINK)


def test_a_duplicate_with_a_longer_name_does_not_make_the_send_dearer() -> None:
    found = judged([[ANNA, "Bo"], [ANNA, "B" * 200]])
    assert found.longest.parts == 1


def test_who_has_opted_out_neither_makes_the_send_dearer_nor_is_its_example() -> None:
    found = judged([[ANNA, "B" * 200], [BO, "Bo"]])
    assert found.longest.parts == 2
    left = found.without({found.accepted[0].fingerprint})
    assert left.longest.parts == 1
    assert left.example.startswith("Hej Bo! ")


@pytest.mark.parametrize("value", ["", " ", "x" * 1_990, "www.spel.example"])
def test_a_later_row_of_a_number_is_a_duplicate_whatever_its_values_are(value: str) -> None:
    found = judged([[ANNA, "Anna"], [ANNA, value]])
    assert (found.counts["duplicate"], found.invalid, found.rows_with_links) == (1, 0, [])


@pytest.mark.parametrize("value", ["", " ", "x" * 1_990, "www.spel.example"])
def test_who_has_opted_out_does_not_reject_the_send_whatever_their_values_are(value: str) -> None:
    (anna,) = judged([[ANNA, "Anna"]]).accepted
    found = judged([[ANNA, value], [BO, "Bo"], ["nej", "Cecilia"]])
    assert anna.fingerprint in set(found.fingerprints())
    left = found.without({anna.fingerprint})
    assert (left.counts["opted_out"], left.invalid, left.rows_with_links) == (1, 1, [])
    assert [(fault.row, fault.code) for fault in left.faults] == [(1, "opted_out"), (3, "invalid_phone")]


def test_a_text_of_just_ten_parts_is_sent_and_one_character_more_is_too_long() -> None:
    found = judged([[ANNA, "x" * (1_530 - len(LINK))], [BO, "x" * (1_531 - len(LINK))]], "{{first_name}}{{link}}")
    assert [one.size.parts for one in found.accepted] == [10]
    assert [(fault.row, fault.code) for fault in found.faults] == [(2, "too_long")]


def test_rows_with_links_in_their_values_are_named() -> None:
    found = judged([[ANNA, "Anna"], ["070-174 06 06", "www.spel.example"], ["070-174 06 07", "J. R. Åberg"]])
    assert found.rows_with_links == [2]


def test_a_recipient_prints_neither_number_nor_name() -> None:
    (one,) = judged([[ANNA, "Annastina"]]).accepted
    assert "0605" not in repr(one).replace(" ", "")
    assert "Annastina" not in repr(one)


def test_a_column_that_the_message_needs_and_the_table_lacks_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="tuple"):
        judged([[ANNA, "Anna"]], "Hej {{town}}! {{link}}")


def test_a_message_without_columns_needs_no_values() -> None:
    found = judged([[ANNA, ""]], "Hej! {{link}}")
    values: Any = found.accepted[0].values
    assert values == {}
