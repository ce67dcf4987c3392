"""GET /v1/openapi.json: the API's description, OpenAPI 3.1."""

from shared import settings
from shared.app import start
from shared.http.answers.description import description
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)
api.route("GET", "/v1/openapi.json")(lambda call: description(call, app.core.public_url))

openapi = api.function()
