"""What was told to a webhook endpoint: the calls so far, one for a test, and one more of a message."""

from shared import settings
from shared.app import start
from shared.http.answers.webhooks import attempt_list, to_be_told
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.rate_limit import WEBHOOK_REPLAYS, WEBHOOK_TESTS, count
from shared.use_cases.webhooks.manage_endpoints import tell_again, tell_test

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("GET", "/v1/webhook-endpoints/<endpoint_id>/attempts", role="owner", scope="webhooks:read")
def show(call: Call) -> Answer:
    return Answer(200, attempt_list(app.database, call))


@api.route("POST", "/v1/webhook-endpoints/<endpoint_id>/test", role="owner", scope="webhooks:write")
def test(call: Call) -> Answer:
    count(app, WEBHOOK_TESTS, call.company_id, call.now)
    return Answer(202, to_be_told(tell_test(app.database, call.member, call.path["endpoint_id"], call.now)))


@api.route(
    "POST", "/v1/webhook-endpoints/<endpoint_id>/messages/<message_id>/replay", role="owner", scope="webhooks:write"
)
def replay(call: Call) -> Answer:
    count(app, WEBHOOK_REPLAYS, call.company_id, call.now)
    message = (call.path["endpoint_id"], call.path["message_id"])
    return Answer(202, to_be_told(tell_again(app.database, call.member, *message, call.now)))


webhook_messages = api.function()
