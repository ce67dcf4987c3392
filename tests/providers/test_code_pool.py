"""The stock of codes over the real database: each code is handed out once ever."""

import threading
from datetime import date

import pytest

from shared.database.queries import catalogue
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.ports import CouponOrder, CouponState, IssuedCoupon
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher
from shared.providers.code_pool import CodePool
from shared.use_cases.gifts.import_codes import import_codes

LAST_DAY = date(2026, 12, 31)
TOKENS = TokenHasher(bytes(32))
KEY = SealingKey(bytes(range(32)))


@pytest.fixture
def pool(database: PooledDatabase) -> CodePool:
    return CodePool(database, KEY)


@pytest.fixture
def product(database: PooledDatabase) -> str:
    """A product of the test's own."""
    return ids.new_id("prd")


def stock_up(database: PooledDatabase, product: str, number: int) -> int:
    codes = [(f"99{place:010d}0", f"{place:07d}") for place in range(number)]
    with database.transaction() as tx:
        return import_codes(tx, TOKENS, KEY, product, codes)


def left(database: PooledDatabase, product: str) -> int:
    with database.transaction() as tx:
        return catalogue.stock(tx, product)


def order(product: str, number: int) -> list[CouponOrder]:
    return [CouponOrder(ids.new_id("cpn"), product, LAST_DAY) for _ in range(number)]


def test_importing_the_same_codes_twice_adds_nothing(database: PooledDatabase, product: str) -> None:
    assert [stock_up(database, product, 20), stock_up(database, product, 20)] == [20, 0]
    assert stock_up(database, product, 25) == 5
    assert left(database, product) == 25


def test_a_code_that_was_handed_out_never_comes_back_by_another_import(
    database: PooledDatabase, pool: CodePool, product: str
) -> None:
    stock_up(database, product, 5)
    pool.issue(order(product, 5))
    assert stock_up(database, product, 5) == 0
    assert left(database, product) == 0


def test_the_same_code_twice_in_one_file_is_one_code(database: PooledDatabase, product: str) -> None:
    with database.transaction() as tx:
        assert import_codes(tx, TOKENS, KEY, product, [("990", "1234567"), ("990", "1234567")]) == 1


def test_what_was_imported_is_what_is_handed_out(database: PooledDatabase, pool: CodePool, product: str) -> None:
    stock_up(database, product, 30)
    coupons = pool.issue(order(product, 30))
    assert {one.state for one in coupons} == {CouponState.ISSUED}
    assert {(one.ean, one.code) for one in coupons} == {(f"99{place:010d}0", f"{place:07d}") for place in range(30)}


def test_the_same_reference_again_gives_the_same_code(database: PooledDatabase, pool: CodePool, product: str) -> None:
    stock_up(database, product, 5)
    wanted = order(product, 3)
    assert pool.issue(wanted) == pool.issue(wanted)
    assert pool.get(wanted[0].reference) == pool.issue(wanted)[0]
    assert left(database, product) == 2


def test_where_the_stock_ends_the_rest_is_rejected_and_nothing_else(
    database: PooledDatabase, pool: CodePool, product: str
) -> None:
    stock_up(database, product, 3)
    coupons = pool.issue(order(product, 5))
    assert [one.state for one in coupons] == [CouponState.ISSUED] * 3 + [CouponState.REJECTED] * 2
    assert {one.reason for one in coupons[3:]} == {"out_of_stock"}
    assert pool.get(coupons[4].reference) is None


def test_codes_of_another_product_are_never_given(database: PooledDatabase, pool: CodePool, product: str) -> None:
    stock_up(database, product, 3)
    assert [one.state for one in pool.issue(order(ids.new_id("prd"), 1))] == [CouponState.REJECTED]
    assert left(database, product) == 3


def test_threads_that_race_for_the_stock_never_get_the_same_code(
    database: PooledDatabase, pool: CodePool, product: str
) -> None:
    stock_up(database, product, 200)
    got: list[IssuedCoupon] = []

    def take() -> None:
        for _ in range(5):
            got.extend(pool.issue(order(product, 4)))

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = [one.code for one in got if one.state is CouponState.ISSUED]
    assert len(got) == 240
    assert len(codes) == len(set(codes)) == 200
    assert left(database, product) == 0


def test_a_voided_code_is_not_given_to_a_second_person(database: PooledDatabase, pool: CodePool, product: str) -> None:
    stock_up(database, product, 1)
    (first,) = pool.issue(order(product, 1))
    voided = pool.void(first.reference)
    assert voided is not None
    assert voided.state is CouponState.VOIDED
    assert [one.state for one in pool.issue(order(product, 1))] == [CouponState.REJECTED]


def test_nobody_tells_of_redemptions_so_the_cursor_stays(pool: CodePool) -> None:
    found = pool.redemptions_since("x")
    assert (found.references, found.next_cursor) == ([], "x")


def test_no_code_lies_in_the_database_in_clear(database: PooledDatabase, product: str) -> None:
    with database.transaction() as tx:
        import_codes(tx, TOKENS, KEY, product, [("9900011122233", "8765432")])
        (row,) = tx.all(
            lambda *columns: columns, "SELECT code_hmac, sealed_code FROM pool_codes WHERE product = %s", (product,)
        )
    assert b"8765432" not in row[0] + row[1]
    assert b"9900011122233" not in row[0] + row[1]
