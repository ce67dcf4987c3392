"""The bodies of what an owner decides about the agreement."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shared.http.bodies.common import Strict


class Retention(Strict):
    """Days from the upload; what is left out stays as it is."""

    encrypt_after_days: Annotated[int, Field(strict=True, ge=4, le=30)] | None = None
    erase_after_days: Annotated[int, Field(strict=True, ge=31, le=365)] | None = None


class AccountBody(Strict):
    """What is left out stays as it is. `second_factor_required`: of every member, for what asks for care."""

    retention: Retention | None = None
    second_factor_required: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.retention is None and self.second_factor_required is None:
            raise ValueError("Send what is to change: retention, second_factor_required, or both.")
        return self


class DpaBody(Strict):
    version: Annotated[str, StringConstraints(min_length=1, max_length=20)]


class CloseBody(Strict):
    """`confirm`: the company's name, as the account has it."""

    confirm: Annotated[str, StringConstraints(max_length=200)]
