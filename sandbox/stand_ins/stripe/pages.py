"""The pages a person sees: Checkout and the Billing Portal. HTML only, no scripts."""

from html import escape
from pathlib import Path

from flask import Flask, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from sandbox.stand_ins.stripe import billing, checkout, portal
from sandbox.stand_ins.stripe.errors import ApiError
from sandbox.stand_ins.stripe.page_html import Reader, action, choice, day, facts, link, notice, table
from sandbox.stand_ins.stripe.store import Store, StripeObject

_STYLE = Path(__file__).resolve().parents[3] / "web" / "style.css"


def add_to(app: Flask, store: Store) -> None:
    app.add_url_rule("/style.css", view_func=lambda: send_file(_STYLE, mimetype="text/css", max_age=0))

    @app.errorhandler(checkout.UnknownSession)
    def unknown(_: checkout.UnknownSession) -> Response:
        reader = Reader.of_request()
        return reader.page("unknown", f"<p>{reader.text('unknown_text')}</p>", 404)

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
                checkout.pay(store, session, request.form.get("card", "good"))
            except checkout.CardDeclined:
                return redirect(Reader.of_request().here(declined="yes"), 303)
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
        reader = Reader.of_request()
        wanted = request.form.get("action", "")
        with store.lock:
            session = store.get("billing_portal.session", session_id)
            try:
                portal.act(store, session, wanted, request.form.get("plan", ""))
            except ApiError as error:
                said = notice(escape(error.answer["error"]["message"]), "bad")
                return reader.page("refused", said + link(request.base_url, reader.text("again")), 400)
            return redirect(reader.here(done=wanted), 303)


def _checkout(session: StripeObject, lines: list[StripeObject]) -> Response:
    reader = Reader.of_request()
    total = reader.money(session["amount_total"], session["currency"])
    rows = [(_name(reader, line), reader.money(line["amount_total"], line["currency"])) for line in lines]
    rows.append((f"<strong>{reader.text('total')}</strong>", f"<strong>{total}</strong>"))
    declined = notice(reader.text("declined"), "bad") if request.args.get("declined") else ""
    cards = "".join(
        choice("card", card, reader.text(f"card_{card}"), checked=card == "good")
        for card in checkout.CARDS
        if card != "later" or session["mode"] == "subscription"
    )
    content = f"""{declined}<div class="card">{facts(rows)}
<form method="post"><fieldset><legend>{reader.text("card")}</legend>{cards}</fieldset>
<button>{reader.text("pay", sum=total)}</button></form></div>
{link(session["cancel_url"], reader.text("cancel"))}"""
    return reader.page("checkout", content, form_goes_to=session["success_url"])


def _closed(session: StripeObject) -> Response:
    reader = Reader.of_request()
    state, status = ("complete", 200) if session["status"] == "complete" else ("expired", 410)
    return reader.page(state, f"<p>{reader.text(f'{state}_text')}</p>", status)


def _name(reader: Reader, line: StripeObject) -> str:
    recurring = line["price"]["recurring"]
    name = line["description"] if line["quantity"] == 1 else f"{line['quantity']} × {line['description']}"
    return reader.text(recurring["interval"], name=name) if recurring else escape(name)


def _portal(store: Store, session: StripeObject) -> Response:
    reader = Reader.of_request()
    done = request.args.get("done", "")
    told = notice(reader.text(f"done_{done}"), "good") if done in portal.ACTIONS else ""
    subscription = portal.subscription_of(store, session)
    back = link(session["return_url"], reader.text("back"))
    if subscription is None:
        content = f"<p>{reader.text('none')}</p>"
    else:
        content = _subscription(reader, store, subscription) + _changes(reader, store, subscription)
    return reader.page("portal", f"{told}{back}{content}{_receipts(reader, store, session)}")


def _subscription(reader: Reader, store: Store, subscription: StripeObject) -> str:
    (item,) = subscription["items"]["data"]
    price = item["price"]
    ends = "ends" if subscription["cancel_at_period_end"] else "next_payment"
    works = subscription["customer"] not in store.failing_cards
    rows = [
        (reader.text("plan"), f"{escape(price['nickname'])}, {reader.money(price['unit_amount'], price['currency'])}"),
        (reader.text("state"), reader.text("unpaid" if subscription["status"] == "past_due" else "paid")),
        (reader.text(ends), day(item["current_period_end"])),
        (reader.text("card"), reader.text("good_in_use" if works else "bad_in_use")),
    ]
    return f'<div class="card">{facts(rows)}</div>'


def _changes(reader: Reader, store: Store, subscription: StripeObject) -> str:
    price = subscription["items"]["data"][0]["price"]
    plans = [one for one in store.all("price") if one["lookup_key"] and one["id"] != price["id"]]
    cards = [action(name, reader.text(name)) for name in ("good_card", "bad_card")]
    switches = [f"<p>{reader.text('change_plan_text')}</p>"] + [
        action("plan", _switch(reader, one), one["lookup_key"]) for one in plans
    ]
    if subscription["cancel_at_period_end"]:
        end = [
            f"<p>{reader.text('resumable_text', day=day(subscription['cancel_at']))}</p>",
            action("resume", reader.text("resume"), kind=""),
        ]
    else:
        end = [f"<p>{reader.text('end_text')}</p>", action("cancel", reader.text("cancel_plan"), kind="danger")]
    hurry = [f"<p>{reader.text('sandbox_text')}</p>", action("end_period", reader.text("end_period"))]
    parts = {"change_card": cards, "change_plan": switches, "end": end, "sandbox": hurry}
    return "".join(
        f'<section class="card"><h2>{reader.text(title)}</h2>{"".join(content)}</section>'
        for title, content in parts.items()
    )


def _switch(reader: Reader, price: StripeObject) -> str:
    return reader.text("switch", name=price["nickname"], sum=reader.money(price["unit_amount"], price["currency"]))


def _receipts(reader: Reader, store: Store, session: StripeObject) -> str:
    invoices = billing.list_invoices(store, {"customer": session["customer"], "limit": "24"})["data"]
    columns = [reader.text(name) for name in ("receipt", "date", "sum", "state")]
    rows = [
        (
            escape(one["number"]),
            day(one["created"]),
            reader.money(one["total"], one["currency"]),
            reader.text(f"invoice_{one['status']}"),
        )
        for one in invoices
    ]
    if not rows:
        return ""
    return f'<section class="card"><h2>{reader.text("receipts")}</h2>{table(columns, rows)}</section>'
