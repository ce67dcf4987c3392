"""Opt-outs: of the area `misuse`."""

from shared.http.answers.opt_out_import import ImportedOptOuts
from shared.http.answers.opt_outs import OptOut
from shared.http.bodies.opt_out_import import OptOutsBody
from shared.http.bodies.opt_outs import OptOutBody, WithdrawBody, WithdrawPhoneBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

FILE: dict[str, dict[str, object]] = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary", "description": "CSV or .xlsx with numbers"}},
    }
}

OPERATIONS = {
    "GET /v1/opt-outs": Operation(
        summary="Opt-outs, newest first",
        notes="No number is shown, as none is kept: only a keyed fingerprint.",
        query=PAGE,
        answers={200: Listed[OptOut]},
    ),
    "POST /v1/opt-outs": Operation(
        summary="Note that somebody wants no more",
        notes="200 where it was noted before.",
        body=OptOutBody,
        example={"phone": "070-174 06 05"},
        answers={200: OptOut, 201: OptOut},
    ),
    "POST /v1/opt-outs/import": Operation(
        summary="Note up to 10,000 opt-outs from another system",
        notes="A list or a file of numbers. All are counted, and those that are no mobile numbers are named by row.",
        body=OptOutsBody,
        example={"phones": ["070-174 06 05", "070-174 06 06"]},
        other_bodies=FILE,
        answers={200: ImportedOptOuts},
    ),
    "DELETE /v1/opt-outs": Operation(
        summary="Take an opt-out back, by number",
        notes="Only at the person's own wish, which is attested and noted. Again changes nothing.",
        body=WithdrawPhoneBody,
        example={"phone": "070-174 06 05", "wished_by_person": True},
        answers={204: None},
    ),
    "DELETE /v1/opt-outs/<opt_out_id>": Operation(
        summary="Take an opt-out back",
        notes="Only at the person's own wish, which is attested and noted.",
        body=WithdrawBody,
        example={"wished_by_person": True},
        answers={204: None},
    ),
}
