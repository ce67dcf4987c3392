"""What a visitor is told beside a form, and the SMS that they can try."""

FORM_TEXT_VERSIONS = ("2026-11",)
"""Of the text that says what we do with what a form holds: kept with the visitor, so that it can be shown later."""

NEWSLETTER, CONTACT, TRIAL = "newsletter", "contact", "test-send"
"""The tags under which visitors are found at Mailchimp."""

TRIAL_SENDER = "UpUp"

TRIAL_SMS = "Hej! Så här kommer en gåva från UpUp. Det här är ett prov, så det finns inget att lösa in: {link}"
"""What a trial SMS says: always the same, from UpUp in its own name."""
