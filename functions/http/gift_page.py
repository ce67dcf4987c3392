"""What a gift's link opens: GET /v1/gift/{token} and the page GET /g/{token}, the way out: POST …/opt-out, and
POST …/privacy-request to the company that sent it."""

from shared import settings
from shared.app import start
from shared.http.answers import gift as gift_answers
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.privacy.receive_request import ask_by_link

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/gift/<token>")
@api.route("GET", "/g/<token>")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        found = open_gift(tx, app.tokens, call.path["token"], call.now.date())
    return gift_answers.shown(call, found)


@api.route("POST", "/v1/gift/<token>/opt-out")
@api.route("POST", "/g/<token>/opt-out")
@api.route("POST", "/v1/gift/<token>/privacy-request")
@api.route("POST", "/g/<token>/privacy-request")
def ask(call: Call) -> Answer:
    wish = gift_answers.read_wish(call)
    with app.database.transaction() as tx:
        ask_by_link(tx, app.tokens, call.path["token"], wish, call.now)
    return gift_answers.done(call, wish)


gift_page = api.function()
