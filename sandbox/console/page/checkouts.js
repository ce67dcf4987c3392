// Stripe: payments that wait for somebody to pay, and what may happen to those that were made.

import { money } from "/modules/format.js";
import { t } from "/modules/texts.js";
import { Action, Badge, Empty, html } from "/modules/ui.js";
import { post } from "./calls.js";

const KINDS = { complete: "good", open: "warn", expired: "" };

export const Checkouts = ({ checkouts, reload }) => html`<section class="card" aria-labelledby="checkouts">
  <h2 id="checkouts">${t("console.checkouts.title")}</h2>
  <p class="hint">${t("console.checkouts.hint")}</p>
  ${checkouts.length
    ? html`<ul class="lines">${checkouts.map(
        (one) => html`<${Checkout} key=${one.id} one=${one} reload=${reload} />`,
      )}</ul>`
    : html`<${Empty}>${t("console.checkouts.empty")}<//>`}
</section>`;

function Checkout({ one, reload }) {
  const pay = () => post("/api/stripe/complete", { checkout_url: one.url }).then(reload);
  return html`<li>
    <div class="row"><strong>${one.name}, ${money(one.amount_ore)}</strong>
      <${Badge} kind=${KINDS[one.status]}>${t(`console.checkout_status.${one.status}`)}<//></div>
    ${one.url && html`<div class="row">
      <a href=${one.url} target="_blank" rel="noopener">${t("console.checkouts.open")}</a>
      <${Action} class="second small" act=${pay}>${t("console.checkouts.pay")}<//></div>`}
    ${one.payment && html`<${Payment} payment=${one.payment} reload=${reload} />`}
  </li>`;
}

function Payment({ payment: { id, left_ore, dispute }, reload }) {
  const act = (path, body) => () => post(path, body).then(reload);
  const decide = (outcome) => act("/api/stripe/dispute/close", { dispute: dispute.id, outcome });
  if (!left_ore) return html`<span class="meta">${t("console.checkouts.refunded")}</span>`;
  if (dispute?.status === "needs_response") {
    return html`<div class="row"><${Badge} kind="bad">${t("console.checkouts.disputed")}<//>
      <${Action} class="second small" act=${decide("won")}>${t("console.checkouts.won")}<//>
      <${Action} class="second small" act=${decide("lost")}>${t("console.checkouts.lost")}<//></div>`;
  }
  if (dispute) return html`<span class="meta">${t(`console.dispute_${dispute.status}`)}</span>`;
  return html`<details><summary>${t("console.checkouts.trouble")}</summary><div class="row">
    <${Action} class="second small" act=${act("/api/stripe/refund", { payment: id, amount_ore: left_ore })}>
      ${t("console.checkouts.refund")}<//>
    <${Action} class="second small" act=${act("/api/stripe/dispute", { payment: id })}>
      ${t("console.checkouts.dispute")}<//>
  </div></details>`;
}
