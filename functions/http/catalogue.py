"""What can be bought: GET /v1/plans, GET /v1/gifts."""

from shared import settings
from shared.app import start
from shared.database.queries import catalogue as queries
from shared.domain.plan import PLANS
from shared.http.answers import views
from shared.http.call import Answer, Call
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/plans")
def plans(call: Call) -> Answer:
    items = [{"code": one.code, "name": one.name, "price_ore": one.price_ore} for one in PLANS]
    return Answer(200, {"items": items})


@api.route("GET", "/v1/gifts")
def gifts(call: Call) -> Answer:
    with app.database.transaction() as tx:
        on_sale = queries.on_sale(tx)
    return Answer(200, {"items": [views.gift(one.gift, one.available) for one in on_sale]})


catalogue = api.function()
