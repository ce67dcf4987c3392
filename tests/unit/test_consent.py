"""Which agreement holds on which day, and until when an earlier one is enough."""

from datetime import date, timedelta

import pytest

from shared.domain.consent import (
    DPAS,
    Dpa,
    check_acceptable,
    check_accepted,
    current_dpa,
    must_accept,
)
from shared.domain.errors import Forbidden, NotAcceptable

OLD, NEW = Dpa("2026-11", date(2026, 11, 1)), Dpa("2027-03", date(2027, 3, 1))
BOTH = (OLD, NEW)
DAY = timedelta(days=1)


def test_the_versions_of_today_begin_with_the_first_and_are_in_order() -> None:
    assert DPAS[0].version == "2026-11"
    assert [one.takes_effect for one in DPAS] == sorted({one.takes_effect for one in DPAS})
    assert len({one.version for one in DPAS}) == len(DPAS)


def test_a_new_agreement_counts_from_the_day_on_which_it_takes_effect() -> None:
    assert current_dpa(NEW.takes_effect - DAY, BOTH) == OLD
    assert current_dpa(NEW.takes_effect, BOTH) == NEW
    assert current_dpa(OLD.takes_effect - DAY, BOTH) == OLD


def test_it_can_be_accepted_as_soon_as_it_is_known_and_the_old_one_until_then() -> None:
    before, after = NEW.takes_effect - DAY, NEW.takes_effect
    for version in ("2026-11", "2027-03"):
        check_acceptable(version, before, "version", BOTH)
    check_acceptable("2027-03", after, "version", BOTH)
    for version in ("2026-11", "", "2099-01"):
        with pytest.raises(NotAcceptable) as refusal:
            check_acceptable(version, after, "version", BOTH)
        assert refusal.value.faults[0].field == "version"


def test_who_has_not_accepted_it_30_days_later_cannot_send_and_is_told_what_to_do() -> None:
    last = NEW.takes_effect + timedelta(days=30)
    assert must_accept("2026-11", NEW.takes_effect - DAY, BOTH) is None
    assert must_accept("2026-11", NEW.takes_effect, BOTH) == NEW
    assert NEW.accept_by == last
    check_accepted("2026-11", last, BOTH)
    with pytest.raises(Forbidden) as refusal:
        check_accepted("2026-11", last + DAY, BOTH)
    assert "2027-03" in refusal.value.detail
    assert "POST /v1/account/dpa" in refusal.value.detail
    check_accepted("2027-03", last + DAY, BOTH)
