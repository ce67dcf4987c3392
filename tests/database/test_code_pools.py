"""Codes come into stock once ever and go out once ever, and staff hear of it when few are left."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.database.queries import catalogue, code_pools
from shared.domain import ids
from shared.domain.code_file import CodeRow, Imported, RowOutcome
from shared.domain.errors import NotFound
from shared.ports import CouponOrder, CouponState, SupplierUnavailable
from shared.use_cases.gifts.import_codes import MOST_NAMED, import_rows, set_low_stock_limit
from shared.use_cases.gifts.tell_of_low_stock import tell_of_low_stock
from tests.database.pipeline import Pipeline, at_once

STAFF = "staff@upup.example"
NEW, DUPLICATE, KNOWN, BAD = RowOutcome.IMPORTED, RowOutcome.DUPLICATE, RowOutcome.KNOWN, RowOutcome.MALFORMED


@dataclass
class Mailbox:
    mails: list[tuple[str, str]] = field(default_factory=list)
    away: bool = False

    def send(self, to: str, subject: str, text: str) -> None:
        if self.away:
            raise SupplierUnavailable("away")
        self.mails.append((to, text))


def take_in(pipeline: Pipeline, *codes: str, product: str = "cinema") -> Imported:
    rows = [CodeRow(number, "", code) for number, code in enumerate(codes, start=1)]
    now = pipeline.clock.now()
    return import_rows(pipeline.database, pipeline.tokens, pipeline.pool_key, STAFF, product, rows, now)


def hand_out(pipeline: Pipeline, number: int) -> list[str]:
    """The codes that so many new coupons get; fewer where the stock ends."""
    orders = [CouponOrder(ids.new_id("cpn"), "cinema", pipeline.today) for _ in range(number)]
    return [one.code for one in pipeline.pool.issue(orders) if one.state is CouponState.ISSUED]


def in_stock(pipeline: Pipeline) -> int:
    with pipeline.database.transaction() as tx:
        return catalogue.stock(tx, "cinema")


def tell(pipeline: Pipeline, mailbox: Mailbox) -> int:
    return tell_of_low_stock(pipeline.database, mailbox, STAFF, pipeline.clock.now())


@pytest.fixture(autouse=True)
def no_pools(pipeline: Pipeline) -> None:
    pipeline.rows("DELETE FROM code_pools")


def test_an_import_says_of_each_row_what_it_came_to_and_repeats_no_code(pipeline: Pipeline) -> None:
    take_in(pipeline, "gammal-1", "gammal-2")
    done = take_in(pipeline, "ny-0001", "gammal-1", "", "ny-0001", "ny-0002", "gammal-1")
    assert done.counts == {NEW: 2, KNOWN: 1, BAD: 1, DUPLICATE: 2}
    assert done.left_out == [(2, KNOWN), (3, BAD), (4, DUPLICATE), (6, DUPLICATE)]
    assert "ny-" not in repr(done) and "gammal" not in repr(done)
    assert in_stock(pipeline) == 4
    log = pipeline.rows("SELECT staff, action, subject FROM staff_log")
    assert log == [(STAFF, "codes.import", "cinema")] * 2


def test_a_code_that_was_handed_out_never_comes_back_into_stock(pipeline: Pipeline) -> None:
    take_in(pipeline, "kod-0001")
    assert hand_out(pipeline, 2) == ["kod-0001"]
    assert take_in(pipeline, "kod-0001").counts == {KNOWN: 1}
    assert hand_out(pipeline, 1) == []


def test_only_the_first_hundred_rows_are_named_and_all_are_counted(pipeline: Pipeline) -> None:
    done = take_in(pipeline, *[""] * (MOST_NAMED + 20))
    assert done.counts == {BAD: MOST_NAMED + 20}
    assert len(done.left_out) == MOST_NAMED


def test_a_product_that_no_gift_is_given_from_has_no_pool(pipeline: Pipeline) -> None:
    for product in ("coffee", "nothing"):  # coffee is ClearOn's
        with pytest.raises(NotFound):
            take_in(pipeline, "kod-0001", product=product)
        with pytest.raises(NotFound):
            set_low_stock_limit(pipeline.database, STAFF, product, 5, pipeline.clock.now())


def test_the_same_file_twice_at_once_is_imported_once(pipeline: Pipeline) -> None:
    done: list[Imported] = []
    codes = [f"kod-{place:05d}" for place in range(200)]
    assert at_once([lambda: done.append(take_in(pipeline, *codes))] * 4) == []
    assert sum((one.counts for one in done), Counter()) == {NEW: 200, KNOWN: 600}
    assert in_stock(pipeline) == 200


@settings(derandomize=True, deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.lists(st.sampled_from(["", *(f"kod-{one}" for one in range(12))]), max_size=15), st.integers(0, 6)
        ),
        max_size=6,
    )
)
def test_every_code_is_handed_out_at_most_once_and_the_counts_add_up(
    pipeline: Pipeline, steps: list[list[str] | int]
) -> None:
    pipeline.rows("DELETE FROM pool_codes")
    stocked, given_out = set[str](), list[str]()
    for step in steps:
        if isinstance(step, int):
            given_out += hand_out(pipeline, step)
            continue
        done = take_in(pipeline, *step)
        new = set(step) - {""} - stocked
        assert done.counts.total() == len(step)
        assert (done.counts[NEW], done.counts[BAD]) == (len(new), step.count(""))
        assert len(done.left_out) == len(step) - len(new)
        stocked |= new
    assert len(given_out) == len(set(given_out))
    assert set(given_out) <= stocked
    assert in_stock(pipeline) == len(stocked) - len(given_out)


def test_staff_are_mailed_once_each_time_the_stock_falls_below_its_limit(pipeline: Pipeline) -> None:
    mailbox = Mailbox()
    take_in(pipeline, *(f"kod-{place:04d}" for place in range(5)))
    set_low_stock_limit(pipeline.database, STAFF, "cinema", 5, pipeline.clock.now())
    assert tell(pipeline, mailbox) == 0
    hand_out(pipeline, 1)
    assert (tell(pipeline, mailbox), tell(pipeline, mailbox)) == (1, 0)
    hand_out(pipeline, 1)
    assert tell(pipeline, mailbox) == 0
    take_in(pipeline, "kod-a001", "kod-a002")
    assert tell(pipeline, mailbox) == 0
    hand_out(pipeline, 1)
    assert tell(pipeline, mailbox) == 1
    assert [to for to, _ in mailbox.mails] == [STAFF, STAFF]
    assert "4 codes of cinema" in mailbox.mails[0][1]


def test_what_could_not_be_mailed_is_told_at_the_next_run(pipeline: Pipeline) -> None:
    mailbox = Mailbox(away=True)
    with pytest.raises(SupplierUnavailable):
        tell(pipeline, mailbox)
    mailbox.away = False
    assert tell(pipeline, mailbox) == 1


def test_a_limit_of_0_tells_nobody(pipeline: Pipeline) -> None:
    set_low_stock_limit(pipeline.database, STAFF, "cinema", 0, pipeline.clock.now())
    assert tell(pipeline, Mailbox()) == 0
    with pipeline.database.transaction() as tx:
        (pool,) = code_pools.pools(tx)
    assert (pool.product, pool.in_stock, pool.is_low) == ("cinema", 0, False)
