"""What the data map says to the public: GET /v1/privacy/processing."""

from dataclasses import asdict

from shared.privacy import data_map
from shared.privacy.data_map.model import Datum
from shared.privacy.data_map.processors import PROCESSORS


def sub_processors() -> list[dict[str, object]]:
    return [asdict(one) for one in PROCESSORS]


def personal_data() -> list[dict[str, object]]:
    return [_shown(datum) for datum in data_map.personal_data()]


def _shown(datum: Datum) -> dict[str, object]:
    return {
        "data": asdict(datum.what),
        "about": asdict(datum.subject.value),
        "category": asdict(datum.category.value),
        "purpose": asdict(datum.purpose),
        "legal_basis": asdict(datum.basis.value),
        "kept": asdict(datum.kept),
        "then": asdict(datum.end.value),
    }
