"""A month's statement as a file: a row for each line, amounts in kronor."""

from collections.abc import Iterator

from shared.http import csv_file
from shared.http.answers.statements import ShownStatement
from shared.http.call import Answer
from shared.http.csv_file import Style, kronor

SWEDISH = {
    "number": "nummer",
    "month": "månad",
    "company": "företag",
    "org_number": "organisationsnummer",
    "line": "rad",
    "vat_class": "momsklass",
    "vat_rate_percent": "momssats procent",
    "net_sek": "netto kr",
    "vat_sek": "moms kr",
    "amount_sek": "belopp kr",
}


def statement_file(shown: ShownStatement, style: Style) -> Answer:
    """`amount_sek` of the lines from the opening to the closing total sum to it; fees and gifts stand by VAT rate."""
    rows = [_same(shown) | row for row in _rows(shown)]
    whole = csv_file.head(SWEDISH, (), style, SWEDISH) + csv_file.lines(rows, SWEDISH, (), style)
    return Answer(200, file=iter([whole]), headers=csv_file.headers(f"statement-{shown['number']}"))


def _same(shown: ShownStatement) -> dict[str, object]:
    """What stands in each row."""
    company = shown["company"]
    return {
        "number": shown["number"],
        "month": shown["month"],
        "company": company["name"],
        "org_number": company["org_number"],
    }


def _rows(shown: ShownStatement) -> Iterator[dict[str, object]]:
    moved = shown["movements"]
    yield _amount("opening_balance", shown["opening"]["total_ore"])
    yield _amount("deposits", moved["deposits_ore"])
    yield _amount("refunds", moved["refunds_ore"])
    yield _amount("disputes", moved["disputes_ore"])
    yield _amount("paid_back", moved["paid_back_ore"])
    for one in shown["taxed"]:
        yield {
            "line": one["line"],
            "vat_class": one["vat_class"],
            "vat_rate_percent": one["rate_percent"],
            "net_sek": kronor(-one["net_ore"]),
            "vat_sek": kronor(-one["vat_ore"]),
            "amount_sek": kronor(-one["gross_ore"]),
        }
    yield _amount("closing_balance", shown["closing"]["total_ore"])


def _amount(line: str, ore: int) -> dict[str, object]:
    return {"line": line, "amount_sek": kronor(ore)}
