"""The bodies of what is paid in, and of what is paid back by bank."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from shared.domain.plan import LEAST_TOP_UP_ORE, MOST_TOP_UP_ORE
from shared.http.bodies.common import Strict


class TopUpBody(Strict):
    amount_ore: Annotated[
        int, Field(strict=True, ge=LEAST_TOP_UP_ORE, le=MOST_TOP_UP_ORE, json_schema_extra={"format": "int64"})
    ]


class PaidByBankBody(Strict):
    """`amount_ore`: all that is left of the balance."""

    amount_ore: Annotated[
        int,
        Field(strict=True, ge=1, le=2**53 - 1),
        WithJsonSchema({"type": "integer", "format": "int64", "minimum": 1}),
    ]
