"""Moments as the API shows them."""

from datetime import datetime
from typing import overload


@overload
def moment(value: datetime) -> str: ...
@overload
def moment(value: datetime | None) -> str | None: ...
def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else None
