"""/v1/webhook-endpoints: where a company is told of what happens."""

from shared import settings
from shared.app import start
from shared.http.answers.webhooks import endpoint_list, made_endpoint
from shared.http.bodies.webhooks import EndpointBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.webhooks.manage_endpoints import add_endpoint

app = start(settings.DatabaseSettings, settings.WebhookSettings)
api = Api(app)


@api.route("POST", "/v1/webhook-endpoints", role="owner", scope="webhooks:write", careful=True)
def add(call: Call) -> Answer:
    wanted, loopback = call.body(EndpointBody).wanted(), app.settings.load(settings.WebhookSettings).webhook_loopback
    added = add_endpoint(app.database, app.tokens, call.member, wanted, call.now, loopback=loopback)
    return Answer(201, made_endpoint(*added))


@api.route("GET", "/v1/webhook-endpoints", role="owner", scope="webhooks:read")
def show(call: Call) -> Answer:
    return Answer(200, endpoint_list(app.database, call))


webhook_endpoints = api.function()
