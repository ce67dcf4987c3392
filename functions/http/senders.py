"""/v1/senders: the names and reply numbers that a company may send under, and asking for one."""

from shared import settings
from shared.app import start
from shared.http.answers.senders import sender, sender_list
from shared.http.bodies.senders import SenderBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.ask_for_senders import ask_for_sender, remove_sender

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/senders", role="viewer", scope="senders:read")
def show(call: Call) -> Answer:
    return Answer(200, sender_list(app.database, call))


@api.route("POST", "/v1/senders", role="sender", scope="senders:write")
def ask(call: Call) -> Answer:
    wanted = call.body(SenderBody).sender
    return Answer(201, sender(ask_for_sender(app.database, call.company_id, wanted, app.by_itself, call.now)))


@api.route("DELETE", "/v1/senders/<sender_id>", role="sender", scope="senders:write")
def remove(call: Call) -> Answer:
    remove_sender(app.database, call.company_id, call.path["sender_id"])
    return Answer(204)


senders = api.function()
