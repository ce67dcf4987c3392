"""A refusal says what is wrong and how to mend it, and never repeats what was sent: it may be a number or a name."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.domain.errors import NotAcceptable, Refusal
from shared.domain.phone_number import PhoneError
from shared.domain.phone_number import parse as parse_phone
from shared.domain.recipient_file import RecipientTable
from shared.domain.recipients import judge
from shared.domain.sms_text import Template
from shared.http.bodies.billing import TopUpBody
from shared.http.bodies.forms import ContactBody, TestSendBody
from shared.http.bodies.login import CompleteLoginBody, LoginBody
from shared.http.bodies.send import PreviewBody, SendWithRecipients
from shared.http.bodies.signup import SignupBody
from shared.http.call import parse
from shared.http.problem import MEDIA_TYPE, internal_error, problem
from shared.use_cases.sends.accept_send import report_of
from tests.drawn import drawn
from tests.factories import fingerprint

prove = settings(deadline=None, derandomize=True)

TRACE = "0" * 32
MODELS = [SignupBody, LoginBody, CompleteLoginBody, TopUpBody, PreviewBody, SendWithRecipients]
MODELS += [ContactBody, TestSendBody]

# Long and odd enough never to be a part of our own words.
values = st.from_regex(r"[0-9]{7,12}Zyx[a-zåäö]{4,20}", fullmatch=True)
anything = st.recursive(
    values, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["phone", "x"]), inside)
)


def refused(model: type[BaseModel], body: object) -> str:
    """The whole answer to a body that the model refuses; "" where it takes it."""
    try:
        parse(json.dumps(body), model)
    except Refusal as refusal:
        return problem(refusal, TRACE).get_data(as_text=True)
    return ""


@pytest.mark.parametrize("model", MODELS)
def test_a_refused_body_is_never_repeated(model: type[BaseModel]) -> None:
    dice, some = random.Random(model.__name__), drawn(anything, 150)
    for _ in range(300):
        body = {name: dice.choice(some) for name in model.model_fields}
        answer = refused(model, body)
        for value in strings_in(body):
            assert value not in answer


def strings_in(value: object) -> list[str]:
    """All strings among the values of a JSON body."""
    match value:
        case str():
            return [value]
        case list():
            return [text for one in value for text in strings_in(one)]
        case dict():
            return [text for one in value.values() for text in strings_in(one)]
    return []


def test_every_fault_is_named_by_its_field() -> None:
    answer = json.loads(refused(SignupBody, {"email": "Zyxhild", "org_number": "070-1740605"}))
    named = {fault["field"] for fault in answer["errors"]}
    assert named == set(SignupBody.model_fields)
    assert answer["status"] == 422


@pytest.mark.parametrize(
    "text", ['{"email": "070-1740605', "070-1740605", '"Zyxhild"', '["070-1740605"]', "\x00Zyxhild"]
)
def test_what_is_not_the_json_that_was_asked_for_is_not_repeated(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(text, LoginBody)
    answer = problem(caught.value, TRACE).get_data(as_text=True)
    assert "1740605" not in answer
    assert "Zyx" not in answer


def test_names_of_recipients_fields_are_not_repeated() -> None:
    body = {"recipients": [{"phone": "0701740605", "Zyxhild 070-1740606": {"a": 1}}]}
    answer = refused(SendWithRecipients, body)
    assert "recipients" in answer
    assert "Zyxhild" not in answer
    assert "1740606" not in answer


@prove
@given(values, values)
def test_the_report_of_a_send_names_rows_and_never_what_is_in_them(phone: str, name: str) -> None:
    table = RecipientTable(("phone", "first_name"), [[phone, name]])
    judgement = judge(table, Template("Hej {{first_name}}"), "", fingerprint)
    refusal = NotAcceptable("Some rows cannot be sent to.", extra=report_of(judgement))
    answer = problem(refusal, TRACE).get_data(as_text=True)
    assert json.loads(answer)["report"][0]["row"] == 1
    assert phone not in answer
    assert name not in answer


@prove
@given(values)
def test_a_refused_number_is_not_repeated(text: str) -> None:
    with pytest.raises(PhoneError) as caught:
        parse_phone(text)
    assert text not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_fault_of_ours_tells_nothing_but_the_trace() -> None:
    answer = internal_error(TRACE)
    assert (answer.status_code, answer.mimetype) == (500, MEDIA_TYPE)
    assert answer.get_json()["trace_id"] == TRACE
    assert answer.get_json()["errors"] == []
