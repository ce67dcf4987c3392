// One breach: what is known of it, what was done since, and telling the companies concerned.

import { html } from "../../modules/preact.js";
import { get, patch, post } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Dialog, Field, Form, Heading, Loaded, Table, useLoad } from "../../modules/ui.js";
import { BreachState } from "../breach_state.js";
import { Company, Opens } from "../parts.js";

const NEXT = { open: ["reported", "closed"], reported: ["closed"], closed: [] };

export default function Breach({ id, reload }) {
  const found = useLoad(() => get(`/v1/staff/breaches/${id}`), [id]);
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<p><${Link} href="/staff/breaches">← ${t("staff.lists.breaches")}<//></p>
    <${Loaded} from=${found}>${(breach) => html`
      <div class="row apart"><${Heading}>${t("staff.breach.title")}<//><${BreachState} breach=${breach} /></div>
      <div class="row actions">
        <${Opens} label=${t("staff.breach.add")} kind="" dialog=${(close) => html`<${Add} breach=${breach}
          done=${changed} onClose=${close} />`} />
        <${Opens} label=${t("staff.breach.tell")} dialog=${(close) => html`<${Tell} breach=${breach} done=${changed}
          onClose=${close} />`} /></div>
      <${Facts} breach=${breach} />
      <h2>${t("staff.breach.entries")}</h2><${Entries} made=${breach.entries} />`}<//>`;
}

const Facts = ({ breach }) => html`<dl class="facts card">
  <dt>${t("staff.breach.what")}</dt><dd class="lines">${breach.what}</dd>
  <dt>${t("staff.breach.consequences")}</dt><dd class="lines">${breach.consequences}</dd>
  <dt>${t("staff.breach.happened_at")}</dt><dd>${moment(breach.happened_at)}</dd>
  <dt>${t("staff.breach.found_at")}</dt><dd>${moment(breach.found_at)}</dd>
  <dt>${t("staff.breach.report_by")}</dt><dd>${moment(breach.report_by)}</dd>
  <dt>${t("staff.breach.reported_at")}</dt><dd>${moment(breach.reported_at)}</dd>
  <dt>${t("staff.breach.registered")}</dt><dd>${breach.registered_by}, ${moment(breach.registered_at)}</dd>
  <dt>${t("staff.breach.companies")}</dt><dd><${Concerned} breach=${breach} /></dd>
  <dt>${t("staff.breach.told")}</dt><dd>${number(breach.owners_told)} / ${number(breach.owners_told + breach.owners_to_tell)}</dd>
</dl>`;

const MOST_SHOWN = 20;

const Concerned = ({ breach }) => html`
  ${breach.all_companies ? t("staff.breach.all_companies") : number(breach.companies_concerned)}
  <ul class="flat">${breach.companies.slice(0, MOST_SHOWN).map(
    (one) => html`<li><${Company} of=${{ account_id: one }} /></li>`,
  )}</ul>`;

const Entries = ({ made }) => html`<${Table} caption=${t("staff.breach.entries")}
  items=${made.map((one, at) => ({ id: at, ...one }))} columns=${[
  { label: t("sends.when"), cell: (one) => moment(one.at) },
  { label: t("staff.by"), cell: (one) => one.by },
  { label: t("staff.state"), cell: (one) => (one.state ? t(`staff.breach_state.${one.state}`) : "–") },
  { label: t("staff.breach.measures"), cell: (one) => html`<span class="lines">${one.measures || one.message || "–"}</span>` },
]} />`;

function Add({ breach, done, onClose }) {
  const add = async ({ measures, state }) => {
    await patch(`/v1/staff/breaches/${breach.id}`, { ...(measures.trim() && { measures }), ...(state && { state }) });
    onClose();
    await done();
  };
  return html`<${Dialog} title=${t("staff.breach.add")} onClose=${onClose}>
    <${Form} onSubmit=${add} submit=${t("ui.save")} fields=${["measures", "state"]}>
      <${Field} name="measures" as="textarea" rows="4" maxlength="4000" label=${t("staff.breach.measures")}
        hint=${t("staff.breach.prose_hint")} autofocus />
      ${NEXT[breach.state].length > 0 && html`<${Field} name="state" as="select" label=${t("staff.state")}>
        <option value="">${t("staff.breach.same_state")}</option>
        ${NEXT[breach.state].map((state) => html`<option value=${state}>${t(`staff.breach_state.${state}`)}</option>`)}<//>`}
    <//>
    <p><button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></p><//>`;
}

function Tell({ breach, done, onClose }) {
  const tell = async ({ message }) => {
    await post(`/v1/staff/breaches/${breach.id}/tell`, { message });
    onClose();
    await done();
  };
  return html`<${Dialog} title=${t("staff.breach.tell")} onClose=${onClose}>
    <p>${t("staff.breach.tell_why", { n: breach.companies_concerned, count: number(breach.companies_concerned) })}</p>
    <${Form} onSubmit=${tell} submit=${t("staff.breach.tell_now")} fields=${["message"]}>
      <${Field} name="message" as="textarea" rows="8" maxlength="4000"
        label=${t("staff.breach.message")} required autofocus /><//>
    <p><button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></p><//>`;
}
