"""An encrypted delivery opens in its own row, under its company's key, and nowhere else; closed, it tells nothing."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain import ids
from shared.ports import KeyServiceFault
from shared.privacy.envelope import (
    RECORD_BYTES,
    SEALED_BYTES,
    DataKey,
    Place,
    Record,
    new_data_key,
    open_data_key,
    seal,
    unseal,
)
from shared.privacy.sealing import SealingKey, Unreadable
from tests.factories import FakeKeys

prove = settings(deadline=None, derandomize=True)

DAY = date(2026, 11, 23)
COMPANY = "acc_aaaaaaaaaaaaaaaa"
PLACE = Place(COMPANY, "snd_aaaaaaaaaaaaaaaa", 17, "rings/upup/cryptoKeys/a/cryptoKeyVersions/1")
RECORD = Record("+46701740605", "coffee", "cpn_aaaaaaaaaaaaaaaa")
KEY = SealingKey(bytes(range(32)))
SEALED = seal(KEY, PLACE, RECORD)

gift_codes = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=32)
records = st.builds(
    Record,
    phone=st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True),
    gift=st.none() | gift_codes,
    coupon_id=st.none() | st.just(1).map(lambda _: ids.new_id("cpn")),
)
places = st.builds(
    Place,
    company_id=st.sampled_from([COMPANY, "acc_bbbbbbbbbbbbbbbb"]),
    send_id=st.sampled_from(["snd_aaaaaaaaaaaaaaaa", "snd_bbbbbbbbbbbbbbbb"]),
    position=st.integers(1, 100_000),
    key_version=st.integers(1, 99).map(lambda n: f"rings/upup/cryptoKeys/a/cryptoKeyVersions/{n}"),
)


@prove
@given(records, places)
def test_a_record_comes_back_as_it_was(record: Record, place: Place) -> None:
    assert unseal(KEY, place, seal(KEY, place, record)) == record


@prove
@given(records)
def test_every_record_is_equally_long_whatever_phone_and_gift(record: Record) -> None:
    assert len(seal(KEY, PLACE, record)) == SEALED_BYTES


@prove
@given(places)
def test_a_record_opens_in_no_other_place(place: Place) -> None:
    assume(place != PLACE)
    with pytest.raises(Unreadable):
        unseal(KEY, place, SEALED)


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, position=18),
        replace(PLACE, send_id="snd_bbbbbbbbbbbbbbbb"),
        replace(PLACE, company_id="acc_bbbbbbbbbbbbbbbb"),
        replace(PLACE, key_version="rings/upup/cryptoKeys/a/cryptoKeyVersions/2"),
    ],
    ids=["row", "send", "company", "key version"],
)
def test_a_record_moved_to_another_row_send_company_or_key_version_is_refused(place: Place) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, place, SEALED)


def test_no_two_places_are_bound_as_the_same_text() -> None:
    assert str(replace(PLACE, position=1)) != str(replace(PLACE, position=11))
    assert str(PLACE).split("|") == [COMPANY, "deliveries", PLACE.send_id, "17", PLACE.key_version]


@prove
@given(st.integers(0, SEALED_BYTES * 8 - 1))
def test_a_single_changed_bit_anywhere_is_refused(bit: int) -> None:
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        unseal(KEY, PLACE, bytes(changed))


@prove
@given(st.integers(0, SEALED_BYTES - 1))
def test_a_record_cut_short_anywhere_is_refused(length: int) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, PLACE, SEALED[:length])


def test_a_record_made_longer_is_refused() -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, PLACE, SEALED + b"\0")


def test_another_key_does_not_open_a_record() -> None:
    with pytest.raises(Unreadable):
        unseal(SealingKey(SealingKey.generate()), PLACE, SEALED)


def test_equal_records_never_look_equal() -> None:
    assert len({seal(KEY, PLACE, RECORD) for _ in range(100)}) == 100


@prove
@given(records)
def test_nothing_of_a_record_can_be_read_in_its_ciphertext(record: Record) -> None:
    sealed = seal(KEY, PLACE, record)
    assert record.phone.encode() not in sealed
    assert record.phone.removeprefix("+46").encode() not in sealed
    assert record.coupon_id is None or record.coupon_id.encode() not in sealed


def test_a_record_that_would_stand_out_by_its_length_is_refused() -> None:
    fits = Record("+46701740605", "g" * (RECORD_BYTES - 24), None)
    assert len(seal(KEY, PLACE, fits)) == SEALED_BYTES
    with pytest.raises(ValueError, match=f"at most {RECORD_BYTES} bytes"):
        seal(KEY, PLACE, replace(fits, gift=f"{fits.gift}g"))


def test_a_record_of_the_longest_values_that_the_schema_holds_fits() -> None:
    longest = Record("+" + "9" * 15, "g" * 32, "cpn_" + "a" * 16)
    assert unseal(KEY, PLACE, seal(KEY, PLACE, longest)) == longest


@pytest.fixture
def keys() -> FakeKeys:
    return FakeKeys({COMPANY, "acc_bbbbbbbbbbbbbbbb"})


@pytest.fixture
def data_key(keys: FakeKeys) -> DataKey:
    return new_data_key(keys, COMPANY, DAY)


def test_a_data_key_is_wrapped_by_its_companys_own_key_in_one_call(keys: FakeKeys) -> None:
    made = new_data_key(keys, COMPANY, DAY)
    assert (keys.wrapped, keys.unwrapped) == ([COMPANY], [])
    assert made.wrapped.version.startswith(f"{COMPANY}/")


def test_a_stored_data_key_opens_what_was_sealed_with_it(keys: FakeKeys, data_key: DataKey) -> None:
    sealed = seal(data_key.sealing, PLACE, RECORD)
    opened = open_data_key(keys, COMPANY, DAY, data_key.wrapped.ciphertext)
    assert unseal(opened, PLACE, sealed) == RECORD


@pytest.mark.parametrize(
    ("company_id", "day"), [("acc_bbbbbbbbbbbbbbbb", DAY), (COMPANY, date(2026, 11, 24))], ids=["company", "day"]
)
def test_a_data_key_of_another_company_or_day_is_refused(
    keys: FakeKeys, data_key: DataKey, company_id: str, day: date
) -> None:
    with pytest.raises(KeyServiceFault):
        open_data_key(keys, company_id, day, data_key.wrapped.ciphertext)


def test_every_data_key_is_another(keys: FakeKeys) -> None:
    sealed = seal(new_data_key(keys, COMPANY, DAY).sealing, PLACE, RECORD)
    with pytest.raises(Unreadable):
        unseal(new_data_key(keys, COMPANY, DAY).sealing, PLACE, sealed)
