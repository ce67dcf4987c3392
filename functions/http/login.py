"""POST /v1/login, /v1/login/complete, /v1/logout: a link by e-mail, then a session cookie."""

from shared import settings
from shared.app import start
from shared.domain.retention import NO_TIME, SESSION_LIFE
from shared.http.answers.logged_in import logged_in
from shared.http.bodies.login import CompleteLoginBody, LoginBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.rate_limit import LOGIN, count_mail, counting_failures
from shared.use_cases.accounts.log_in import complete_login, log_out, request_login

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("POST", "/v1/login")
def ask(call: Call) -> Answer:
    email = call.body(LoginBody).email
    count_mail(app, LOGIN, email, call)
    request_login(app.database, email, call.now)
    return Answer(202, {})


@api.route("POST", "/v1/login/complete")
def complete(call: Call) -> Answer:
    body = call.body(CompleteLoginBody)
    with counting_failures(app, "failed login", call), app.database.transaction() as tx:
        done = complete_login(tx, app.tokens, body.token, body.account_id, call.now)
    return Answer(200, logged_in(done.membership, done.memberships), (done.session_token, SESSION_LIFE))


@api.route("POST", "/v1/logout")
def logout(call: Call) -> Answer:
    log_out(app.database, api.door.digest(call.request))
    return Answer(204, cookie=("", NO_TIME))


login = api.function()
