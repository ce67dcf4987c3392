"""What the data map says to the public: GET /v1/privacy/processing."""

from typing_extensions import TypedDict

from shared.privacy import data_map
from shared.privacy.data_map.model import Datum, Processor, Text
from shared.privacy.data_map.processors import PROCESSORS


class TwoLanguages(TypedDict):
    sv: str
    en: str


class ProcessorShown(TypedDict):
    """Who processes personal data for UpUp; `since` is a day."""

    name: str
    role: TwoLanguages
    holds: TwoLanguages
    kept: TwoLanguages
    since: str


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
    dpa_version: str
    consent_text_version: str
    sub_processors: list[ProcessorShown]
    data: list[DatumShown]


def processing(dpa_version: str, consent_text_version: str) -> Processing:
    return {
        "dpa_version": dpa_version,
        "consent_text_version": consent_text_version,
        "sub_processors": [_processor(one) for one in PROCESSORS],
        "data": [_datum(datum) for datum in data_map.personal_data()],
    }


def _processor(one: Processor) -> ProcessorShown:
    return {
        "name": one.name,
        "role": _text(one.role),
        "holds": _text(one.holds),
        "kept": _text(one.kept),
        "since": one.since,
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
