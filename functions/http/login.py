"""POST /v1/login, /v1/login/complete, /v1/logout: a link by e-mail, then a session cookie."""

from shared import settings
from shared.app import start
from shared.database.queries import people
from shared.domain.retention import NO_TIME, SESSION_LIFE
from shared.http.answers import views
from shared.http.bodies.common import CompleteLoginBody, LoginBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.log_in import complete_login, request_login

app = start(settings.DatabaseSettings, settings.MailSettings)
api = Api(app)


@api.route("POST", "/v1/login")
def ask(call: Call) -> Answer:
    request_login(app.database, app.mail, app.tokens, app.core.public_url, call.body(LoginBody).email, call.now)
    return Answer(202, {})  # the same whether or not anybody has that address


@api.route("POST", "/v1/login/complete")
def complete(call: Call) -> Answer:
    body = call.body(CompleteLoginBody)
    with app.database.transaction() as tx:
        done = complete_login(tx, app.tokens, body.token, body.account_id, call.now)
    return Answer(200, views.logged_in(done.membership, done.memberships), (done.session_token, SESSION_LIFE))


@api.route("POST", "/v1/logout")
def logout(call: Call) -> Answer:
    with app.database.transaction() as tx:
        people.end_session(tx, api.door.digest(call.request))
    return Answer(204, cookie=("", NO_TIME))


login = api.function()
