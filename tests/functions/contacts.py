"""Who Mailchimp and HubSpot hold, as their stand-ins show it."""

from tests.functions.program import Json, Program

WITHIN_SECONDS = 5


def member(program: Program) -> Json | None:
    items = program.console("/api/mailchimp/members")["items"]
    return next((one for one in items if one["email_address"] == program.email), None)


def contact(program: Program) -> Json | None:
    items = program.console("/api/hubspot/contacts")["items"]
    return next((one["properties"] for one in items if one["properties"]["email"] == program.email), None)
