"""The ledger and its months: what was paid in, what it went to, and what of it is VAT."""

from shared.domain.errors import NotAcceptable
from shared.http.answers.ledger import LedgerLine
from shared.http.answers.statements import ShownMonth, ShownStatement
from shared.http.openapi.operation import Operation, Query
from shared.http.openapi.parameters import MONTH, OF_FILES, PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "GET /v1/ledger": Operation(
        summary="Each movement of the company's money, newest first",
        query=(*PAGE, Query("month", MONTH, "Of this month alone, counted in UTC.")),
        answers={200: Listed[LedgerLine]},
    ),
    "GET /v1/statements": Operation(
        summary="The months with movement, newest first", query=PAGE, answers={200: Listed[ShownMonth]}
    ),
    "GET /v1/statements/<month>": Operation(
        summary="A month's statement, as the data of a page",
        notes=(
            "The opening total and the movements are the closing total. What was paid for fees and gifts includes its"
            " VAT, which stands by rate, rounded to whole öre once a line."
        ),
        answers={200: ShownStatement},
        problems=(NotAcceptable,),
    ),
    "GET /v1/statements/<month>/file.csv": Operation(
        summary="A month's statement as a file",
        notes="Amounts are in kronor: the lines from the opening balance on are the closing one.",
        query=OF_FILES,
        answers={200: "text/csv"},
        problems=(NotAcceptable,),
    ),
}
