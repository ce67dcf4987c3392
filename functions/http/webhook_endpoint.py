"""/v1/webhook-endpoints/{id}: one of them, read, changed and deleted, and a new secret for it."""

from shared import settings
from shared.app import start
from shared.http.answers import webhooks as answers
from shared.http.bodies.webhooks import EndpointChangeBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.webhooks import manage_endpoints as use_case

app = start(settings.DatabaseSettings, settings.WebhookSettings)
api = Api(app)


@api.route("GET", "/v1/webhook-endpoints/<endpoint_id>", role="owner", scope="webhooks:read")
def show(call: Call) -> Answer:
    return Answer(200, answers.one_endpoint(app.database, call))


@api.route("PATCH", "/v1/webhook-endpoints/<endpoint_id>", role="owner", scope="webhooks:write", careful=True)
def change(call: Call) -> Answer:
    to, loopback = call.body(EndpointChangeBody).change(), app.settings.load(settings.WebhookSettings).webhook_loopback
    place = (call.member, call.path["endpoint_id"])
    return Answer(200, answers.endpoint(use_case.change_endpoint(app.database, *place, to, loopback=loopback)))


@api.route("DELETE", "/v1/webhook-endpoints/<endpoint_id>", role="owner", scope="webhooks:write", careful=True)
def delete(call: Call) -> Answer:
    use_case.delete_endpoint(app.database, call.member, call.path["endpoint_id"])
    return Answer(204)


@api.route("POST", "/v1/webhook-endpoints/<endpoint_id>/secret", role="owner", scope="webhooks:write", careful=True)
def renew(call: Call) -> Answer:
    new = use_case.replace_secret(app.database, app.tokens, call.member, call.path["endpoint_id"], call.now)
    return Answer(200, answers.new_secret(*new))


webhook_endpoint = api.function()
