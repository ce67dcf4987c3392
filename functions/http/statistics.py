"""GET /v1/statistics: what a company's gifts have come to, in counts and öre; and the same as a file."""

from shared import settings
from shared.app import start
from shared.http.answers import statistics as statistics_answers
from shared.http.answers.statistics_csv import statistics_file
from shared.http.call import Answer, Call
from shared.http.csv_file import read_style
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/statistics", role="viewer", scope="statistics:read")
def show(call: Call) -> Answer:
    today = call.now.date()
    first, last = statistics_answers.read_span(call.request, today)
    with app.database.transaction() as tx:
        return Answer(200, statistics_answers.statistics(tx, call.company_id, first, last, today))


@api.route("GET", "/v1/statistics/file.csv", role="viewer", scope="statistics:read")
def show_file(call: Call) -> Answer:
    today, style = call.now.date(), read_style(call.request)
    first, last = statistics_answers.read_span(call.request, today)
    with app.database.transaction() as tx:
        shown = statistics_answers.statistics(tx, call.company_id, first, last, today)
    return statistics_file(shown, style)


statistics = api.function()
