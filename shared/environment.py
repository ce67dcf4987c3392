"""How settings are read from the environment. A missing or contradictory value stops the start and is named."""

import base64
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, dataclass_transform
from urllib.parse import urlsplit

from msgspec import Struct

ENVIRONMENTS = ("development", "stage", "production")
LONGEST_PUBLIC_URL = 60
LOOPBACK = ("localhost", "127.", "::1", "::ffff:127.", "0.0.0.0")  # noqa: S104 - refused, not bound
REQUIRED: Any = object()
"""The default of a setting that has none."""


class SettingsError(Exception):
    """What is missing or wrong, a line each, by the setting's name and never with a secret's value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("the settings do not allow a start:\n  " + "\n  ".join(faults))
        self.faults = faults


class Setting(Struct, frozen=True):
    """What is known of one setting. `local`: only development may set it. `size`: in bytes."""

    meaning: str
    default: Any
    secret: bool
    local: bool
    size: int | None

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Of the class: an instance has a value of its own."""
        return self.default


def setting(
    meaning: str, *, default: Any = REQUIRED, secret: bool = False, local: bool = False, size: int | None = None
) -> Any:
    """An attribute read from the environment by its name in capitals.

    `secret`: comes from Secret Manager and is never printed. `local`: only development may set it. `size`: in bytes.
    """
    return Setting(meaning, default, secret, local, size)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(setting,))
class Group:
    """Settings that are read together. Made without `dataclasses`, which would compile each group at each start."""

    def __init__(self, **values: Any) -> None:
        known = settings_of(type(self))
        self.__dict__.update({name: one.default for name, one in known.items()} | values)
        if wrong := (values.keys() - known.keys()) | {name for name in known if self.__dict__[name] is REQUIRED}:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(wrong))}")

    def __repr__(self) -> str:
        shown = (name for name, one in settings_of(type(self)).items() if not one.secret)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment] # as equal by their values, which may be dictionaries


Some = TypeVar("Some", bound=Group)


def settings_of(group: type[Group]) -> dict[str, Setting]:
    """Its settings by their names as attributes, those that it inherits first."""
    classes = reversed(group.__mro__)
    return {name: one for each in classes for name, one in vars(each).items() if isinstance(one, Setting)}


class Settings:
    """The environment, read group by group: a function gets only the groups it says it needs."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._loaded: dict[type[Group], Any] = {}

    def check(self, groups: tuple[type[Group], ...]) -> None:
        """Load the groups. Raises `SettingsError` naming everything that is missing or wrong in all of them."""
        faults: list[str] = []
        for group in groups:
            try:
                self.load(group)
            except SettingsError as error:
                faults += error.faults
        if faults:
            raise SettingsError(list(dict.fromkeys(faults)))

    def load(self, group: type[Some]) -> Some:
        """One group. Raises `SettingsError`."""
        if group not in self._loaded:
            self._loaded[group] = _read(group, self._environment)
        loaded: Some = self._loaded[group]
        return loaded


def _read(group: type[Some], environment: Mapping[str, str]) -> Some:
    stage = environment.get("ENVIRONMENT", "").strip()
    faults = [] if stage in ENVIRONMENTS else [f"ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}"]
    one_of: tuple[str, ...] = getattr(group, "ONE_OF", ())
    if one_of and sum(bool(environment.get(name, "").strip()) for name in one_of) != 1:
        faults.append(f"set one of {' and '.join(one_of)}")
    values: dict[str, Any] = {}
    kinds = typing.get_type_hints(group)
    for name, one in settings_of(group).items():
        variable = name.upper()
        text = environment.get(variable, "").strip()
        fault = _fault(name, one, text, stage)
        if fault:
            faults.append(f"{variable} {fault}")
        elif text:
            try:
                values[name] = _parse(one, kinds[name], text)
            except ValueError as error:
                faults.append(f"{variable} {error}")
    if faults:
        raise SettingsError(faults)
    return group(**values)


def _fault(name: str, one: Setting, text: str, stage: str) -> str | None:
    if not text:
        return "is missing" if one.default is REQUIRED else None
    if name.endswith("_url") and not text.startswith(("https://", "http://")):
        return "must begin with https://"
    if name == "public_url" and text.endswith("/"):
        return "must not end with /"
    if name == "public_url" and len(text) > LONGEST_PUBLIC_URL:
        return f"must have {LONGEST_PUBLIC_URL} characters at most: a gift's link stands in an SMS of one part"
    if stage != "development":
        if one.local:
            return f"is for development only and must not be set in {stage}"
        if any(_is_unsafe_address(part) for part in text.split(",")) and not one.secret:
            return f"names a loopback or plain HTTP address, which {stage} refuses"
    return None


def _is_unsafe_address(text: str) -> bool:
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:  # brackets that are no IPv6 address
        return True
    host = parts.hostname or ""
    return parts.scheme == "http" or host.startswith(LOOPBACK) or host.endswith(".localhost")


def _parse(one: Setting, kind: Any, text: str) -> Any:
    if isinstance(kind, types.UnionType):
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    value = PARSERS[typing.get_origin(kind) or kind](text)
    if one.size is not None and len(value) != one.size:
        raise ValueError(f"must be {one.size} bytes in Base64")
    return value


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ValueError("must be a whole number above 0")
    return int(text)


def _by_name(text: str) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    named = {name.strip(): value.strip() for name, _, value in parts}
    if len(named) < len(parts) or not all(name and value for name, value in named.items()):
        raise ValueError("must be name=value; name=value, each name once")
    return named


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("must be Base64") from None


PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _count,
    bool: _flag,
    bytes: _bytes,
    Path: Path,
    dict: _by_name,
    tuple: lambda text: tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip()),
}
