"""What the calls about the stock of codes answer: counts and rows' numbers, and never a code."""

from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import code_pools
from shared.database.queries.code_pools import Pool
from shared.database.transactions import Database
from shared.domain.code_file import NO_POOL, Imported, RowOutcome
from shared.domain.errors import NotFound
from shared.http.answers.fields import Moment, one_of
from shared.http.answers.moments import moment
from shared.http.paging import Whole

MESSAGES = {
    RowOutcome.DUPLICATE: "The same code stands further up in the file.",
    RowOutcome.KNOWN: "The code was taken into stock before.",
    RowOutcome.MALFORMED: "A code is 4 to 40 letters, digits and dashes, and an EAN has its right check digit.",
}


class CodePool(TypedDict):
    """Staff are mailed once when `in_stock` falls below `low_stock_limit`."""

    product: str
    in_stock: int
    handed_out: int
    low_stock_limit: int
    is_low: bool
    last_import_at: Moment | None


class CodeRowReport(TypedDict):
    """A row that was not imported, counted from 1."""

    row: int
    code: Annotated[str, one_of(tuple(MESSAGES))]
    message: str


class ImportedCodes(TypedDict):
    """All rows by what they came to, and the first hundred that were not imported."""

    imported: int
    duplicate: int
    known: int
    malformed: int
    report: list[CodeRowReport]


def pool_list(database: Database) -> Whole[CodePool]:
    with database.transaction() as tx:
        return Whole(items=[_pool(one) for one in code_pools.pools(tx)])


def one_pool(database: Database, product: str) -> CodePool:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = next((one for one in code_pools.pools(tx) if one.product == product), None)
    if found is None:
        raise NotFound(NO_POOL)
    return _pool(found)


def imported(done: Imported) -> ImportedCodes:
    return {
        "imported": done.counts[RowOutcome.IMPORTED],
        "duplicate": done.counts[RowOutcome.DUPLICATE],
        "known": done.counts[RowOutcome.KNOWN],
        "malformed": done.counts[RowOutcome.MALFORMED],
        "report": [{"row": row, "code": why, "message": MESSAGES[why]} for row, why in done.left_out],
    }


def _pool(one: Pool) -> CodePool:
    return {
        "product": one.product,
        "in_stock": one.in_stock,
        "handed_out": one.handed_out,
        "low_stock_limit": one.low_stock_limit,
        "is_low": one.is_low,
        "last_import_at": moment(one.last_import_at),
    }
