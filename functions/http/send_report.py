"""GET /v1/sends/{id}/report.csv: every recipient of a send in a file, sent as it is read."""

from shared import settings
from shared.app import start
from shared.http.answers import report_csv
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy.delivery_id import DeliveryIds

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/sends/<send_id>/report.csv", role="viewer")
def show(call: Call) -> Answer:
    return report_csv.send_report(app.database, call.company_id, call.path["send_id"], DeliveryIds(app.tokens))


send_report = api.function()
