"""/v1/api-keys: what a company's programs come in with. An owner makes, changes and revokes them; no key does."""

from shared import settings
from shared.app import start
from shared.http.answers.api_keys import key, key_list, made_key
from shared.http.bodies.api_keys import ApiKeyBody, ApiKeyChangeBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.manage_keys import change_key, make_key, revoke_key

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("POST", "/v1/api-keys", role="owner", careful=True)
def make(call: Call) -> Answer:
    wanted = call.body(ApiKeyBody).wanted()
    return Answer(201, made_key(*make_key(app.database, app.tokens, call.member, wanted, call.now), call.now))


@api.route("GET", "/v1/api-keys", role="owner", careful=True)
def show(call: Call) -> Answer:
    return Answer(200, key_list(app.database, call))


@api.route("PATCH", "/v1/api-keys/<key_id>", role="owner", careful=True)
def change(call: Call) -> Answer:
    to = call.body(ApiKeyChangeBody)
    changed = change_key(app.database, call.company_id, call.path["key_id"], to.name, to.scopes, call.now)
    return Answer(200, key(changed, call.now))


@api.route("DELETE", "/v1/api-keys/<key_id>", role="owner", careful=True)
def revoke(call: Call) -> Answer:
    revoke_key(app.database, call.company_id, call.path["key_id"], call.now)
    return Answer(204)


api_keys = api.function()
