"""The recipient's pages: small documents without script, that load nothing but their own style sheet."""

from html import escape

from shared.domain.gift import GiftState, OpenedGift

HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
)

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
<link rel="stylesheet" href="/gift.css">
<title>{title}</title>
<main>
{content}
</main>
</html>
"""

GIFT = """{test}<p>Hej! {hello}</p>
<h1>{gift}</h1>
{codes}
<p>{state}</p>
<p>Gäller till och med {valid_until}.</p>
<form method="post" action="/g/{token}/opt-out">
<p>Vill du inte ha fler SMS från {whom}?</p>
<button>Avsluta SMS</button>
</form>{request}{report}"""

REQUEST = """
<form method="post" action="/g/{token}/privacy-request">
<p>Vill du se eller radera det som {whom} har om dig här? Företaget svarar inom en månad.</p>
<button name="kind" value="export">Begär utdrag</button>
<button name="kind" value="erase">Begär radering</button>
</form>"""

REPORT = """
<form method="post" action="/g/{token}/report">
<p>Är det något fel med SMS:et? UpUp, som förmedlar gåvan, får veta vilket företag det gäller, men inte vem du är.</p>
<button name="reason" value="not_asked">Jag har inte tackat ja till SMS</button>
<button name="reason" value="fraud">Det liknar bedrägeri</button>
<button name="reason" value="other">Annat</button>
</form>"""

TEST = "<p><strong>Detta är ett test.</strong> Ingen har fått något SMS, och koden gäller inte i någon kassa.</p>\n"

CODES = """<dl>
<dt>Kod</dt><dd>{code}</dd>
<dt>EAN</dt><dd>{ean}</dd>
</dl>"""

GOODBYE = """<h1>Du får inga fler SMS</h1>
<p>Företaget som gav dig gåvan skickar inga fler SMS till ditt nummer härifrån.</p>
<p><a href="/g/{token}">Tillbaka till gåvan</a></p>"""

REPORTED = """<h1>Tack för att du säger till</h1>
<p>UpUp tittar på det. Vi har inte sparat vem du är.</p>
<p><a href="/g/{token}">Tillbaka till gåvan</a></p>"""

ASKED = """<h1>Din begäran är framme</h1>
<p>Företaget som gav dig gåvan har fått den, och ska svara inom en månad.</p>
<p><a href="/g/{token}">Tillbaka till gåvan</a></p>"""


def is_page(path: str) -> bool:
    """Whether a browser asked for a page, and not a program for JSON."""
    return path.startswith("/g/")


def gift_html(found: OpenedGift, token: str) -> str:
    """The gift, and the way out. Everything that comes from outside is escaped."""
    sender = escape(found.sender)  # empty once its agreement has ended
    content = GIFT.format(
        test=TEST if found.test else "",
        hello=f"{sender} vill tacka dig med en gåva." if sender else "Du har fått en gåva.",
        whom=sender or "företaget som gav dig gåvan",
        gift=escape(found.gift.name_sv),
        codes=CODES.format(code=escape(found.code), ean=escape(found.ean)) if found.code else "",
        state=STATES.get(found.state, ""),
        valid_until=found.valid_until.isoformat(),
        token=escape(token),
        request=REQUEST.format(whom=sender, token=escape(token)) if sender else "",
        report=REPORT.format(token=escape(token)) if sender else "",
    )
    return PAGE.format(title=f"En gåva från {sender}" if sender else "En gåva", content=content)


def goodbye_html(token: str) -> str:
    """What who has opted out is told."""
    return PAGE.format(title="Inga fler SMS", content=GOODBYE.format(token=escape(token)))


def reported_html(token: str) -> str:
    """What who has reported the SMS is told."""
    return PAGE.format(title="Tack", content=REPORTED.format(token=escape(token)))


def asked_html(token: str) -> str:
    """What who has sent a request about their data is told."""
    return PAGE.format(title="Din begäran", content=ASKED.format(token=escape(token)))
