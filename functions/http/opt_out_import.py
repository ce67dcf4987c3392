"""POST /v1/opt-outs/import: up to 10,000 opt-outs from another system, as a list or a file."""

from shared import settings
from shared.app import start
from shared.http.answers.opt_out_import import imported
from shared.http.bodies.opt_out_import import read_phones
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.privacy.opt_out_by_company import import_opt_outs

app = start(settings.DatabaseSettings, settings.FingerprintSettings)
api = Api(app)


@api.route("POST", "/v1/opt-outs/import", role="sender", scope="opt_outs:write")
def take_in(call: Call) -> Answer:
    phones = read_phones(call)
    return imported(import_opt_outs(app.database, app.fingerprints, call.company_id, phones, call.now))


opt_out_import = api.function()
