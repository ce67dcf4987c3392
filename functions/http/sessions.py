"""/v1/sessions: a person's own in this company, and ending them."""

from shared import settings
from shared.app import start
from shared.database.queries import sessions as queries
from shared.domain.errors import NotFound
from shared.http.answers.sessions import session_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/sessions", role="viewer")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, session_list(tx, call.member, api.door.digest(call.request), call.now))


@api.route("DELETE", "/v1/sessions", role="viewer")
def end_others(call: Call) -> Answer:
    with app.database.transaction() as tx:
        queries.end_others(tx, call.company_id, call.member.member_id, api.door.digest(call.request))
    return Answer(204)


@api.route("DELETE", "/v1/sessions/<session_id>", role="viewer")
def end(call: Call) -> Answer:
    with app.database.transaction() as tx:
        if not queries.end(tx, call.company_id, call.member.member_id, call.path["session_id"]):
            raise NotFound("You have no such session.")
    return Answer(204)


sessions = api.function()
