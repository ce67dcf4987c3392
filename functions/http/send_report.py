"""GET /v1/sends/{id}/report.csv: every recipient of a send in a file, sent as it is read."""

from shared import settings
from shared.app import start
from shared.http.answers import report_csv
from shared.http.call import Answer, Call
from shared.http.csv_file import read_style
from shared.http.endpoint import Api
from shared.privacy.delivery_id import DeliveryIds

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/sends/<send_id>/report.csv", role="viewer", scope="sends:read")
def show(call: Call) -> Answer:
    style, ids, send_id = read_style(call.request), DeliveryIds(app.tokens), call.path["send_id"]
    return report_csv.send_report(app.database, call.company_id, send_id, ids, style, test=call.of_tests)


send_report = api.function()
