"""For suppliers alone: what they call when something happened."""

from shared.domain.errors import Malformed
from shared.http.answers.entry import Nothing
from shared.http.openapi.operation import Operation

OPERATIONS = {
    "POST /v1/webhooks/stripe": Operation(
        summary="Stripe's events, signed", answers={200: Nothing}, problems=(Malformed,)
    ),
    "GET /v1/callbacks/lekab/<secret>/dr": Operation(summary="Lekab's receipts", answers={200: Nothing}),
    "GET /v1/callbacks/lekab/<secret>/mo": Operation(summary="What is answered to an SMS", answers={200: Nothing}),
    "POST /v1/callbacks/clearon/<secret>": Operation(summary="ClearOn's redemptions", answers={200: Nothing}),
}
