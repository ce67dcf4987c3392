// "What now?": the way from signup to a redeemed gift in three steps, and how far one has come.

import { t } from "/modules/texts.js";
import { Badge, html } from "/modules/ui.js";

const steps = ({ product_url, checkouts, mailbox, stats }) => [
  {
    name: "sign_up",
    done: checkouts.some((one) => one.status === "complete"),
    href: `${product_url}/signup`,
  },
  { name: "send", done: stats.lekab.sms > 0, href: `${product_url}/portal`, ready: mailbox.addresses.length > 0 },
  { name: "redeem", done: stats.clearon.redeemed > 0 },
];

export function Guide({ live }) {
  const all = steps(live);
  const now = all.find((one) => !one.done);
  return html`<section class="card" aria-labelledby="guide">
    <h2 id="guide">${now ? t("console.guide.title") : t("console.guide.all_done")}</h2>
    <p>${t("console.guide.lead")}</p>
    <ol class="guide">${all.map(
      (one, place) => html`<li class="${one.done ? "done" : ""} ${one === now ? "now" : ""}"
        aria-current=${one === now ? "step" : null}>
        <h3><span>${place + 1}. ${t(`console.step.${one.name}`)}</span>
          ${one.done && html`<${Badge} kind="good">${t("console.guide.done")}<//>`}</h3>
        <p>${t(`console.step_text.${one.name}`)}</p>
        ${one.href && html`<a class="button ${one === now ? "" : "second"}" href=${one.href}
          target="_blank" rel="noopener">
          ${t(`console.step_link.${one.name}`)}</a>`}
      </li>`,
    )}</ol>
  </section>`;
}
