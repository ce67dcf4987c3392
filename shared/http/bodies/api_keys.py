"""The bodies about API keys."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, WithJsonSchema, model_validator

from shared.domain.api_key import Mode, WantedKey
from shared.domain.scopes import SCOPES
from shared.http.bodies.common import Name, Strict


def _scope(name: str) -> str:
    if name not in SCOPES:
        raise ValueError(f"There is no such scope. Choose among {', '.join(SCOPES)}.")
    return name


_EACH = [{"const": name, "description": says} for name, says in SCOPES.items()]
Scope = Annotated[str, AfterValidator(_scope), WithJsonSchema({"type": "string", "oneOf": _EACH})]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))]


class ApiKeyBody(Strict):
    name: Name
    mode: Literal["live", "test"]
    scopes: Scopes | None = None
    expires_at: AwareDatetime | None = None

    def wanted(self) -> WantedKey:
        return WantedKey(self.name, Mode(self.mode), self.scopes, self.expires_at)


class ApiKeyChangeBody(Strict):
    name: Name | None = None
    scopes: Scopes | None = None

    @model_validator(mode="after")
    def _something(self) -> "ApiKeyChangeBody":
        if self.name is None and self.scopes is None:
            raise ValueError("Say which name it is to have, or which scopes it is to keep.")
        return self
