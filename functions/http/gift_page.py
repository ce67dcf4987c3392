"""What a gift's link opens: GET /v1/gift/{token} and the page GET /g/{token}, and the way out: POST …/opt-out."""

from shared import settings
from shared.app import start
from shared.http import views
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.gift_html import HEADERS, gift_html, goodbye_html, is_page
from shared.use_cases.open_gift import open_gift, opt_out_by_link

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/gift/<token>")
@api.route("GET", "/g/<token>")
def show(call: Call) -> Answer:
    token = call.path["token"]
    with app.database.transaction() as tx:
        found = open_gift(tx, app.tokens, token, call.now.date())
    if is_page(call.request.path):
        return Answer(200, html=gift_html(found, token), headers=HEADERS)
    return Answer(200, views.opened_gift(found))


@api.route("POST", "/v1/gift/<token>/opt-out")
@api.route("POST", "/g/<token>/opt-out")
def opt_out(call: Call) -> Answer:
    token = call.path["token"]
    with app.database.transaction() as tx:
        opt_out_by_link(tx, app.tokens, token, call.now.date())
    if is_page(call.request.path):
        return Answer(200, html=goodbye_html(token), headers=HEADERS)
    return Answer(204)


gift_page = api.function()
