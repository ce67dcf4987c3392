"""Whatever prints a row, a log or an error: no number, name, text or code of a gift is in it."""

import importlib
import logging
import pkgutil
import re
import traceback
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

import shared
from shared.database.queries.claims import ToSend
from shared.database.queries.contacts import Holder
from shared.database.queries.deliveries import InClear, Shown
from shared.database.queries.extra_sms import Target
from shared.database.queries.invitations import Invitation
from shared.database.queries.members import Member
from shared.database.queries.people import Person
from shared.database.queries.persons_data import Row
from shared.database.queries.uncertain import Settling, Uncertain
from shared.domain.code_file import CodeRow
from shared.domain.delivery import DeliveryState
from shared.domain.disclosure import Disclosed
from shared.domain.gift import GiftState, GivenGift, OpenedGift
from shared.domain.persons_data import FoundPerson, HeldDelivery, HeldElsewhere, NewNames, Wanted
from shared.domain.phone_number import PhoneNumber
from shared.domain.privacy_request import Kind
from shared.domain.recipient_file import RecipientTable
from shared.domain.recipients import Judgement, Recipient
from shared.domain.send import SendRequest
from shared.domain.sms_text import SmsSize, Template
from shared.ports import Contact, CouponState, Held, IssuedCoupon, Receipt, Sms, Subscription, Visitor
from shared.privacy.envelope import Record
from shared.privacy.gift_seal import GiftSecret
from shared.privacy.redaction import describe
from shared.use_cases.accounts.sign_up import Signup
from shared.use_cases.privacy.rectify_person import NewNumber
from tests.factories import NOON

prove = settings(deadline=None, derandomize=True)

E164, NAME, EAN, CODE, TOKEN = "+46701740605", "Åsa", "9912345678905", "7654321", "q7Zk3hYw9LmN0pRsT2uVxA-_"
NUMBER = PhoneNumber(E164)
GIFT = GivenGift("coffee", "Kaffe", "Coffee", "goods", 3500, "", "", None, None, id_required=False)
TABLE = RecipientTable(("phone", "first_name"), [["070-174 06 05", NAME]])
RECIPIENT = Recipient(1, NUMBER, b"\0" * 32, {"first_name": NAME}, SmsSize("GSM-7", 1, 1))

EMAIL = "asa@exempel.example"

TELLING = ("1740605", "174 06 05", "1740", NAME, EAN, CODE, TOKEN, EMAIL)
"""What must not be printed, also of a number in parts."""

HOLDERS = [
    NUMBER,
    ToSend(1, E164, b"\0" * 32, None, "cpn_a", None, opted_out=False),
    InClear(1, E164, "cpn_a"),
    Shown(1, "sent", None, E164, False, "issued", None, None),
    RECIPIENT,
    Record(E164, "coffee", "cpn_a"),
    GiftSecret(EAN, CODE, b"\0" * 32),
    IssuedCoupon("cpn_a", CouponState.ISSUED, EAN, CODE),
    Sms(NUMBER, "Kaffebaren", f"Hej {NAME}! https://upup.example/g/{TOKEN}"),
    OpenedGift("Kaffebaren", GIFT, EAN, CODE, date(2026, 12, 24), GiftState.OPENED),
    TABLE,
    SendRequest("coffee", "Kaffebaren", "Hej {{first_name}}!", "2026-11", False, TABLE),
    Judgement(Template("Hej {{first_name}}!"), f"https://upup.example/g/{TOKEN}", accepted=[RECIPIENT]),
    Uncertain("snd_a", 1, "acc_a", NOON, None, E164),
    Settling("unknown", None, E164, "issued", False, CODE.encode()),
    Receipt("lekab-1", DeliveryState.DELIVERED, None, NUMBER, "Kaffebaren"),
    Disclosed(1, "sent", E164, "coffee"),
    Contact(EMAIL, NAME, NAME, "start", {"sends": 1}),
    Held({"email_address": EMAIL, "FNAME": NAME}, True),
    Visitor(EMAIL, NAME, NAME, "Bageriet", E164, "2026-11"),
    Subscription(EMAIL, True),
    Member("mbr_a", "per_a", "sender", NAME, NAME, EMAIL, NOON),
    Invitation("inv_a", "acc_a", EMAIL, "sender", "mbr_b", "wanted", None, NOON, NOON),
    Person("per_a", EMAIL, NAME, NAME),
    Signup(NAME, "5568219819", NAME, NAME, EMAIL, "start", "2026-11"),
    Holder("per_a", EMAIL, NAME, NAME, ("acc_a",), ("start",)),
    Row(1, "sent", E164, "cpn_a", "lekab-1"),
    Target(1, "sent", True, E164, b"\0" * 32, "cpn_a", "issued", False, date(2026, 12, 24)),
    HeldDelivery("snd_a", 1, "sent", None, NOON, NOON, None, E164, False, "coffee", "issued"),
    HeldElsewhere({"email_address": EMAIL, "FNAME": NAME}, True),
    FoundPerson(EMAIL, NAME, NAME, [], None),
    NewNames(NAME, NAME),
    NewNumber(NUMBER, b"\0" * 32),
    CodeRow(1, EAN, CODE),
    Wanted(Kind.FIND, NUMBER, EMAIL),
]
FIELDS = {"phone", "e164", "ean", "to", "values", "rows", "figures"}
"""Fields that hold a number, a name or a code."""


