"""/v1/members/{id}: another role for a member, and removing one or oneself."""

from shared import settings
from shared.app import start
from shared.http.answers import members as answers
from shared.http.bodies.members import RoleBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts import change_members as use_case
from shared.use_cases.privacy.carry_out_request import Parts

app = start(
    settings.DatabaseSettings,
    settings.MessagingSettings,
    settings.MailchimpSettings,
    settings.HubSpotSettings,
    settings.ErasureLogSettings,
)
api = Api(app)


@api.route("PATCH", "/v1/members/<member_id>", role="owner", careful=True)
def change(call: Call) -> Answer:
    role, member_id = call.body(RoleBody).role, call.path["member_id"]
    with app.database.transaction() as tx:
        changed = use_case.change_role(tx, call.company_id, member_id, role, call.now)
    return Answer(200, answers.member(changed, call.member.member_id))


@api.route("DELETE", "/v1/members/<member_id>", role="viewer", careful=True)
def remove(call: Call) -> Answer:
    done = use_case.remove_member(Parts.of(app), call.member, call.path["member_id"], call.now)
    return Answer(200, answers.removed(done))


member = api.function()
