"""/v1/members: the team, and inviting somebody to it."""

from shared import settings
from shared.app import start
from shared.http.answers.members import invited, member_list
from shared.http.bodies.members import InviteBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts import invite as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("GET", "/v1/members", role="viewer")
def show(call: Call) -> Answer:
    return Answer(200, member_list(app.database, call))


@api.route("POST", "/v1/members", role="owner", careful=True)
def invite(call: Call) -> Answer:
    body = call.body(InviteBody)
    with app.database.transaction() as tx:
        return Answer(202, invited(use_case.invite(tx, app.tokens, call.member, body.email, body.role, call.now)))


members = api.function()
