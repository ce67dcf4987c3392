"""What a text or a send would come to, without anything happening: /v1/sms/preview, /v1/sends/quote."""

from shared import settings
from shared.app import start
from shared.database.queries import link_domains, money
from shared.http.answers.sends import preview as preview_of
from shared.http.answers.sends import quote as quote_of
from shared.http.bodies.common import PreviewBody
from shared.http.bodies.send import read_send
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.sends.accept_send import report_of
from shared.use_cases.sends.prepare_send import check_request, example_link, prepare

app = start(settings.DatabaseSettings, settings.FingerprintSettings)
api = Api(app)


@api.route("POST", "/v1/sms/preview", role="viewer", scope="sends:write")
def preview(call: Call) -> Answer:
    message = call.body(PreviewBody).message
    with app.database.transaction() as tx:
        domains = link_domains.approved(tx, call.company_id)
    return Answer(200, preview_of(message, example_link(app.core.public_url), domains))


@api.route("POST", "/v1/sends/quote", role="viewer", scope="sends:write")
def quote_send(call: Call) -> Answer:
    wanted, _ = read_send(call, app.core.quiet_hours)
    checked = check_request(app.database, call.company_id, wanted, app.core.public_url, app.fingerprints)
    with app.database.transaction() as tx:
        prepared = prepare(tx, call.company_id, checked, call.now, app.by_itself)
        balance = money.balance(tx, call.company_id)
    report = report_of(prepared.judgement)
    return Answer(200, quote_of(prepared.judgement, report, prepared.price_ore, balance, prepared.held))


quote = api.function()
