"""/v1/session: who is logged in and where, going on in another company, and one's own name."""

from shared import settings
from shared.app import start
from shared.domain.retention import SESSION_LIFE
from shared.http.answers.logged_in import logged_in
from shared.http.answers.members import own_session
from shared.http.bodies.members import ChooseCompanyBody, OwnNameBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.choose_company import choose_company, rename

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("GET", "/v1/session", role="viewer")
def show(call: Call) -> Answer:
    return Answer(200, own_session(app.database, call, api.door.digest(call.request)))


@api.route("POST", "/v1/session/company", role="viewer")
def choose(call: Call) -> Answer:
    wanted, old = call.body(ChooseCompanyBody).account_id, api.door.digest(call.request)
    with app.database.transaction() as tx:
        done = choose_company(tx, app.tokens, call.member, old, wanted, call.now)
    return Answer(200, logged_in(done.membership, done.memberships), (done.session_token, SESSION_LIFE))


@api.route("PATCH", "/v1/session/person", role="viewer")
def change_name(call: Call) -> Answer:
    names = call.body(OwnNameBody).names
    with app.database.transaction() as tx:
        rename(tx, call.member, names, call.now)
    return Answer(200, own_session(app.database, call, api.door.digest(call.request)))


session = api.function()
