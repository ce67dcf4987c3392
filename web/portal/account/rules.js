// What an owner decides for the company: how long recipients' numbers are kept, and whether all show a second factor.

import { html, useState } from "../../modules/preact.js";
import { patch } from "../../modules/api.js";
import { t } from "../../modules/texts.js";
import { Action, Confirm, Field, Form, Notice } from "../../modules/ui.js";

const ENCRYPT = "retention.encrypt_after_days";
const ERASE = "retention.erase_after_days";

export function Retention({ me, account, reload }) {
  const { encrypt_after_days: encrypt, erase_after_days: erase } = account.retention;
  const [asking, setAsking] = useState(null); // what is sooner than before cannot be taken back
  const [saved, setSaved] = useState(false);
  const save = async (retention) => {
    await patch("/v1/account", { retention });
    setAsking(null);
    setSaved(true);
    await reload();
  };
  const choose = async (values) => {
    const wanted = { encrypt_after_days: Number(values[ENCRYPT]), erase_after_days: Number(values[ERASE]) };
    setSaved(false);
    if (wanted.encrypt_after_days < encrypt || wanted.erase_after_days < erase) setAsking(wanted);
    else await save(wanted);
  };
  return html`<section class="card"><h2>${t("retention.title")}</h2><p>${t("retention.why")}</p>
    ${me.role !== "owner" ? html`<p>${t("retention.now", { encrypt, erase })}</p>` : html`
      <${Form} onSubmit=${choose} submit=${t("retention.save")} kind="second" fields=${[ENCRYPT, ERASE]}>
        <${Field} name=${ENCRYPT} label=${t("retention.encrypt")} hint=${t("retention.encrypt_hint")} type="number"
          inputmode="numeric" min="4" max="30" step="1" defaultValue=${encrypt} required />
        <${Field} name=${ERASE} label=${t("retention.erase")} hint=${t("retention.erase_hint")} type="number"
          inputmode="numeric" min="31" max="365" step="1" defaultValue=${erase} required />
      <//>`}
    ${saved && html`<${Notice} kind="good">${t("ui.saved")}<//>`}
    ${asking && html`<${Confirm} title=${t("retention.sooner_title")} agree=${t("retention.sooner_do")}
        act=${() => save(asking)} onClose=${() => setAsking(null)}>
      <p>${t("retention.sooner", { encrypt: asking.encrypt_after_days, erase: asking.erase_after_days })}</p><//>`}
  </section>`;
}

export function Required({ account, reload }) {
  const required = account.second_factor_required;
  const turn = () => patch("/v1/account", { second_factor_required: !required }).then(reload);
  return html`<section class="card"><h2>${t("factor.all_title")}</h2>
    <p>${t(required ? "factor.all_on" : "factor.all_off")}</p>
    <${Action} class="second" act=${turn}>${t(required ? "factor.all_stop" : "factor.all_begin")}<//>
  </section>`;
}
