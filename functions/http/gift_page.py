"""What a gift's link opens: GET /v1/gift/{token}, POST /v1/gift/{token}/opt-out, and the page GET /g/{token}."""

from shared import settings
from shared.app import start
from shared.http import views
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.gift_html import gift_html
from shared.use_cases.open_gift import open_gift, opt_out_by_link

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/gift/<token>")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        found = open_gift(tx, app.tokens, call.path["token"], call.now.date())
    return Answer(200, views.opened_gift(found))


@api.route("GET", "/g/<token>")
def page(call: Call) -> Answer:
    with app.database.transaction() as tx:
        found = open_gift(tx, app.tokens, call.path["token"], call.now.date())
    return Answer(200, html=gift_html(found))


@api.route("POST", "/v1/gift/<token>/opt-out")
def opt_out(call: Call) -> Answer:
    with app.database.transaction() as tx:
        opt_out_by_link(tx, app.tokens, call.path["token"], call.now.date())
    return Answer(204)


gift_page = api.function()
