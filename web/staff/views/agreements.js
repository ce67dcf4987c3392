// Agreements that end: which steps are done, what is still open and why, and having it tried again.

import { html } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { day, moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Action, Badge, Dialog, Field, Form, Heading, Listing } from "../../modules/ui.js";
import { Company, Opens, orConflict, useList } from "../parts.js";

export default function Agreements({ reload }) {
  const found = useList("/v1/staff/agreements");
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<${Heading}>${t("staff.lists.agreements")}<//>
    <p>${t("staff.ending.intro")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.agreements")} empty=${t("staff.ending.none")}
      keyed=${(one) => one.account_id} columns=${[
      { label: t("staff.company"), cell: (one) => html`<${Company} of=${one} />` },
      { label: t("staff.ending.because"), cell: (one) => t(`staff.ended_by.${one.because}`) },
      { label: t("staff.ending.ends"), cell: (one) => day(one.ends_at) },
      { label: t("staff.ending.steps"), cell: (one) => html`<${Steps} steps=${one.steps} />` },
      { label: t("staff.decide"), cell: (one) => one.open_steps > 0 && html`<div class="row">
        <${Action} class="small second"
          act=${() => post(`/v1/staff/agreements/${one.account_id}/retry`).then(changed)}>${t("staff.ending.retry")}<//>
        ${one.steps.some((step) => step.step === "pay_back" && step.last_error) && html`<${Opens} label=${t("staff.ending.bank")}
          dialog=${(close) => html`<${Bank} id=${one.account_id} done=${changed} onClose=${close} />`} />`}</div>` },
    ]} />`;
}

/** Those that are open, with why; done ones as one count. */
function Steps({ steps }) {
  const open = steps.filter((one) => one.state !== "done");
  if (steps.length === 0) return html`<${Badge}>${t("staff.ending.not_begun")}<//>`;
  if (open.length === 0) return html`<${Badge} kind="good">${t("staff.ending.all_done")}<//>`;
  return html`<ul class="flat">${open.map((one) => html`<li>${t(`staff.step.${one.step}`)}
    ${one.last_error && html` <${Badge} kind="bad">${one.last_error}<//>`}
    ${one.next_try_at && html`<br /><small>${t("staff.ending.next", { moment: moment(one.next_try_at) })}</small>`}</li>`)}</ul>`;
}

function Bank({ id, done, onClose }) {
  const book = async ({ kronor }) => {
    const paid = { amount_ore: Math.round(Number(kronor) * 100) };
    await orConflict(t("staff.ending.other_amount"), () => post(`/v1/staff/agreements/${id}/paid-by-bank`, paid));
    onClose();
    await done();
  };
  return html`<${Dialog} title=${t("staff.ending.bank")} onClose=${onClose}><p>${t("staff.ending.bank_why")}</p>
    <${Form} onSubmit=${book} submit=${t("staff.ending.bank_now")} fields=${["amount_ore"]}>
      <${Field} name="kronor" type="number" min="0.01" step="0.01"
        label=${t("staff.ending.kronor")} required autofocus /><//>
    <p><button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></p><//>`;
}
