"""/v1/second-factor: whether a person has one, enrolling an authenticator app, and taking it away."""

from shared import settings
from shared.app import start
from shared.http.answers import sessions as answers
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts import second_factor as use_case

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/second-factor", role="viewer")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, answers.second_factor(tx, call.member, api.door.digest(call.request), call.now))


@api.route("POST", "/v1/second-factor", role="viewer")
def enrol(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(201, answers.enrolled(use_case.enrol(tx, app.tokens, call.member.person_id, call.now)))


@api.route("DELETE", "/v1/second-factor", role="viewer", careful=True)
def remove(call: Call) -> Answer:
    with app.database.transaction() as tx:
        use_case.remove(tx, call.member.person_id)
    return Answer(204)


second_factor = api.function()
