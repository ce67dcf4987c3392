"""/v1/members/invitations: those that are open, taking one back, and mailing one again."""

from shared import settings
from shared.app import start
from shared.http.answers.members import Invited, invitation_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts import invite as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("GET", "/v1/members/invitations", role="owner")
def show(call: Call) -> Answer:
    return Answer(200, invitation_list(app.database, call))


@api.route("DELETE", "/v1/members/invitations/<invitation_id>", role="owner", careful=True)
def withdraw(call: Call) -> Answer:
    with app.database.transaction() as tx:
        use_case.withdraw(tx, call.company_id, call.path["invitation_id"])
    return Answer(204)


@api.route("POST", "/v1/members/invitations/<invitation_id>/resend", role="owner", careful=True)
def resend(call: Call) -> Answer:
    invitation_id = call.path["invitation_id"]
    with app.database.transaction() as tx:
        use_case.resend(tx, app.tokens, call.company_id, invitation_id, call.now)
    return Answer(202, Invited(id=invitation_id))


invitations = api.function()
