"""What is answered about opt-outs from another system."""

from typing_extensions import TypedDict

from shared.domain.recipients import Imported
from shared.http.answers.sends import RowFault
from shared.http.call import Answer


class ImportedOptOuts(TypedDict):
    """All counts, and the first hundred rows that are no mobile numbers."""

    added: int
    already: int
    duplicate: int
    invalid: int
    report: list[RowFault]


def imported(done: Imported) -> Answer:
    return Answer(200, _imported(done))


def _imported(done: Imported) -> ImportedOptOuts:
    return {
        "added": done.added,
        "already": done.already,
        "duplicate": done.duplicate,
        "invalid": done.invalid,
        "report": [{"row": one.row, "code": one.code, "message": one.message} for one in done.faults],
    }
