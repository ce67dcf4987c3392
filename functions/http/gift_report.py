"""POST /v1/gift/{token}/report, and the gift page's button: a recipient reports the SMS."""

from shared import settings
from shared.app import start
from shared.http.answers.gift import reported
from shared.http.bodies.abuse_reports import read_abuse
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.rate_limit import count_client
from shared.use_cases.gifts.report_abuse import report_abuse

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("POST", "/v1/gift/<token>/report")
@api.route("POST", "/g/<token>/report")
def report(call: Call) -> Answer:
    count_client(app, "report", call)
    report_abuse(app.database, app.tokens, call.path["token"], read_abuse(call), call.now)
    return reported(call)


gift_report = api.function()
