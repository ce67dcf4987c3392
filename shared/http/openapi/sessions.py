"""A person's own sessions and second factor."""

from shared.domain.errors import Conflict, NotAcceptable
from shared.http.answers.sessions import Confirmed, Enrolled, RecoveryCodes, SecondFactor, SessionShown
from shared.http.bodies.second_factor import CodeBody
from shared.http.openapi.operation import Operation
from shared.http.paging import Whole

CODE = {"code": "123456"}

OPERATIONS = {
    "GET /v1/sessions": Operation(summary="One's own sessions in this company", answers={200: Whole[SessionShown]}),
    "DELETE /v1/sessions": Operation(summary="End all one's other sessions in this company", answers={204: None}),
    "DELETE /v1/sessions/<session_id>": Operation(summary="End one of one's own sessions", answers={204: None}),
    "GET /v1/second-factor": Operation(
        summary="Whether one has a second factor, and needs one", answers={200: SecondFactor}
    ),
    "POST /v1/second-factor": Operation(
        summary="Begin to use an authenticator app",
        notes="It counts once a code of it was shown at `/v1/second-factor/confirm`.",
        answers={201: Enrolled},
        problems=(Conflict,),
    ),
    "DELETE /v1/second-factor": Operation(summary="Take the second factor away", answers={204: None}),
    "POST /v1/second-factor/confirm": Operation(
        summary="Show the first code of the app",
        notes="Answers ten recovery codes, and confirms the session for 30 minutes. Each code is good for once.",
        body=CodeBody,
        example=CODE,
        answers={200: RecoveryCodes},
        problems=(Conflict, NotAcceptable),
    ),
    "POST /v1/session/confirm": Operation(
        summary="Show a code before something that asks for care",
        notes="A code of the app or a recovery code confirms the session for 30 minutes. Without it such calls answer"
        " 403 with the type `second_factor_required`. After 6 codes in 5 minutes none is taken for 15.",
        body=CodeBody,
        example=CODE,
        answers={200: Confirmed},
        problems=(Conflict, NotAcceptable),
    ),
}
