"""What a text or a send would come to, without anything happening: /v1/sms/preview, /v1/sends/quote."""

from shared import settings
from shared.app import start
from shared.http.answers.sends import preview as preview_of
from shared.http.answers.sends import quote as quote_of
from shared.http.bodies.send import PreviewBody, read_send
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.sends.accept_send import report_of
from shared.use_cases.sends.prepare_send import check_request, example_link
from shared.use_cases.sends.quote_send import domains_in_texts
from shared.use_cases.sends.quote_send import quote_send as quoted

app = start(settings.DatabaseSettings, settings.FingerprintSettings)
api = Api(app)


@api.route("POST", "/v1/sms/preview", role="viewer", scope="sends:write")
def preview(call: Call) -> Answer:
    message = call.body(PreviewBody).message
    domains = domains_in_texts(app.database, call.company_id)
    return Answer(200, preview_of(message, example_link(app.core.public_url), domains))


@api.route("POST", "/v1/sends/quote", role="viewer", scope="sends:write")
def quote_send(call: Call) -> Answer:
    wanted, _ = read_send(call, app.core.quiet_hours)
    checked = check_request(app.database, call.company_id, wanted, app.core.public_url, app.fingerprints)
    prepared, balance = quoted(app.database, call.company_id, checked, call.now, app.by_itself)
    judged, prices = prepared.judgement, (prepared.price_ore, prepared.reminders_at_most_ore)
    columns = wanted.recipients.columns if wanted.recipients else ()
    return Answer(200, quote_of(judged, report_of(judged), prices, balance, columns, prepared.held))


quote = api.function()
