"""What every page of a recipient is made in, and how it speaks. What is set into `Markup` is escaped by it."""

from datetime import date

from flask import Request
from markupsafe import Markup

from shared.http.gift_page.en import EN
from shared.http.gift_page.sv import SV
from shared.http.gift_page.texts import Texts

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (("Content-Security-Policy", POLICY), ("X-Robots-Tag", "noindex, nofollow"))

PAGE = Markup("""<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/gift.css">
{top}<main>
{content}
</main>
</html>
""")
TOP = Markup('<nav><a href="{href}" lang="{language}" hreflang="{language}">{text}</a></nav>\n')


def texts_for(request: Request) -> Texts:
    """Swedish, unless the page's own link asked for English."""
    return EN if request.query_string and request.args.get("lang") == EN["language"] else SV


def page(texts: Texts, title: str, content: Markup, path: str = "") -> str:
    """A whole page; with its path it leads to itself in the other language."""
    other = SV if texts is EN else EN
    top = TOP.format(href=address(other, path), language=other["language"], text=other["name"]) if path else ""
    return str(PAGE.format(language=texts["language"], title=title, top=top, content=content))


def address(texts: Texts, path: str) -> str:
    return path if texts is SV else f"{path}?lang={texts['language']}"


def long_day(texts: Texts, day: date) -> str:
    return f"{day.day} {texts['months'][day.month - 1]} {day.year}"
