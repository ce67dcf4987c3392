"""The topics and what their messages name."""

ACCOUNT_PAID = "account-paid"
"""{"company_id"}: its plan is paid for the first time."""

COUPONS_WANTED = "coupons-wanted"
"""{"send_id", "first", "last"}: these deliveries need their coupons."""

MAILCHIMP_CONTACTS = "mailchimp-contacts"
"""{"person_id"}: something has changed of an account holder that Mailchimp should know of."""

HUBSPOT_CONTACTS = "hubspot-contacts"
"""{"person_id"}: the same of HubSpot. Each has its own, so that one's trouble does not hold up the other."""

INVITATION_WANTED = "invitation-wanted"
"""{"invitation_id"}: a mail with a link is wanted for it."""

CONTACT_TOPICS = {"mailchimp": MAILCHIMP_CONTACTS, "hubspot": HUBSPOT_CONTACTS}

SMS_WANTED = "sms-wanted"
"""{"send_id", "first", "last"}: these deliveries have their coupons and wait for their SMS."""

EXTRA_SMS_WANTED = "extra-sms-wanted"
"""{"send_id", "first", "last"}: an SMS more about a gift that was sent waits at some of these deliveries."""

LOGIN_WANTED = "login-wanted"
"""{"login_request_id"}: somebody asked for a login link; the message comes for unknown addresses as well."""

EVENTS_WANTED = "events-wanted"
"""{"endpoint_id"}: an endpoint of a company has something to be told."""

TOPICS = (
    ACCOUNT_PAID,
    MAILCHIMP_CONTACTS,
    HUBSPOT_CONTACTS,
    COUPONS_WANTED,
    SMS_WANTED,
    EXTRA_SMS_WANTED,
    INVITATION_WANTED,
    LOGIN_WANTED,
    EVENTS_WANTED,
)
"""Each has a second one, with `-dead` behind its name, for what is given up."""
