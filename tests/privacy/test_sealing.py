"""What is sealed opens with its key, in its place, unchanged; or not at all."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.privacy import gift_seal, pool_code
from shared.privacy.gift_seal import GiftSecret
from shared.privacy.sealing import SealingKey, Unreadable
from shared.privacy.tokens import new_token

prove = settings(deadline=None, derandomize=True)

KEY = SealingKey(bytes(range(32)))
COUPON = "cpn_aaaaaaaaaaaaaaaa"
SECRET = GiftSecret("9900000000003", "0000001", bytes(range(32)))

secrets = st.builds(
    GiftSecret,
    ean=st.text("0123456789", max_size=13),
    code=st.text("0123456789", max_size=7),
    fingerprint=st.binary(min_size=32, max_size=32),
)


@prove
@given(st.binary(max_size=300), st.text(max_size=60))
def test_what_is_sealed_comes_back_as_it_was(data: bytes, place: str) -> None:
    assert KEY.open(KEY.seal(data, place), place) == data


@prove
@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_sealed_opens_in_no_other_place(place: str, other: str) -> None:
    assume(place != other)
    with pytest.raises(Unreadable):
        KEY.open(KEY.seal(b"070-1740605", place), other)


@prove
@given(st.binary(max_size=100), st.data())
def test_a_single_changed_bit_is_refused(data: bytes, at: st.DataObject) -> None:
    changed = bytearray(KEY.seal(data, "here"))
    bit = at.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        KEY.open(bytes(changed), "here")


@prove
@given(st.binary(max_size=100))
def test_what_was_never_sealed_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        KEY.open(data, "here")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unreadable):
        SealingKey(SealingKey.generate()).open(KEY.seal(b"", "here"), "here")


def test_equal_input_never_looks_equal() -> None:
    assert len({KEY.seal(b"same", "here") for _ in range(100)}) == 100


def test_a_refusal_says_nothing_of_what_was_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        KEY.open(KEY.seal(b"+46701740605", "here"), "there")
    assert str(caught.value) == ""
    assert caught.value.__cause__ is None


@prove
@given(secrets)
def test_the_token_of_a_link_opens_its_gift(secret: GiftSecret) -> None:
    token = new_token()
    assert gift_seal.unseal(token, COUPON, gift_seal.seal(token, COUPON, secret)) == secret


def test_no_other_token_opens_a_gift() -> None:
    token = new_token()
    sealed = gift_seal.seal(token, COUPON, SECRET)
    for other in (new_token(), "", token[:-1], token.swapcase()):
        with pytest.raises(Unreadable):
            gift_seal.unseal(other, COUPON, sealed)


def test_a_token_opens_no_other_coupons_gift() -> None:
    token = new_token()
    with pytest.raises(Unreadable):
        gift_seal.unseal(token, "cpn_bbbbbbbbbbbbbbbb", gift_seal.seal(token, COUPON, SECRET))


@prove
@given(secrets)
def test_every_sealed_gift_is_equally_long(secret: GiftSecret) -> None:
    assert len(gift_seal.seal("token", COUPON, secret)) == len(gift_seal.seal("token", COUPON, SECRET))


def test_a_code_in_stock_opens_with_the_stocks_key_alone() -> None:
    sealed = pool_code.seal(KEY, "9900000000003", "0000001")
    assert b"0000001" not in sealed
    assert pool_code.unseal(KEY, sealed) == ("9900000000003", "0000001")
    with pytest.raises(Unreadable):
        pool_code.unseal(SealingKey(SealingKey.generate()), sealed)
