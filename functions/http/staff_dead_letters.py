"""Staff: GET /v1/staff/dead-letters, and POST to have one or all of them tried again."""

from datetime import datetime

from shared import settings
from shared.app import start
from shared.http.answers.staff import Replayed, dead_letter_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page
from shared.use_cases.messages.replay_dead_letters import replay_dead_letter, replay_dead_letters

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.StaffSettings)
api = Api(app)


@api.route("GET", "/v1/staff/dead-letters", staff=True)
def show(call: Call) -> Answer:
    page = read_page(call.request, datetime.fromisoformat, str)
    with app.database.transaction() as tx:
        return Answer(200, dead_letter_list(tx, page, call.now))


@api.route("POST", "/v1/staff/dead-letters/replay", staff=True)
def replay_all(call: Call) -> Answer:
    return Answer(200, Replayed(replayed=replay_dead_letters(app.database, call.staff, call.now)))


@api.route("POST", "/v1/staff/dead-letters/<letter_id>/replay", staff=True)
def replay(call: Call) -> Answer:
    with app.database.transaction() as tx:
        replay_dead_letter(tx, call.staff, call.path["letter_id"], call.now)
    return Answer(200, Replayed(replayed=1))


staff_dead_letters = api.function()
