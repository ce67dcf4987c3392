"""What everybody may read names whom to ask, at UpUp and at each party that has a contact."""

import pytest

from shared.environment import SettingsError
from shared.privacy.data_map.processors import PROCESSORS
from shared.privacy.notice import check_contacts, processing


def test_each_party_is_shown_with_its_own_contact() -> None:
    contacts = {"UpUp": "Anna Ek", "Stripe": "dpo@stripe.example"}
    check_contacts(contacts)
    shown = processing("2026-11", "2026-11", contacts)
    assert shown["contact"] == "Anna Ek"
    assert {one["name"]: one["contact"] for one in shown["sub_processors"] if one["contact"]} == {
        "Stripe": "dpo@stripe.example"
    }


def test_a_contact_of_somebody_who_processes_nothing_stops_the_start_and_so_does_none_at_upup() -> None:
    with pytest.raises(SettingsError) as caught:
        check_contacts({one.name: "x" for one in PROCESSORS} | {"Lekba": "x"})
    assert caught.value.faults == [
        "PRIVACY_CONTACTS names Lekba, who is not in the data map",
        "PRIVACY_CONTACTS has nobody at UpUp",
    ]
