"""The statistics as a file: a row for each period and gift."""

from shared.http import csv_file
from shared.http.answers.statistics import Statistics
from shared.http.call import Answer
from shared.http.csv_file import Style, kronor

SWEDISH = {
    "period": "period",
    "unit": "enhet",
    "gift": "gåva",
    "sent": "skickade",
    "delivered": "levererade",
    "opened": "öppnade",
    "redeemed": "inlösta",
    "cost_sek": "kostnad kr",
}


def statistics_file(shown: Statistics, style: Style) -> Answer:
    rows = [{**one, "cost_sek": kronor(one["cost_ore"])} for one in shown["items"]]
    whole = csv_file.head(SWEDISH, (), style, SWEDISH) + csv_file.lines(rows, SWEDISH, (), style)
    name = f"statistics-{shown['from']}-{shown['to']}"
    return Answer(200, file=iter([whole]), headers=csv_file.headers(name))
