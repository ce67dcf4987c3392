"""Persons' requests: POST /v1/privacy/requests hands one in and carries it out, GET lists them."""

from shared import settings
from shared.app import start
from shared.http.answers import privacy as answers
from shared.http.bodies.privacy import read_wanted
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy.delivery_id import DeliveryIds
from shared.use_cases.privacy.carry_out_request import Parts
from shared.use_cases.privacy.request_privacy import hand_in

app = start(
    settings.DatabaseSettings,
    settings.FingerprintSettings,
    settings.MessagingSettings,
    settings.MailchimpSettings,
    settings.HubSpotSettings,
    settings.ErasureLogSettings,
)
api = Api(app)


@api.route("POST", "/v1/privacy/requests", role="viewer", scope="privacy:write", careful=True)
def ask(call: Call) -> Answer:
    wanted, parts = read_wanted(call), Parts.of(app)
    request, result = hand_in(parts, app.fingerprints, wanted, call.member, call.now)
    with app.database.transaction() as tx:
        return Answer(201, answers.whole(tx, request, result, DeliveryIds(app.tokens)))


@api.route("GET", "/v1/privacy/requests", role="owner", scope="privacy:read", careful=True)
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, answers.request_list(tx, call.company_id, call))


privacy_requests = api.function()
