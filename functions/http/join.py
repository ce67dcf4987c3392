"""POST /v1/invitations/accept: who was invited becomes a member, and is logged in."""

from shared import settings
from shared.app import start
from shared.domain.retention import SESSION_LIFE
from shared.http.answers.logged_in import logged_in
from shared.http.bodies.members import AcceptBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.rate_limit import counting_failures
from shared.use_cases.accounts.accept_invitation import accept_invitation

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("POST", "/v1/invitations/accept")
def accept(call: Call) -> Answer:
    body = call.body(AcceptBody)
    with counting_failures(app, "failed invitation", call), app.database.transaction() as tx:
        done = accept_invitation(tx, app.tokens, body.token, body.names, call.now)
    return Answer(200, logged_in(done.membership, done.memberships), (done.session_token, SESSION_LIFE))


join = api.function()
