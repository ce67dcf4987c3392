"""Outgoing webhooks: where UpUp tells a company's programs what happens, after Standard Webhooks."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable
from shared.http.answers.webhooks import AttemptShown, EndpointShown, MadeEndpoint, NewSecret, ToBeTold
from shared.http.bodies.webhooks import EndpointBody, EndpointChangeBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "POST /v1/webhook-endpoints": Operation(
        summary="Have an address told of what happens; its secret is shown once",
        notes="`delivery.*` is every event that begins so. Each call is signed after Standard Webhooks; names, numbers,"
        " texts and codes are in none. What a test key makes is told of tests alone.",
        body=EndpointBody,
        example={
            "url": "https://kaffebaren.example/upup",
            "events": ["delivery.*", "gift.redeemed", "send.done"],
            "description": "The till",
        },
        answers={201: MadeEndpoint},
        problems=(Forbidden, Conflict, NotAcceptable),
    ),
    "GET /v1/webhook-endpoints": Operation(
        summary="The company's endpoints", query=PAGE, answers={200: Listed[EndpointShown]}
    ),
    "GET /v1/webhook-endpoints/<endpoint_id>": Operation(summary="One endpoint", answers={200: EndpointShown}),
    "PATCH /v1/webhook-endpoints/<endpoint_id>": Operation(
        summary="Another address, other events, or whether it is called",
        notes="`enabled` takes one up again that UpUp has given up: after three days without a good answer, or a 410.",
        body=EndpointChangeBody,
        example={"events": ["gift.redeemed"]},
        answers={200: EndpointShown},
    ),
    "DELETE /v1/webhook-endpoints/<endpoint_id>": Operation(
        summary="Delete an endpoint, with all that was told to it", answers={204: None}
    ),
    "POST /v1/webhook-endpoints/<endpoint_id>/secret": Operation(
        summary="A new secret; it is shown once",
        notes="The one before it goes on signing beside it for 24 hours. One more new secret ends that at once.",
        answers={200: NewSecret},
    ),
    "POST /v1/webhook-endpoints/<endpoint_id>/test": Operation(
        summary="Have the event test.ping told to it",
        notes="60 an hour.",
        answers={202: ToBeTold},
        problems=(Conflict,),
    ),
    "GET /v1/webhook-endpoints/<endpoint_id>/attempts": Operation(
        summary="The calls to it and what came of them",
        notes="Of 30 days.",
        query=PAGE,
        answers={200: Listed[AttemptShown]},
    ),
    "POST /v1/webhook-endpoints/<endpoint_id>/messages/<message_id>/replay": Operation(
        summary="Have a message told once more, under the same id",
        notes="600 an hour, of messages of the last 30 days.",
        answers={202: ToBeTold},
        problems=(Conflict,),
    ),
}
