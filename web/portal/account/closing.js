// Ending the agreement: what happens when, what to keep first, and the company's name as the last word.

import { html, useState } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Dialog, Field, Form } from "../../modules/ui.js";

const KEEP = [
  ["/portal/money", "statements"],
  ["/portal/statistics", "statistics"],
  ["/portal/sends", "reports"],
  ["/portal/recipients", "opt_outs"],
];

export function Closing({ account, reload }) {
  const [asking, setAsking] = useState(false);
  const close = async ({ confirm }) => {
    await post("/v1/account/close", { confirm });
    setAsking(false);
    await reload();
  };
  if (!["active", "past_due"].includes(account.state)) return null; // the notice above every view says how it ends
  return html`<section class="card"><h2>${t("closing.title")}</h2>
    <ul class="flat">${[1, 2, 3, 4].map((step) => html`<li key=${step}>${t(`closing.step_${step}`)}</li>`)}</ul>
    <h3>${t("closing.keep")}</h3>
    <ul class="flat">${KEEP.map(
      ([href, what]) => html`<li key=${href}><${Link} href=${href}>${t(`closing.keep_${what}`)}<//></li>`,
    )}</ul>
    <button class="danger" type="button" onClick=${() => setAsking(true)}>${t("closing.begin")}</button>
    ${asking && html`<${Dialog} title=${t("closing.sure")} onClose=${() => setAsking(false)}>
      <p>${t("closing.sure_why")}</p>
      <${Form} onSubmit=${close} submit=${t("closing.do")} kind="danger" fields=${["confirm"]}>
        <${Field} name="confirm" label=${t("closing.confirm", { name: account.company_name })} autocomplete="off"
          required autofocus />
      <//>
      <p><button class="second" type="button" onClick=${() => setAsking(false)}>${t("ui.cancel")}</button></p><//>`}
  </section>`;
}
