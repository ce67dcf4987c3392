"""The body, or the file, of opt-outs from another system."""

from typing import Annotated

from pydantic import Field

from shared.domain.errors import Fault, Malformed, NotAcceptable, TooLarge
from shared.domain.opt_out import MOST_IMPORTED
from shared.domain.recipient_file import FileError, read
from shared.http.bodies.common import Phone, Strict
from shared.http.call import Call

MULTIPART = "multipart/form-data"


class OptOutsBody(Strict):
    """From another system."""

    phones: Annotated[list[Phone], Field(min_length=1, max_length=MOST_IMPORTED)]


def read_phones(call: Call) -> list[str]:
    """The numbers of a list, or of a file with a column of them.

    Raises `NotAcceptable`, `Malformed`, `TooLarge`, `UnsupportedMedia`.
    """
    return _read_file(call) if call.request.mimetype == MULTIPART else call.body(OptOutsBody).phones


def _read_file(call: Call) -> list[str]:
    file = call.request.files.get("file")
    if file is None:
        raise Malformed('The part "file" with the numbers is missing.')
    try:
        table = read(file.read(), file.filename)
    except FileError as error:
        if error.code == "file_too_large":
            raise TooLarge(error.message) from None
        raise NotAcceptable("The file cannot be read.", [Fault("file", error.code, error.message)]) from None
    if len(table.rows) > MOST_IMPORTED:
        fault = Fault("file", "too_many", f"At most {MOST_IMPORTED:,} numbers are taken at once. Split the file.")
        raise NotAcceptable("The file cannot be taken as a whole.", [fault])
    at = table.columns.index("phone")
    return [row[at] for row in table.rows]
