"""A text may link to a company's own domain and to nothing that only looks like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.link_domain import InvalidDomain, leads_to, normalise
from shared.domain.recipient_file import RecipientTable
from shared.domain.recipients import judge
from shared.domain.sms_text import Template, foreign_links
from tests.factories import fingerprint

prove = settings(max_examples=120, deadline=None, derandomize=True)
OURS = frozenset({"kaffebaren.se", normalise("åkaffe.se")})
LINK = "https://upup.example/g/" + "x" * 24


@pytest.mark.parametrize(
    "text",
    [
        "Se kaffebaren.se.",
        "Se www.kaffebaren.se, tack",
        "(https://kaffebaren.se/meny?dag=1#fika)",
        "http://shop.kaffebaren.se/a-b_c~d%20",
        "KAFFEBAREN.SE",
        "https://åkaffe.se/x och åkaffe.se",
        "https://xn--kaffe-lra.se"
        if normalise("åkaffe.se") == "xn--kaffe-lra.se"
        else f"https://{normalise('åkaffe.se')}",
        "https://kaffebaren.se/{{kod}} {{link}}",
        "https://{{ort}}.kaffebaren.se {{link}}",
    ],
)
def test_a_link_to_the_companys_domain_or_below_it_is_no_foreign_one(text: str) -> None:
    assert foreign_links(text, OURS) == []
    assert foreign_links(text), "without the approval it is one"


@pytest.mark.parametrize(
    "text",
    [
        "https://kaffebaren.se@evil.com",
        "https://kaffebaren.se:pw@evil.com/",
        "https://kaffebaren.se:8080/",
        "https://kaffebaren.se%40evil.com",
        "https://kaffebaren.se\\@evil.com",
        "https://kaffebaren.se,evil.com",
        "https://evil.com/kaffebaren.se",
        "https://kaffebaren.se.evil.com",
        "kaffebaren.se.evil.zz",
        "notkaffebaren.se",
        "kaffebaren.se.com",
        "https://k\u0430ffebaren.se",
        "https://kaffebaren\u3002se.evil.com",
        "https://kaffebaren.se/https://evil.com",
        "javascript://kaffebaren.se/%0aalert(1)",
        "ftp://kaffebaren.se",
        "https://kaffebaren.se/{{link}}",
        "kaffebaren.se{{link}}",
        "kaffebaren.se{{x}}",
        "https://{{x}}kaffebaren.se",
        "10.0.0.1/kaffebaren.se",
        "https://kaffebaren.se./",
    ],
)
def test_what_a_phone_may_take_elsewhere_stays_foreign(text: str) -> None:
    assert foreign_links(text, OURS) != []


@pytest.mark.parametrize(
    ("message", "value", "refused"),
    [
        ("https://kaffebaren.se/{{x}} {{link}}", "bord-7", False),
        ("https://kaffebaren.se/{{x}} {{link}}", "@evil.com", True),
        ("https://kaffebaren.se/{{x}} {{link}}", "//evil.com:1", True),
        ("https://{{x}}.kaffebaren.se {{link}}", "nykoping", False),
        ("https://{{x}}.kaffebaren.se {{link}}", "evil.com/", True),
        ("https://{{x}}.kaffebaren.se {{link}}", "evil.com#", True),
        ("Hej {{x}} kaffebaren.se {{link}}", "evil.com", True),
        ("Hej {{x}} kaffebaren.se {{link}}", "Anna", False),
        ("Hej {{x}} kaffebaren.se {{link}}", "kaffebaren.se", False),
    ],
)
def test_a_recipients_value_turns_no_link_elsewhere(message: str, value: str, refused: bool) -> None:
    assert foreign_links(message, OURS) == []
    table = RecipientTable(("phone", "x"), [["070-174 06 05", value]])
    assert bool(judge(table, Template(message), LINK, fingerprint, OURS).rows_with_links) is refused


LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


@given(below=st.lists(LABEL, max_size=3), path=st.text("abc/._-~?=&", max_size=10))
@prove
def test_all_below_the_domain_is_the_companys(below: list[str], path: str) -> None:
    assert leads_to(f"https://{'.'.join([*below, 'kaffebaren.se'])}/{path}", OURS)


@given(st.text("kafebrn.se/@:%\\{}a1 \u0430", max_size=12), st.text("kafebrn.se/@:%\\{}a1\u0430", max_size=12))
@prove
def test_what_stands_around_the_domain_never_makes_another_host_the_companys(before: str, after: str) -> None:
    link = f"https://{before}kaffebaren.se{after}"
    if leads_to(link, OURS):
        host = link.removeprefix("https://").partition("/")[0].lower()
        assert host == "kaffebaren.se" or host.endswith(".kaffebaren.se")


@given(st.text(max_size=40))
@prove
def test_a_domain_is_read_the_same_again_or_refused(text: str) -> None:
    try:
        domain = normalise(text)
    except InvalidDomain:
        return
    assert normalise(domain) == domain
    assert leads_to(domain, {domain})


@pytest.mark.parametrize("text", ["", "se", "https://a.se", "a.se/x", "a b.se", "-a.se", "1.2.3.4", "a..se"])
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(InvalidDomain):
        normalise(text)
