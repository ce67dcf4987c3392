"""VAT in what is earned, and the months' statements that are made of it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import statement, vat
from shared.domain.errors import NotAcceptable
from shared.domain.ledger import Movement, Purpose
from shared.domain.statement import INSIDE, LINES, Line, Moved, Position
from shared.domain.vat import VatClass
from shared.http.month import read_month

TODAY = date(2026, 11, 23)


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from([None, 6, 12, 25]))
@settings(deadline=None, derandomize=True)
def test_net_and_vat_are_the_gross_and_the_vat_is_the_nearest_whole_ore(gross: int, percent: int | None) -> None:
    taxed = vat.split(gross, percent)
    assert taxed.net_ore + taxed.vat_ore == taxed.gross_ore == gross
    if percent is None:
        assert taxed.vat_ore == 0
    else:
        exact_times = gross * percent  # of (100 + percent) öre
        assert abs(taxed.vat_ore * (100 + percent) - exact_times) * 2 <= 100 + percent


def test_a_fee_of_four_kronor_holds_eighty_ore_of_vat() -> None:
    assert vat.split(400, 25) == vat.Taxed(320, 80)


@pytest.mark.parametrize(
    ("vat_class", "day", "percent"),
    [
        (VatClass.STANDARD, TODAY, 25),
        (VatClass.SERVED_FOOD, TODAY, 12),
        (VatClass.FOOD, date(2026, 3, 31), 12),
        (VatClass.FOOD, date(2026, 4, 1), 6),
        (VatClass.FOOD, date(2027, 12, 31), 6),
        (VatClass.FOOD, date(2028, 1, 1), 12),
        (VatClass.CULTURE, TODAY, 6),
        (VatClass.MULTI_PURPOSE, TODAY, None),
    ],
)
def test_a_rate_is_the_days(vat_class: VatClass, day: date, percent: int | None) -> None:
    assert vat.rate(vat_class, day) == percent


def test_each_class_has_rates_in_the_order_of_their_days_from_the_beginning() -> None:
    for vat_class in VatClass:
        days = [since for since, _ in vat.RATES[vat_class]]
        assert days == sorted(set(days)) and days[0] == vat.ALWAYS


def test_what_is_earned_without_a_class_is_taxed_in_full_and_nothing_else_is_taxed() -> None:
    taxed = {purpose: Movement(purpose, 1).taxed_as for purpose in Purpose}
    assert {purpose for purpose, one in taxed.items() if one} == {Purpose.CAPTURE_FEE, Purpose.CAPTURE_VALUE}
    assert taxed[Purpose.CAPTURE_VALUE] is VatClass.STANDARD


def test_each_purpose_has_its_line() -> None:
    assert LINES.keys() == set(Purpose)


MOVED = st.lists(
    st.builds(
        Moved,
        st.dates(date(2026, 3, 1), date(2026, 4, 30)),
        st.builds(
            Movement,
            st.sampled_from(list(Purpose)),
            st.integers(min_value=1, max_value=10**7),
            st.sampled_from([None, *VatClass]),
        ),
    ),
    max_size=30,
)


@given(MOVED, st.tuples(*[st.integers(0, 10**6)] * 3))
@settings(deadline=None, derandomize=True)
def test_opening_and_movements_are_the_closing(moved: list[Moved], opening: tuple[int, int, int]) -> None:
    made = statement.make(Position(*opening), moved)
    outside = sum(amount for line, amount in made.amounts.items() if line not in INSIDE)
    assert made.opening.total_ore + outside == made.closing.total_ore
    for line in (Line.FEES, Line.GIFTS):
        assert -made.amounts[line] == sum(one.taxed.gross_ore for one in made.taxed if one.line is line)
    assert len(made.taxed) == len({(one.line, one.vat_class, one.percent) for one in made.taxed})


def test_a_month_in_which_a_rate_changes_has_a_line_for_each_rate() -> None:
    movement = Movement(Purpose.CAPTURE_VALUE, 1_120, VatClass.FOOD)
    made = statement.make(Position(0, 5_000), [Moved(date(2026, 3, 31), movement), Moved(date(2026, 4, 1), movement)])
    assert [(one.percent, one.taxed.vat_ore) for one in made.taxed] == [(6, 63), (12, 120)]


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0000-01", "2026", "2026-1", "2026-11-01", "", "x", "2026-٠١"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        read_month(text, TODAY)
    assert [fault.code for fault in caught.value.faults] == ["not_a_month"]


def test_a_month_that_has_not_begun_is_refused() -> None:
    assert read_month("2026-11", TODAY) == date(2026, 11, 1)
    with pytest.raises(NotAcceptable) as caught:
        read_month("2026-12", TODAY)
    assert [fault.code for fault in caught.value.faults] == ["in_the_future"]
