"""What can be bought: GET /v1/plans, GET /v1/gifts."""

from shared import settings
from shared.app import start
from shared.domain.plan import PLANS
from shared.http.answers.entry import plan
from shared.http.answers.gifts import gift_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import Whole

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/plans")
def plans(call: Call) -> Answer:
    return Answer(200, Whole(items=[plan(one) for one in PLANS]))


@api.route("GET", "/v1/gifts")
def gifts(call: Call) -> Answer:
    return Answer(200, gift_list(app.database))


catalogue = api.function()
