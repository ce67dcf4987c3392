"""What the data map says to the public: GET /v1/privacy/processing."""

from collections.abc import Mapping

from typing_extensions import TypedDict

from shared.environment import SettingsError
from shared.privacy import data_map
from shared.privacy.data_map.model import Datum, Processor, Text
from shared.privacy.data_map.processors import PROCESSORS

UPUP = "UpUp"


class TwoLanguages(TypedDict):
    sv: str
    en: str


class ProcessorShown(TypedDict):
    """Who processes personal data for UpUp; `since` is a day, `contact` whom to ask there."""

    name: str
    role: TwoLanguages
    holds: TwoLanguages
    kept: TwoLanguages
    since: str
    contact: str | None


class DatumShown(TypedDict):
    """One kind of data: about whom, what for, why UpUp may, for how long, and what happens then."""

    data: TwoLanguages
    about: TwoLanguages
    category: TwoLanguages
    purpose: TwoLanguages
    legal_basis: TwoLanguages
    kept: TwoLanguages
    then: TwoLanguages


class Processing(TypedDict):
    """`contact`: whom to ask at UpUp about personal data."""

    dpa_version: str
    consent_text_version: str
    contact: str
    sub_processors: list[ProcessorShown]
    data: list[DatumShown]


def check_contacts(contacts: Mapping[str, str]) -> None:
    """Raises `SettingsError` where UpUp has none, or for one of somebody who processes nothing."""
    unknown = sorted(contacts.keys() - {UPUP, *(one.name for one in PROCESSORS)})
    faults = [f"PRIVACY_CONTACTS names {name}, who is not in the data map" for name in unknown]
    if UPUP not in contacts:
        faults.append("PRIVACY_CONTACTS has nobody at UpUp")
    if faults:
        raise SettingsError(faults)


def processing(dpa_version: str, consent_text_version: str, contacts: Mapping[str, str]) -> Processing:
    """`contacts` by name, as `check_contacts` has let them pass."""
    return {
        "dpa_version": dpa_version,
        "consent_text_version": consent_text_version,
        "contact": contacts[UPUP],
        "sub_processors": [_processor(one, contacts.get(one.name)) for one in PROCESSORS],
        "data": [_datum(datum) for datum in data_map.personal_data()],
    }


def _processor(one: Processor, contact: str | None) -> ProcessorShown:
    return {
        "name": one.name,
        "role": _text(one.role),
        "holds": _text(one.holds),
        "kept": _text(one.kept),
        "since": one.since,
        "contact": contact,
    }


def _datum(datum: Datum) -> DatumShown:
    return {
        "data": _text(datum.what),
        "about": _text(datum.subject.value),
        "category": _text(datum.category.value),
        "purpose": _text(datum.purpose),
        "legal_basis": _text(datum.basis.value),
        "kept": _text(datum.kept),
        "then": _text(datum.end.value),
    }


def _text(one: Text) -> TwoLanguages:
    return {"sv": one.sv, "en": one.en}
