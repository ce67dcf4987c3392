"""The pages a person sees: Checkout and the Billing Portal. HTML only, no scripts."""

from html import escape
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.stand_ins.stripe import checkout, portal
from sandbox.stand_ins.stripe.errors import ApiError
from sandbox.stand_ins.stripe.store import Store, StripeObject

_STYLE = """
body { margin: 0; background: #f6f7f9; color: #1a1f36; font: 17px/1.5 system-ui, sans-serif; }
.banner { background: #ffde92; padding: .5rem; text-align: center; font-size: .85rem; }
main { max-width: 26rem; margin: 8vh auto; padding: 2rem; background: #fff; border-radius: 12px;
       box-shadow: 0 2px 12px rgb(0 0 0 / 10%); }
h1 { margin: 0 0 1rem; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: 1fr auto; gap: .5rem 1rem; margin: 0; }
dd { margin: 0; text-align: right; }
.total { border-top: 1px solid #e3e8ee; padding-top: .5rem; font-weight: 600; }
button { width: 100%; margin: 1.5rem 0 1rem; padding: .8rem; border: 0; border-radius: 8px; cursor: pointer;
         background: #1f4fd8; color: #fff; font: inherit; font-weight: 600; }
button:focus-visible, a:focus-visible { outline: 3px solid #ffb545; outline-offset: 2px; }
a { color: #1f4fd8; }
"""

_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/page.css">
</head>
<body><div class="banner">Testläge: inga riktiga pengar / Test mode: no real money</div>
<main><h1>{title}</h1>{content}</main></body>
</html>
"""

_EVERY = {"day": "per dag", "week": "per vecka", "month": "per månad", "year": "per år"}


def add_to(app: Flask, store: Store) -> None:
    @app.get("/page.css")
    def style() -> Response:
        return Response(_STYLE, mimetype="text/css")

    @app.errorhandler(checkout.UnknownSession)
    def unknown(_: checkout.UnknownSession) -> Response:
        return _page("Sidan finns inte", "<p>Ingen betalning har den här adressen.</p>", status=404)

    @app.get("/c/pay/<session_id>")
    def show(session_id: str) -> Response:
        with store.lock:
            checkout.expire_what_is_due(store)
            session = checkout.at_url(store, request.path)
            if session["status"] != "open":
                return _closed(session)
            return _checkout(session, checkout.line_items(store, {}, session_id)["data"])

    @app.post("/c/pay/<session_id>")
    def pay(session_id: str) -> AnyResponse:
        with store.lock:
            session = checkout.at_url(store, request.path)
            try:
                checkout.pay(store, session)
            except checkout.NotPayable:
                if session["status"] == "expired":
                    return _closed(session)
            return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)

    @app.get("/p/session/<session_id>")
    def show_portal(session_id: str) -> Response:
        with store.lock:
            session = store.get("billing_portal.session", session_id)
            return _portal(store, session)

    @app.post("/p/session/<session_id>")
    def use_portal(session_id: str) -> AnyResponse:
        with store.lock:
            session = store.get("billing_portal.session", session_id)
            try:
                portal.act(store, session, request.form.get("action", ""), request.form.get("plan", ""))
            except ApiError as error:
                return _page("Det gick inte", f"<p>{escape(error.answer['error']['message'])}</p>", status=400)
            return redirect(request.path, 303)


def _portal(store: Store, session: StripeObject) -> Response:
    subscription = portal.subscription_of(store, session)
    back = _link(session["return_url"], "Tillbaka / Back")
    if subscription is None:
        return _page("Ditt abonnemang", f"<p>Här finns inget abonnemang.</p>{back}")
    price = subscription["items"]["data"][0]["price"]
    plans = [one for one in store.all("price") if one["lookup_key"] and one["id"] != price["id"]]
    buttons = [
        _button("plan", f"Byt till {one['nickname']}, {_sum(one['unit_amount'], 'sek')}", one["lookup_key"])
        for one in plans
    ]
    ends = subscription["cancel_at_period_end"]
    buttons.append(_button("resume", "Fortsätt ändå") if ends else _button("cancel", "Säg upp till periodens slut"))
    buttons += [_button("good_card", "Byt till ett kort som går"), _button("bad_card", "Byt till ett kort som nekas")]
    buttons.append(_button("end_period", "Låt perioden ta slut nu"))
    state = "Sista betalningen gick inte" if subscription["status"] == "past_due" else "Betalt"
    content = f"<p>{escape(price['nickname'])}: {state}{', sagt upp' if ends else ''}</p>{''.join(buttons)}{back}"
    return _page("Ditt abonnemang", content)


def _button(action: str, text: str, plan: str = "") -> str:
    return (
        f'<form method="post"><input type="hidden" name="action" value="{action}">'
        f'<input type="hidden" name="plan" value="{escape(plan)}"><button>{escape(text)}</button></form>'
    )


def _checkout(session: StripeObject, lines: list[StripeObject]) -> Response:
    total = _sum(session["amount_total"], session["currency"])
    rows = "".join(
        f"<dt>{escape(_name(line))}</dt><dd>{_sum(line['amount_total'], line['currency'])}</dd>" for line in lines
    )
    content = f"""<dl>{rows}<dt class="total">Att betala</dt><dd class="total">{total}</dd></dl>
<form method="post"><button>Betala {total} / Pay</button></form>
{_link(session["cancel_url"], "Avbryt / Cancel")}"""
    return _page("Betalning", content, form_goes_to=session["success_url"])


def _closed(session: StripeObject) -> Response:
    if session["status"] == "complete":
        return _page("Redan betald", "<p>Den här betalningen är klar. Tack!</p>")
    return _page("För sent", "<p>Den här betalningen har gått ut. Börja om där du kom ifrån.</p>", status=410)


def _name(line: StripeObject) -> str:
    recurring = line["price"]["recurring"]
    name = line["description"] if line["quantity"] == 1 else f"{line['quantity']} × {line['description']}"
    return f"{name} ({_EVERY[recurring['interval']]})" if recurring else name


def _sum(amount: int, currency: str) -> str:
    """100000 öre → 1 000,00 kr, with spaces that do not break."""
    figures = f"{amount / 100:,.2f}".replace(",", "\u00a0").replace(".", ",")
    return f"{figures}\u00a0{'kr' if currency == 'sek' else escape(currency.upper())}"


def _link(url: str | None, text: str) -> str:
    return f'<a href="{escape(url)}">{text}</a>' if url and urlsplit(url).scheme in ("http", "https") else ""


def _page(title: str, content: str, status: int = 200, form_goes_to: str = "") -> Response:
    """`form_goes_to`: where the form's answer leads; browsers hold `form-action` against that too."""
    target = urlsplit(form_goes_to)
    form_action = f"'self' {target.scheme}://{target.netloc}" if target.netloc else "'self'"
    policy = f"default-src 'none'; style-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(_PAGE.format(title=title, content=content), status, headers, mimetype="text/html")