def raised(message: object) -> BaseException:
    """An error that quotes something, as it is when it has been caught."""
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def kind(holder: object) -> str:
    return type(holder).__name__


@pytest.mark.parametrize("holder", HOLDERS, ids=kind)
def test_no_way_of_printing_a_row_tells_what_it_holds(holder: object, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("upup").warning("%s %r", holder, holder)
    logging.getLogger("upup").warning("failed", exc_info=raised(holder))
    printed = [
        str(holder),
        repr(holder),
        f"{holder} {holder!r} {holder!s} {[holder]} { {'it': holder} }",
        "{} {!r}".format(holder, holder),  # noqa: UP032 - another way of printing
        "%s %r %s" % (holder, holder, (holder,)),  # noqa: UP031 - and another
        "".join(traceback.format_exception(raised(holder))),
        caplog.text,
    ]
    for text in printed:
        assert kind(holder) in text or isinstance(holder, PhoneNumber)
        assert [one for one in TELLING if one in text] == []


def test_a_number_is_printed_with_its_country_two_digits_and_the_last_two() -> None:
    assert f"{NUMBER}" == "+46 70 *** ** 05"
    assert f"{NUMBER:>20}" == "    +46 70 *** ** 05"
    assert repr(NUMBER) == "PhoneNumber(+46 70 *** ** 05)"
    assert repr(RECIPIENT) == "Recipient(row 1, +46 70 *** ** 05)"


@prove
@given(st.from_regex(r"\+467[0236][0-9]{7}", fullmatch=True))
def test_what_is_printed_of_a_number_fits_a_hundred_thousand_others(e164: str) -> None:
    printed = str(PhoneNumber(e164))
    assert printed == str(PhoneNumber(f"{e164[:5]}00000{e164[-2:]}"))
    assert sum(character.isdigit() for character in printed) == 6


def test_every_row_with_a_number_a_name_or_a_code_is_among_the_examples() -> None:
    found = {
        one.__name__
        for one in records_of_the_product()
        if any(field.name in FIELDS and field.type is not int for field in structs.fields(one))
    }
    holding_others = {"SendRequest", "Judgement"}
    names_alone = {"NewNames", "FoundPerson", "Holder", "Subscription", "Member", "Invitation", "Person", "Signup"}
    assert found == {kind(holder) for holder in HOLDERS} - holding_others - names_alone


def records_of_the_product() -> Iterator[type[Struct]]:
    for module in pkgutil.walk_packages(shared.__path__, "shared."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, Struct) and one.__module__ == module.name:
                yield one


@prove
@given(st.text(min_size=3).filter(lambda text: text.strip() and text not in "builtins.ValueError at raised:0123456789"))
def test_an_error_is_described_without_its_message(message: str) -> None:
    assert describe(raised(message)) == describe(raised("another message"))


def test_an_error_is_described_by_its_type_and_where_it_was() -> None:
    text = describe(raised(E164))
    assert re.fullmatch(r"builtins.ValueError at tests/privacy/test_masking.py:\d+ raised", text)
    assert E164 not in text


def test_what_an_error_came_from_is_not_quoted_either() -> None:
    try:
        raise RuntimeError(CODE) from raised(E164)
    except RuntimeError as error:
        text = describe(error)
    assert text.startswith("builtins.RuntimeError at tests/privacy/test_masking.py:")
    assert E164 not in text
    assert CODE not in text


def test_an_error_that_was_never_raised_is_described_too() -> None:
    assert describe(KeyError(E164)) == "builtins.KeyError at "
