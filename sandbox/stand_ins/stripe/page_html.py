"""The HTML that the pages are made of: in the reader's language, with UpUp's style sheet, without scripts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode, urlsplit

from flask import Response, request

from sandbox.stand_ins.stripe.page_texts import LANGUAGES
from sandbox.stand_ins.web import STOCKHOLM

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Stripe</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top"><span class="brand">Stripe</span> <span class="badge warn">{test_mode}</span>
<a href="{other_href}" lang="{other}" hreflang="{other}">{other_language}</a></header>
<main class="narrow">
<h1>{title}</h1>
{content}
</main>
<footer class="bottom">{no_money}</footer>
</body>
</html>
"""


@dataclass(frozen=True)
class Reader:
    """Who looks at the page: their language, by the address's `lang`."""

    language: str

    @classmethod
    def of_request(cls) -> "Reader":
        return cls("en" if request.args.get("lang") == "en" else "sv")

    def text(self, key: str, **values: str) -> str:
        """As HTML: what is filled in is escaped."""
        return escape(LANGUAGES[self.language][key].format(**values))

    def money(self, amount: int, currency: str) -> str:
        """100000 öre → 1 000,00 kr, or SEK 1,000.00, with spaces that do not break."""
        figures = f"{amount / 100:,.2f}"
        if self.language == "en":
            return escape(f"{currency.upper()}\u00a0{figures}")
        figures = figures.replace(",", "\u00a0").replace(".", ",")
        return f"{figures}\u00a0{'kr' if currency == 'sek' else escape(currency.upper())}"

    def here(self, **query: str) -> str:
        """This page's path again, in the same language."""
        if self.language != "sv":
            query["lang"] = self.language
        return f"{request.path}?{urlencode(query)}" if query else request.path

    def page(self, title: str, content: str, status: int = 200, form_goes_to: str = "") -> Response:
        """`title` is a text's key. `form_goes_to`: where the form's answer leads: `form-action` holds for that too."""
        other = "sv" if self.language == "en" else "en"
        html = _PAGE.format(
            language=self.language,
            title=self.text(title),
            content=content,
            test_mode=self.text("test_mode"),
            no_money=self.text("no_money"),
            other=other,
            other_href=f"{escape(request.path)}?lang={other}",
            other_language=self.text("other_language"),
        )
        return Response(html, status, _headers(form_goes_to), mimetype="text/html")


def day(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).astimezone(STOCKHOLM).date().isoformat()


def facts(rows: Iterable[tuple[str, str]]) -> str:
    return f'<dl class="facts">{"".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)}</dl>'


def notice(text: str, kind: str) -> str:
    role = "alert" if kind == "bad" else "status"
    return f'<p class="notice {kind}" role="{role}">{text}</p>'


def choice(name: str, value: str, label: str, *, checked: bool = False) -> str:
    tick = " checked" if checked else ""
    return (
        f'<label class="choice"><input type="radio" name="{name}" value="{escape(value)}"{tick}>'
        f"<span>{label}</span></label>"
    )


def action(name: str, label: str, plan: str = "", kind: str = "second") -> str:
    """A form of one button, which posts what is wanted to this page."""
    return (
        f'<form method="post"><input type="hidden" name="action" value="{name}">'
        f'<input type="hidden" name="plan" value="{escape(plan)}"><p><button class="{kind}">{label}</button></p></form>'
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of HTML. The roles are written out because a small screen shows each row as a list."""
    heads = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
    lines = "".join(f'<tr role="row">{_cells(columns, row)}</tr>' for row in rows)
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{lines}</tbody></table>'
    )


def _cells(columns: Sequence[str], row: Sequence[str]) -> str:
    return "".join(f'<td role="cell" data-label="{name}">{cell}</td>' for name, cell in zip(columns, row, strict=True))


def link(url: str | None, label: str) -> str:
    known = url is not None and urlsplit(url).scheme in ("http", "https")
    return f'<p><a href="{escape(url or "")}">{label}</a></p>' if known else ""


def _headers(form_goes_to: str) -> dict[str, str]:
    target = urlsplit(form_goes_to)
    form_action = f"'self' {target.scheme}://{target.netloc}" if target.netloc else "'self'"
    policy = f"default-src 'none'; style-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
