"""GET /v1/statistics: what a company's gifts have come to, in counts and öre."""

from shared import settings
from shared.app import start
from shared.http.answers import statistics as statistics_answers
from shared.http.call import Answer, Call
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/statistics", role="viewer")
def show(call: Call) -> Answer:
    today = call.now.date()
    first, last = statistics_answers.read_span(call.request, today)
    with app.database.transaction() as tx:
        return Answer(200, statistics_answers.statistics(tx, call.company_id, first, last, today))


statistics = api.function()
