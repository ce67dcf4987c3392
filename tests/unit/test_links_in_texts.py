"""No recipient's value makes a web address in the text: not alone, not with another, not with the message's words."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from shared.domain.recipient_file import RecipientTable
from shared.domain.recipients import judge
from shared.domain.sms_text import Template, foreign_links
from tests.factories import fingerprint

LINK = "https://upup.example/g/" + "x" * 24
PIECES = st.sampled_from(
    [
        "a",
        "evil",
        "www",
        ".",
        "..",
        "/",
        "//",
        ":",
        "http",
        "se",
        "com",
        "@",
        "-",
        " ",
        "\n",
        "Kr",
        "1",
        "10.0.0.1",
        "…",
    ]
)
WRITTEN = st.lists(PIECES, max_size=6).map("".join)


def rows_with_links(message: str, **values: str) -> list[int]:
    table = RecipientTable(("phone", *values), [["070-174 06 05", *values.values()]])
    return judge(table, Template(message), LINK, fingerprint).rows_with_links


@pytest.mark.parametrize(
    ("message", "a", "b"),
    [
        ("Hej {{a}} {{b}} {{link}}", "evil.se", "x"),
        ("Hej {{a}}{{b}} {{link}}", "evil", ".se/x"),
        ("Hej {{a}}{{b}} {{link}}", "www", ".evil.example"),
        ("Hej {{a}}.{{b}} {{link}}", "evil", "se"),
        ("Hej evil.{{a}} {{b}} {{link}}", "se", "x"),
        ("Hej evil.s{{a}} {{b}} {{link}}", "e", "x"),
        ("Hej http:{{a}} {{b}} {{link}}", "//evil", "x"),
        ("Hej h{{a}}://evil {{b}} {{link}}", "ttp", "x"),
        ("Hej {{a}}/x {{b}} {{link}}", "evil.se", "x"),
        ("Hej {{a}} {{link}}{{b}}", "x", ".evil.se"),
        ("Hej {{b}} {{a}}{{link}}", "evil.se/", "x"),
    ],
)
def test_a_link_that_is_put_together_from_values_and_words_is_found(message: str, a: str, b: str) -> None:
    assert foreign_links(message) == []
    assert rows_with_links(message, a=a, b=b) == [1]


@pytest.mark.parametrize(
    "name", ["Anna", "J. R. Åberg", "Anna.", "Dr.", "St. Mellösa", "10.50 kr", "anna@upup.example"]
)
@pytest.mark.parametrize("message", ["Hej {{a}}! {{link}}", "Hej {{a}}. Tack: {{link}}", "{{a}}... {{link}}."])
def test_names_sums_and_full_stops_are_no_links(message: str, name: str) -> None:
    assert rows_with_links(message, a=name) == []


@given(before=WRITTEN, between=WRITTEN, after=WRITTEN, a=WRITTEN, b=WRITTEN)
@settings(max_examples=1000, deadline=None, derandomize=True)
@example(before="", between="", after="...", a="x", b="www")
@example(before="", between=".", after="", a="www", b=".")
def test_the_short_cut_finds_what_looking_at_the_whole_text_would(
    before: str, between: str, after: str, a: str, b: str
) -> None:
    message = f"{before}{{{{a}}}}{between}{{{{b}}}}{after} {{{{link}}}}"
    assume(not foreign_links(message))
    template, values = Template(message), {"a": a.strip(), "b": b.strip()}
    plain = {name: Template("{{x}}").render({"x": value}, "") for name, value in values.items()}
    whole = template.fill(plain, "{{link}}")
    assert template.has_foreign_link(plain) == bool(foreign_links(whole))
