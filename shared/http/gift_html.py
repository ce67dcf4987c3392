"""The recipient's page: one small document, no script, nothing from elsewhere."""

from html import escape

from shared.domain.gift import GiftState, OpenedGift

STATES = {
    GiftState.OPENED: "Visa koden i kassan.",
    GiftState.REDEEMED: "Gåvan är inlöst. Hoppas att den smakade!",
    GiftState.EXPIRED: "Gåvan har gått ut.",
    GiftState.VOIDED: "Gåvan gäller inte längre.",
}

PAGE = """<!doctype html>
<html lang="sv">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>En gåva från {sender}</title>
<main>
<p>Hej! {sender} vill tacka dig med en gåva.</p>
<h1>{gift}</h1>
{code}
<p>{state}</p>
<p>Gäller till och med {valid_until}.</p>
</main>
</html>
"""


def gift_html(found: OpenedGift) -> str:
    """Everything that comes from outside is escaped."""
    return PAGE.format(
        sender=escape(found.sender),
        gift=escape(found.gift.name_sv),
        code=f"<p>Kod: <strong>{escape(found.code)}</strong></p>" if found.code else "",
        state=STATES.get(found.state, ""),
        valid_until=found.valid_until.isoformat(),
    )
