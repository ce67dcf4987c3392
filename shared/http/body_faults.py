"""What is wrong with a body's field, in our codes and words: pydantic's change with its versions and name its types."""

import re
from collections.abc import Callable, Mapping

from pydantic_core import ErrorDetails, PydanticCustomError

from shared.domain.errors import Fault

_Limits = Mapping[str, object]
_Says = str | Callable[[_Limits], str]

UNKNOWN = ("invalid", "This cannot be taken. See what the API's description says of this field.")
NOT_JSON = "not_json"

_WHOLE_NUMBER = ("not_a_whole_number", "Send a whole number, without quotation marks.")
_NUMBER = ("not_a_number", "Send a number, without quotation marks.")
_YES_OR_NO = ("not_true_or_false", "Send true or false, without quotation marks.")
_DAY = ("not_a_day", "Send a day written as 2026-11-23.")
_MOMENT = ("not_a_time", "Send a time written as 2026-11-23T10:00:00+01:00.")
_OBJECT = ("not_an_object", "Send an object, written with { }.")


def _choices(limits: _Limits) -> str:
    choices = re.findall("'([^']*)'", str(limits.get("expected")))
    return f"Choose one of: {', '.join(choices)}."


def _shortest(limits: _Limits) -> str:
    least = limits.get("min_length")
    return "This is empty. Fill it in." if least == 1 else f"Send at least {least} characters."


_TABLE: dict[str, tuple[str, _Says]] = {
    "missing": ("missing", "This field is missing. Send it."),
    "extra_forbidden": ("extra_forbidden", "There is no such field here. Take it out, or mend how it is spelt."),
    "string_type": ("not_text", "Send text, within quotation marks."),
    "string_too_short": ("too_short", _shortest),
    "string_too_long": ("too_long", lambda limits: f"Send at most {limits.get('max_length')} characters."),
    "string_pattern_mismatch": ("wrong_form", lambda limits: f"Write it so that it fits {limits.get('pattern')}."),
    "literal_error": ("not_one_of", _choices),
    "enum": ("not_one_of", _choices),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than_equal": ("out_of_range", lambda limits: f"Send {limits.get('ge')} or more."),
    "less_than_equal": ("out_of_range", lambda limits: f"Send {limits.get('le')} or less."),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "timezone_aware": ("no_time_zone", "Say which time zone it is in, as 2026-11-23T10:00:00+01:00."),
    "list_type": ("not_a_list", "Send a list, written with [ ]."),
    "too_short": ("too_short", lambda limits: f"Send a list of at least {limits.get('min_length')}."),
    "too_long": ("too_long", lambda limits: f"Send a list of at most {limits.get('max_length')}."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "json_invalid": (NOT_JSON, "The body is not valid JSON."),
}
CODES = {code for code, _ in _TABLE.values()} | {UNKNOWN[0]}
_RULE = "rule"


def rule(code: str, message: str) -> PydanticCustomError:
    """A fault by a rule of ours, to be raised by a field's validator: it stands beside the faults of other fields."""
    return PydanticCustomError(_RULE, "{message}", {"code": code, "message": message})


def fault(field: str, error: ErrorDetails) -> Fault:
    """Never with what was sent. A rule of our own says itself what is wrong, as `invalid`."""
    limits: _Limits = error.get("ctx", {})
    if error["type"] == _RULE:
        return Fault(field, str(limits["code"]), str(limits["message"]))
    if error["type"] == "value_error":
        return Fault(field, UNKNOWN[0], str(limits.get("error")))
    code, says = _TABLE.get(error["type"], UNKNOWN)
    return Fault(field, code, says if isinstance(says, str) else says(limits))
