"""A company's people: members, invitations, and the session of the one who is asking."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound, TooMany, Unauthenticated
from shared.http.answers.logged_in import LoggedIn
from shared.http.answers.members import InvitationShown, Invited, MemberShown, OwnSession, Removed
from shared.http.bodies.members import AcceptBody, ChooseCompanyBody, InviteBody, OwnNameBody, RoleBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "GET /v1/members": Operation(summary="The company's members", query=PAGE, answers={200: Listed[MemberShown]}),
    "POST /v1/members": Operation(
        summary="Invite somebody by e-mail",
        notes="The link in the mail works once and for 7 days. Whoever has an open invitation gets the new role and no"
        " second mail. A company mails 50 invitations a day.",
        body=InviteBody,
        example={"email": "bo@kaffebaren.example", "role": "sender"},
        answers={202: Invited},
        problems=(Conflict, Forbidden),
    ),
    "PATCH /v1/members/<member_id>": Operation(
        summary="Change a member's role",
        notes="It counts from the next call of theirs. The last owner stays one.",
        body=RoleBody,
        example={"role": "sender"},
        answers={200: MemberShown},
        problems=(Conflict,),
    ),
    "DELETE /v1/members/<member_id>": Operation(
        summary="Remove a member, or leave",
        notes="An owner removes anybody, others themselves. The sessions end at once. Who is in no other company is"
        " erased here, at Mailchimp and at HubSpot. The last owner cannot leave.",
        answers={200: Removed},
        problems=(Conflict, Forbidden),
    ),
    "GET /v1/members/invitations": Operation(
        summary="Invitations that can be accepted", query=PAGE, answers={200: Listed[InvitationShown]}
    ),
    "DELETE /v1/members/invitations/<invitation_id>": Operation(summary="Take an invitation back", answers={204: None}),
    "POST /v1/members/invitations/<invitation_id>/resend": Operation(
        summary="Mail an invitation again",
        notes="With a new link, that works for 7 days; the old one stops working. At most 3 times a day.",
        answers={202: Invited},
        problems=(Forbidden,),
    ),
    "POST /v1/invitations/accept": Operation(
        summary="Become a member by the link's token",
        notes="Sets the session cookie. The names are needed of who is new to UpUp; whoever is known keeps theirs.",
        body=AcceptBody,
        example={"token": "the-token-in-the-link", "first_name": "Bo", "last_name": "Ek"},
        answers={200: LoggedIn},
        problems=(Unauthenticated, NotAcceptable, TooMany),
    ),
    "GET /v1/session": Operation(summary="Who is logged in, and where", answers={200: OwnSession}),
    "POST /v1/session/company": Operation(
        summary="Go on in another of one's companies",
        notes="Sets a new session cookie; the old session ends.",
        body=ChooseCompanyBody,
        example={"account_id": "acc_aaaaaaaaaaaaaaaa"},
        answers={200: LoggedIn},
        problems=(NotFound,),
    ),
    "PATCH /v1/session/person": Operation(
        summary="Change one's own name",
        notes="In every company of the person's.",
        body=OwnNameBody,
        example={"first_name": "Anna", "last_name": "Ek"},
        answers={200: OwnSession},
    ),
}
