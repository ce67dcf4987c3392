// Money: what there is, a top-up, every movement in words, and the months' statements.

import { html, useRef } from "../../modules/preact.js";
import { newKey, page, post } from "../../modules/api.js";
import { day, money, month } from "../../modules/format.js";
import { leave } from "../../modules/leave.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Action, Field, Form, Heading, Listing, usePages } from "../../modules/ui.js";
import { toPlanPage } from "../account_state.js";

const SUGGESTED = [1_000, 5_000, 10_000, 25_000]; // kronor

export default function Money({ me, account }) {
  return html`<${Heading}>${t("money.title")}<//>
    <div class="grid">
      <section class="card"><h2>${t("overview.balance")}</h2>
        <p class="big">${money(account.balance_ore)}</p>
        <p class="quiet">${t("overview.reserved", { money: money(account.reserved_ore) })}</p>
        ${me.role === "owner" && html`<${Action} class="second" act=${toPlanPage}>${t("money.invoices")}<//>`}
      </section>
      <section class="card"><h2>${t("money.top_up")}</h2>
        ${me.role === "owner" ? html`<${TopUp} />` : html`<p>${t("money.ask_owner")}</p>`}
      </section>
    </div>
    <${Statements} /><${Movements} />`;
}

/** Whole kronor, paid on Stripe's page. Pressed again after a lost answer, it leads to the same payment. */
function TopUp() {
  const key = useRef({ of: "", value: "" });
  const form = useRef();
  const pay = async ({ kronor }) => {
    if (key.current.of !== kronor) key.current = { of: kronor, value: newKey() };
    const said = await post("/v1/billing/top-ups", { amount_ore: Number(kronor) * 100 }, key.current.value);
    await leave(said.checkout_url);
  };
  const choose = (kronor) => {
    form.current.querySelector("input").value = kronor;
  };
  return html`<div ref=${form}><${Form} onSubmit=${pay} submit=${t("money.to_payment")}>
    <div class="row field" role="group" aria-label=${t("money.suggested")}>${SUGGESTED.map(
      (kronor) => html`<button type="button" class="second small" onClick=${() => choose(kronor)}>${money(kronor * 100)}</button>`,
    )}</div>
    <${Field} name="kronor" label=${t("money.amount")} hint=${t("money.amount_hint")} type="number" inputmode="numeric"
      min="100" max="900000" step="1" required />
  <//></div>`;
}

function Statements() {
  const months = usePages((cursor) => page("/v1/statements", cursor, 12));
  const columns = [
    { label: t("money.month"), cell: (one) => html`<${Link} href="/portal/money/${one.month}">${month(one.month)}<//>` },
    { label: t("money.state"), cell: (one) => t(one.complete ? "money.complete" : "money.goes_on") },
    { label: t("money.closing"), end: true, cell: (one) => money(one.closing_ore) },
  ];
  return html`<section><h2>${t("money.statements")}</h2>
    <${Listing} from=${months} caption=${t("money.statements")} columns=${columns} keyed=${(one) => one.month} empty=${t("money.no_statements")} /></section>`;
}

function Movements() {
  const lines = usePages((cursor) => page("/v1/ledger", cursor));
  const signed = (ore) => (ore > 0 ? "+" : "") + (ore ? money(ore) : "–");
  const columns = [
    { label: t("money.day"), cell: (one) => day(one.day) },
    { label: t("money.what"), cell: (one) => t(`purpose.${one.purpose}`) },
    { label: t("money.free"), end: true, cell: (one) => signed(one.amount_ore) },
    { label: t("money.held"), end: true, cell: (one) => signed(one.reserved_ore) },
  ];
  return html`<section><h2>${t("money.movements")}</h2><p class="quiet">${t("money.movements_why")}</p>
    <${Listing} from=${lines} caption=${t("money.movements")} columns=${columns} empty=${t("money.no_movements")} /></section>`;
}
