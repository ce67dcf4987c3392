"""Staff: /v1/staff/gifts, the catalogue as a whole; a new gift; other texts, prices and limits of one."""

from shared import settings
from shared.app import start
from shared.http.answers.gifts import catalogue_gift, catalogue_list
from shared.http.bodies.gifts import GiftBody, GiftChangeBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.gifts.keep_catalogue import add_gift, change_gift

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/gifts", staff=True)(lambda call: Answer(200, catalogue_list(app.database)))


@api.route("POST", "/v1/staff/gifts", staff=True)
def add(call: Call) -> Answer:
    body = call.body(GiftBody)
    add_gift(app.database, call.staff, body.gift, body.presentation, body.on_sale, call.now)
    return Answer(201, catalogue_gift(app.database, body.code))


@api.route("PATCH", "/v1/staff/gifts/<gift_code>", staff=True)
def change(call: Call) -> Answer:
    code = call.path["gift_code"]
    change_gift(app.database, call.staff, code, call.body(GiftChangeBody).changes, call.now)
    return Answer(200, catalogue_gift(app.database, code))


staff_gifts = api.function()
