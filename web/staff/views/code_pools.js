// The stocks of codes: how many are left, a file of new ones with its report, and when staff are told that it is low.

import { html, useState } from "../../modules/preact.js";
import { get, patch, upload } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Badge, Dialog, Empty, Field, Form, Heading, Loaded, Notice, Table, useLoad } from "../../modules/ui.js";
import { Opens } from "../parts.js";

export default function CodePools({ reload }) {
  const found = useLoad(() => get("/v1/staff/code-pools"));
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<${Heading}>${t("staff.lists.code_pools")}<//>
    <p>${t("staff.pool.what")}</p>
    <${Loaded} from=${found}>${({ items }) => items.length === 0 ? html`<${Empty}>${t("staff.pool.none")}<//>` : html`
      <${Table} caption=${t("staff.lists.code_pools")} items=${items} keyed=${(one) => one.product} columns=${[
        { label: t("staff.pool.product"), cell: (one) => html`<code>${one.product}</code>` },
        { label: t("staff.pool.in_stock"), end: true, cell: (one) => html`${number(one.in_stock)}
          ${one.is_low && html` <${Badge} kind="bad">${t("staff.pool.low")}<//>`}` },
        { label: t("staff.pool.handed_out"), end: true, cell: (one) => number(one.handed_out) },
        { label: t("staff.pool.limit"), end: true, cell: (one) => number(one.low_stock_limit) },
        { label: t("staff.pool.last_import"), cell: (one) => moment(one.last_import_at) },
        { label: t("staff.decide"), cell: (one) => html`<div class="row">
          <${Opens} label=${t("staff.pool.import")} kind="" dialog=${(close) => html`<${Import} pool=${one}
            done=${changed} onClose=${close} />`} />
          <${Opens} label=${t("staff.pool.change_limit")} dialog=${(close) => html`<${Limit} pool=${one}
            done=${changed} onClose=${close} />`} /></div>` },
      ]} />`}<//>`;
}

const Close = ({ onClose, children }) => html`<p><button type="button" class="second"
  onClick=${onClose}>${children}</button></p>`;

function Limit({ pool, done, onClose }) {
  const change = async ({ low_stock_limit: limit }) => {
    await patch(`/v1/staff/code-pools/${pool.product}`, { low_stock_limit: Number(limit) });
    onClose();
    await done();
  };
  return html`<${Dialog} title="${t("staff.pool.change_limit")}: ${pool.product}" onClose=${onClose}>
    <${Form} onSubmit=${change} submit=${t("ui.save")} fields=${["low_stock_limit"]}>
      <${Field} name="low_stock_limit" type="number" min="0" max="100000000" label=${t("staff.pool.limit")}
        hint=${t("staff.pool.limit_hint")}
        defaultValue=${pool.low_stock_limit} required autofocus /><//>
    <${Close} onClose=${onClose}>${t("ui.cancel")}<//><//>`;
}

function Import({ pool, done, onClose }) {
  const [taken, setTaken] = useState(null);
  const send = async ({ file }) => {
    const form = new FormData();
    form.append("file", file);
    setTaken(await upload(`/v1/staff/code-pools/${pool.product}/codes`, form));
    await done();
  };
  return html`<${Dialog} title="${t("staff.pool.import")}: ${pool.product}" onClose=${onClose}>
    ${taken ? html`<${Taken} taken=${taken} />` : html`<${Form} onSubmit=${send} submit=${t("staff.pool.import")}
      fields=${["file"]}>
      <${Field} name="file" type="file" accept=".csv,text/csv,text/plain" label=${t("staff.pool.file")}
        hint=${t("staff.pool.file_hint")} required /><//>`}
    <${Close} onClose=${onClose}>${taken ? t("ui.close") : t("ui.cancel")}<//><//>`;
}

const LEFT_OUT = ["duplicate", "known", "malformed"];

function Taken({ taken }) {
  const { imported } = taken;
  return html`<${Notice} kind=${imported ? "good" : "warn"}>${t("staff.pool.imported", { n: imported, count: number(imported) })}<//>
    ${LEFT_OUT.some((name) => taken[name]) && html`<ul>${LEFT_OUT.filter((name) => taken[name]).map(
      (name) => html`<li>${t(`staff.left_out.${name}`, { n: taken[name], count: number(taken[name]) })}</li>`,
    )}</ul>
    <${Table} caption=${t("staff.pool.report")} items=${taken.report} keyed=${(one) => one.row} columns=${[
      { label: t("staff.pool.row"), end: true, cell: (one) => number(one.row) },
      { label: t("staff.why"), cell: (one) => t(`staff.left_out_because.${one.code}`) },
    ]} />`}`;
}
