"""Whatever is wrong with a body is told in codes and words of ours, which say how to mend it."""

import json
import random
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.domain.errors import Fault, Malformed, NotAcceptable
from shared.http import body_faults
from shared.http.answers.disclosures import DisclosureBody
from shared.http.bodies.agreement import AccountBody
from shared.http.bodies.billing import TopUpBody
from shared.http.bodies.login import CompleteLoginBody
from shared.http.bodies.privacy import PrivacyRequestBody
from shared.http.bodies.registers import AccessBody, BreachBody
from shared.http.bodies.send import SendWithRecipients
from shared.http.bodies.settle import SettleBody
from shared.http.bodies.signup import SignupBody
from shared.http.call import parse
from tests.drawn import drawn

HTTP = Path(__file__).parents[2] / "shared" / "http"
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["", "x" * 5_000, "2026-11-23", "2026-11-23T10:00:00", "acc_å", "2026-11-23T10:00:00Z", "all"]),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.sampled_from(["phone", "x"]), inside, max_size=2),
    max_leaves=4,
)
RULES = {"one_of", "not_for_this", "invalid_phone", "not_mobile"}
"""The codes of rules that stand at a field."""
ODD: list[object] = ["", "x" * 5_000, "2026-11-23T10:00:00", "2026-11-23", 1.5, 0, -1, 10**12, None, {}, [], [1], ["x"]]


def models(base: type[BaseModel] = BaseModel) -> list[type[BaseModel]]:
    """All that read a body, in whichever module of the edge they stand."""
    for file in [*HTTP.glob("bodies/*.py"), *HTTP.glob("answers/*.py")]:
        import_module(f"shared.http.{file.parent.name}.{file.stem}")
    below = {model for kind in base.__subclasses__() for model in [kind, *models(kind)]}
    return sorted((one for one in below if one.__module__.startswith("shared.http")), key=lambda one: one.__name__)


def faults(model: type[BaseModel], body: object) -> list[Fault]:
    try:
        parse(json.dumps(body), model)
    except NotAcceptable as refusal:
        return refusal.faults
    except Malformed:  # a number that is larger than JSON's readers take
        return []
    return []


def test_no_body_is_left_out() -> None:
    assert {
        "SignupBody",
        "SendWithRecipients",
        "BreachBody",
        "AccountBody",
        "DisclosureBody",
        "PrivacyRequestBody",
    } <= {one.__name__ for one in models()}


@pytest.mark.parametrize("model", models(), ids=lambda one: one.__name__)
def test_junk_in_any_field_is_answered_in_our_own_codes_and_words(model: type[BaseModel]) -> None:
    names = [*model.model_fields, "colour"]

    dice, junk = random.Random(model.__name__), drawn(JSON, 150)
    bodies: list[object] = [*junk, *(dict.fromkeys(names, one) for one in [*ODD, *junk])]
    bodies += [{name: dice.choice(junk) for name in names if dice.random() < 0.7} for _ in range(200)]
    for body in bodies:
        for one in faults(model, body):
            assert one.code in body_faults.CODES | RULES, body
            assert one.message != body_faults.UNKNOWN[1], f"{one.field} is wrong in a way that nobody put into words"
            assert not one.message.startswith(("Input", "Value")) and one.message.endswith("."), body
            assert "None" not in one.message, body


@pytest.mark.parametrize(
    ("model", "body", "expected"),
    [
        (TopUpBody, {"amount_ore": 1}, ("amount_ore", "out_of_range", "Send 10000 or more.")),
        (TopUpBody, {"amount_ore": "x"}, ("amount_ore", "not_a_whole_number", None)),
        (SettleBody, {"outcome": "lost"}, ("outcome", "not_one_of", "Choose one of: sent, resend.")),
        (SettleBody, {}, ("outcome", "missing", None)),
        (SettleBody, {"outcome": "sent", "x": 1}, ("x", "extra_forbidden", None)),
        (SettleBody, [], ("body", "not_an_object", None)),
        (AccountBody, {"retention": {"erase_after_days": 3}}, ("retention.erase_after_days", "out_of_range", None)),
        (CompleteLoginBody, {"token": ""}, ("token", "too_short", "This is empty. Fill it in.")),
        (CompleteLoginBody, {"token": "x" * 201}, ("token", "too_long", "Send at most 200 characters.")),
    ],
)
def test_a_fault_says_how_to_mend_it(model: type[BaseModel], body: object, expected: tuple[str, str, str]) -> None:
    (one,) = faults(model, body)
    assert (one.field, one.code) == expected[:2]
    assert expected[2] in (None, one.message)


@pytest.mark.parametrize(
    ("model", "field", "value", "code"),
    [
        (SendWithRecipients, "scheduled_at", "2026-11-24T10:00:00", "no_time_zone"),
        (SendWithRecipients, "scheduled_at", "tomorrow", "not_a_time"),
        (SendWithRecipients, "recipients", [], "too_short"),
        (SendWithRecipients, "recipients", {}, "not_a_list"),
        (SendWithRecipients, "quiet_hours", "perhaps", "not_true_or_false"),
        (AccessBody, "since", "yesterday", "not_a_day"),
        (SignupBody, "email", "Anna", "invalid"),
        (SignupBody, "plan", 17, "not_text"),
    ],
)
def test_each_kind_of_fault_has_a_code_of_its_own(model: type[BaseModel], field: str, value: object, code: str) -> None:
    assert {one.field: one.code for one in faults(model, {field: value})}[field] == code


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"kind": "missing", "phone": "one_of"}),
        ({"kind": "find", "phone": "070-1740605", "email": "a@b.se"}, {"phone": "one_of"}),
        ({"kind": "rectify", "phone": "070-1740605", "x": 1}, {"new_phone": "missing", "x": "extra_forbidden"}),
        ({"kind": "rectify", "email": "a@b.se", "first_name": 1}, {"first_name": "not_text", "last_name": "missing"}),
        (
            {"kind": "find", "phone": "0155-123", "forget_opt_out": 1},
            {"phone": "invalid_phone", "forget_opt_out": "not_true_or_false"},
        ),
        ({"kind": "find", "email": "a@b.se", "new_phone": "070-1740605"}, {"new_phone": "not_for_this"}),
        ({"kind": "find", "email": "a@b.se", "forget_opt_out": True}, {"forget_opt_out": "not_for_this"}),
    ],
)
def test_a_rule_is_judged_beside_what_is_wrong_with_other_fields(body: object, expected: dict[str, str]) -> None:
    assert {one.field: one.code for one in faults(PrivacyRequestBody, body)} == expected


@pytest.mark.parametrize("text", ["å", "snd_å", "", "x", "SND_A", "snd_", "snd_a b", "snd_a\n_", "snd_" + "a" * 41])
@pytest.mark.parametrize(
    ("model", "field", "wrap"),
    [
        (DisclosureBody, "send_id", str),
        (CompleteLoginBody, "account_id", str),
        (BreachBody, "companies", lambda x: [x]),
    ],
)
def test_what_can_be_no_id_is_refused_before_the_database_sees_it(
    model: type[BaseModel], field: str, wrap: object, text: str
) -> None:
    assert callable(wrap)
    found = {one.field.partition(".")[0]: one for one in faults(model, {field: wrap(text)})}
    assert found[field].code == "invalid" and "This is no id." in found[field].message
