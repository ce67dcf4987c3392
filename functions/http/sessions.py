"""/v1/sessions: a person's own in this company, and ending them."""

from shared import settings
from shared.app import start
from shared.http.answers.sessions import session_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.end_sessions import end_other_sessions, end_session

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/sessions", role="viewer")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, session_list(tx, call.member, api.door.digest(call.request), call.now))


@api.route("DELETE", "/v1/sessions", role="viewer")
def end_others(call: Call) -> Answer:
    end_other_sessions(app.database, call.member, api.door.digest(call.request))
    return Answer(204)


@api.route("DELETE", "/v1/sessions/<session_id>", role="viewer")
def end(call: Call) -> Answer:
    end_session(app.database, call.member, call.path["session_id"])
    return Answer(204)


sessions = api.function()
