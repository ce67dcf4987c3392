"""A number is found without being kept, by the company that holds it alone; and tokens keep their purposes apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.phone_number import PhoneNumber
from shared.ports import KeyServiceFault
from shared.privacy.fingerprint import MASTER_CONTEXT, MASTER_KEY, Fingerprints
from shared.privacy.tokens import TOKEN_LENGTH, TokenHasher, new_token
from tests.factories import FakeKeys

prove = settings(deadline=None, derandomize=True)

NUMBER = PhoneNumber("+46701740605")
HASHER = TokenHasher(bytes(32))

purposes = st.text("abcdefghijklmnopqrstuvwxyz-:", min_size=1, max_size=20)
numbers = st.from_regex(r"\+467[0236][0-9]{7}", fullmatch=True).map(PhoneNumber)


def of_master(master: bytes) -> Fingerprints:
    keys = FakeKeys()
    return Fingerprints(keys, keys.wrap(MASTER_KEY, master, MASTER_CONTEXT).ciphertext)


@prove
@given(st.sets(numbers, min_size=2, max_size=20))
def test_each_number_has_one_fingerprint_of_32_bytes_and_no_other_has_it(found: set[PhoneNumber]) -> None:
    fingerprint, again = (of_master(bytes(32)).of_company("acc_a") for _ in range(2))
    prints = {fingerprint(number) for number in found}
    assert len(prints) == len(found)
    assert prints == {again(PhoneNumber(number.e164)) for number in found}
    assert {len(one) for one in prints} == {32}


def test_two_companies_fingerprints_of_one_number_have_nothing_in_common() -> None:
    prints = of_master(bytes(32))
    assert len({prints.of_company(f"acc_{n}")(NUMBER) for n in range(100)}) == 100


def test_what_receipts_are_matched_by_is_keyed_by_the_master_and_is_no_companys() -> None:
    of_receipts = {of_master(bytes([n]) * 32).of_receipts()(NUMBER) for n in range(100)}
    assert len(of_receipts) == 100
    of_companies = {of_master(bytes(32)).of_company(name)(NUMBER) for name in ("", "acc_a", "sms-number")}
    assert of_receipts.isdisjoint(of_companies)
    assert of_master(bytes(32)).of_receipts()(NUMBER) == of_master(bytes(32)).of_receipts()(NUMBER)


def test_another_master_gives_other_fingerprints() -> None:
    assert len({of_master(bytes([n]) * 32).of_company("acc_a")(NUMBER) for n in range(100)}) == 100


def test_subkeys_differ_by_purpose_and_from_the_master() -> None:
    prints = of_master(bytes(32))
    subkeys = {prints.subkey(purpose) for purpose in ("code-pool", "company:acc_a", "company:acc_b", "")}
    assert len(subkeys) == 4
    assert bytes(32) not in subkeys


def test_a_fingerprint_cannot_be_made_without_the_key() -> None:
    import hashlib

    unkeyed = {hashlib.sha256(text.encode()).digest() for text in (NUMBER.e164, NUMBER.e164[1:], "0701740605")}
    assert of_master(bytes(32)).of_company("acc_a")(NUMBER) not in unkeyed


def test_the_master_is_unwrapped_once_however_many_numbers_and_companies() -> None:
    keys = FakeKeys()
    prints = Fingerprints(keys, keys.wrap(MASTER_KEY, bytes(32), MASTER_CONTEXT).ciphertext)
    for company in ("acc_a", "acc_b"):
        prints.of_company(company)(NUMBER)
    assert keys.unwrapped == [MASTER_KEY]


def test_a_master_that_was_wrapped_for_something_else_is_refused() -> None:
    keys = FakeKeys()
    with pytest.raises(KeyServiceFault):
        Fingerprints(keys, keys.wrap(MASTER_KEY, bytes(32), b"transit:2026-11-23").ciphertext)


@prove
@given(st.tuples(purposes, st.text(max_size=30)), st.tuples(purposes, st.text(max_size=30)))
def test_a_token_of_one_purpose_is_never_taken_for_anothers(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (HASHER.digest(*one) == HASHER.digest(*other)) == (one == other)


def test_what_a_purpose_ends_with_is_not_taken_from_the_token() -> None:
    assert HASHER.digest("gift", "-link") != HASHER.digest("gift-link", "")


def test_a_token_is_kept_under_its_own_key_only() -> None:
    token = new_token()
    assert HASHER.digest("session", token) == HASHER.digest("session", token.encode())
    assert HASHER.digest("session", token) != TokenHasher(bytes([1] * 32)).digest("session", token)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_token_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        TokenHasher(bytes(length))


def test_tokens_are_never_the_same_and_fit_a_link() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {TOKEN_LENGTH}
    assert set("".join(tokens)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
