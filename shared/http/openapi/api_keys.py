"""API keys, for programs."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable
from shared.http.answers.api_keys import Key, MadeKey
from shared.http.bodies.api_keys import ApiKeyBody, ApiKeyChangeBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "POST /v1/api-keys": Operation(
        summary="Make a key; it is shown once",
        body=ApiKeyBody,
        example={"name": "Kassan", "mode": "test", "scopes": ["sends:read", "sends:write"]},
        answers={201: MadeKey},
        problems=(Forbidden, Conflict, NotAcceptable),
        notes="Without `scopes` it gets all that there are today.",
    ),
    "GET /v1/api-keys": Operation(summary="The company's keys", query=PAGE, answers={200: Listed[Key]}),
    "PATCH /v1/api-keys/<key_id>": Operation(
        summary="Another name, or fewer scopes",
        body=ApiKeyChangeBody,
        example={"name": "Kassan i Nyköping"},
        answers={200: Key},
        problems=(Conflict,),
    ),
    "DELETE /v1/api-keys/<key_id>": Operation(summary="Revoke a key, at once", answers={204: None}),
}
