"""One person's request: GET /v1/privacy/requests/{id}, as CSV too with ?format=csv, and POST …/carry-out."""

from shared import settings
from shared.app import start
from shared.http.answers import privacy as answers
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy.delivery_id import DeliveryIds
from shared.use_cases.privacy import request_privacy as use_case
from shared.use_cases.privacy.carry_out_request import Parts

app = start(
    settings.DatabaseSettings,
    settings.FingerprintSettings,
    settings.MessagingSettings,
    settings.MailchimpSettings,
    settings.HubSpotSettings,
    settings.ErasureLogSettings,
)
api = Api(app)


@api.route("GET", "/v1/privacy/requests/<request_id>", role="viewer", scope="privacy:read", careful=True)
def show(call: Call) -> Answer:
    form = answers.read_format(call)
    request, result = use_case.read(Parts.of(app), call.path["request_id"], call.member, call.now)
    with app.database.transaction() as tx:
        return answers.read_answer(tx, form, request, result, DeliveryIds(app.tokens))


@api.route("POST", "/v1/privacy/requests/<request_id>/carry-out", role="owner", scope="privacy:write", careful=True)
def carry_out(call: Call) -> Answer:
    request, result = use_case.answer(Parts.of(app), call.path["request_id"], call.member, call.now)
    with app.database.transaction() as tx:
        return Answer(200, answers.whole(tx, request, result, DeliveryIds(app.tokens)))


privacy_request = api.function()
