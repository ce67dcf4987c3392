"""Stripe's form encoding, `line_items[0][price_data][currency]=sek`, as nested dicts and lists of strings."""

import re
from collections.abc import Iterable
from typing import Any

import stripe

from sandbox.stand_ins.stripe.errors import ApiError, invalid, missing, unknown

Params = dict[str, Any]

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_OF_THE_CLIENT = frozenset(stripe.RequestOptions.__annotations__)


def parse(pairs: Iterable[tuple[str, str]]) -> Params:
    """Raises ApiError 400 for keys that contradict each other."""
    tree: Params = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None:
            raise unknown(key)
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        _put(tree, path, value)
    return {name: _with_lists(name, value) for name, value in tree.items()}


def names_taken_by(client_params: type) -> frozenset[str]:
    """The parameters a call takes, as the real client's types name them."""
    return frozenset(client_params.__annotations__) - _OF_THE_CLIENT


def refuse_others(params: Params, known: frozenset[str]) -> None:
    for name in params:
        if name not in known | {"expand"}:
            raise unknown(name)


def required(params: Params, name: str) -> Any:
    if params.get(name) in (None, "", [], {}):
        raise missing(name)
    return params[name]


def flag(value: object, name: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", name)
    return value == "true"


def integer(value: object, name: str, least: int = 0) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise invalid(f"Invalid integer: {value}", name)
    if int(value) < least:
        raise invalid(f"This value must be greater than or equal to {least}.", name)
    return int(value)


def section(params: Params, name: str) -> Params:
    """The nested object `name`, empty if it is not given."""
    value = params.get(name, {})
    if not isinstance(value, dict):
        raise invalid("Invalid object", name)
    return value


def merged_metadata(old: dict[str, str], params: Params) -> dict[str, str]:
    """Stripe's rule: given keys are set, an empty value takes its key away, an empty whole clears all."""
    if params.get("metadata") == "":
        return {}
    return {key: value for key, value in {**old, **section(params, "metadata")}.items() if value != ""}


def _put(tree: Params, path: list[str], value: str) -> None:
    for place, step in enumerate(path):
        step = step or str(len(tree))  # `expand[]=x` goes to the end
        if place == len(path) - 1:
            tree[step] = value
            return
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            raise ApiError(400, f"Invalid object: {path[0]}", param=path[0])


def _with_lists(name: str, value: object) -> object:
    if not isinstance(value, dict):
        return value
    if name != "metadata" and list(value) == [str(place) for place in range(len(value))]:
        return [_with_lists("", item) for item in value.values()]
    return {key: _with_lists(key, item) for key, item in value.items()}
