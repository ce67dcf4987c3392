"""Staff: /v1/staff/code-pools, the stocks of codes; a file of codes; the limit below which staff are told."""

from shared import settings
from shared.app import start
from shared.http.answers.code_pools import imported, one_pool, pool_list
from shared.http.bodies.gifts import PoolBody, read_code_file
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.gifts.import_codes import import_rows, set_low_stock_limit

app = start(settings.DatabaseSettings, settings.FingerprintSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/code-pools", staff=True)(lambda call: Answer(200, pool_list(app.database)))


@api.route("PATCH", "/v1/staff/code-pools/<product>", staff=True)
def change(call: Call) -> Answer:
    product = call.path["product"]
    set_low_stock_limit(app.database, call.staff, product, call.body(PoolBody).low_stock_limit, call.now)
    return Answer(200, one_pool(app.database, product))


@api.route("POST", "/v1/staff/code-pools/<product>/codes", staff=True)
def take_in(call: Call) -> Answer:
    rows, product = read_code_file(call), call.path["product"]
    done = import_rows(app.database, app.tokens, app.pool_key, call.staff, product, rows, call.now)
    return Answer(200, imported(done))


staff_code_pools = api.function()
