// Opt-outs: noted by number, by file, and taken back at the person's own wish. No number is kept, so none can be shown.

import { html, useState } from "../../modules/preact.js";
import { page, post, remove, upload } from "../../modules/api.js";
import { rowText } from "../../modules/faults.js";
import { day, number } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Choice, Empty, Field, Form, Listing, Notice, Table, usePages } from "../../modules/ui.js";

export function OptOuts({ me }) {
  const rows = usePages((cursor) => page("/v1/opt-outs", cursor));
  const columns = [
    { label: t("opt_out.day"), cell: (one) => day(one.opted_out_on) },
    { label: t("opt_out.how"), cell: (one) => (one.source ? t(`opt_out.by_${one.source}`) : "–") },
  ];
  return html`<div><p>${t("opt_out.why")}</p>
    ${me.role === "viewer"
      ? html`<${Empty}>${t("opt_out.viewer")}<//>`
      : html`<div class="two even"><${ByNumber} changed=${rows.reload} /><${ByFile} changed=${rows.reload} /></div>
          <${TakeBack} changed=${rows.reload} />`}
    <section><h2>${t("opt_out.newest")}</h2><p class="quiet">${t("opt_out.no_numbers")}</p>
      <${Listing} from=${rows} caption=${t("opt_out.newest")} columns=${columns}
        empty=${t("opt_out.none")} /></section></div>`;
}

/** A form of a number. What was done is told; the number itself is gone from the page then. */
function NumberForm({ id, submit, done, act, kind, children }) {
  const [told, setTold] = useState(false);
  const go = async (values, form) => {
    setTold(false);
    await act(values.phone);
    form.reset();
    setTold(true);
  };
  return html`<div><${Form} onSubmit=${go} submit=${submit} kind=${kind} fields=${["phone"]}>
      <${Field} name="phone" id=${id} label=${t("opt_out.phone")} type="tel" inputmode="tel" autocomplete="off"
        maxlength="40" required />
      ${children}
    <//><div role="status">${told && html`<p>${done}</p>`}</div></div>`;
}

const ByNumber = ({ changed }) => html`<section class="card"><h2>${t("opt_out.add")}</h2><p>${t("opt_out.add_why")}</p>
  <${NumberForm} id="opt-out" submit=${t("opt_out.add_do")} done=${t("opt_out.added")}
    act=${async (phone) => {
      await post("/v1/opt-outs", { phone });
      await changed();
    }} /></section>`;

const TakeBack = ({ changed }) => html`<details class="card"><summary>${t("opt_out.take_back")}</summary>
  <p>${t("opt_out.take_back_why")}</p>
  <${NumberForm} id="take-back" submit=${t("opt_out.take_back_do")} kind="second" done=${t("opt_out.taken_back")}
    act=${async (phone) => {
      await remove("/v1/opt-outs", { phone, wished_by_person: true });
      await changed();
    }}><${Choice} required label=${t("opt_out.wished")} /><//></details>`;

function ByFile({ changed }) {
  const [said, setSaid] = useState(null);
  const take = async ({ file }, form) => {
    setSaid(null);
    const parts = new FormData();
    parts.append("file", file);
    setSaid(await upload("/v1/opt-outs/import", parts));
    form.reset();
    await changed();
  };
  return html`<section class="card"><h2>${t("opt_out.import")}</h2><p>${t("opt_out.import_why")}</p>
    <${Form} onSubmit=${take} submit=${t("opt_out.import_do")} fields=${["file"]}>
      <${Field} name="file" label=${t("opt_out.file")} hint=${t("opt_out.file_hint")} type="file"
        accept=".csv,.txt,.tsv,.xlsx" required />
    <//><div role="status">${said && html`<${Imported} said=${said} />`}</div></section>`;
}

function Imported({ said }) {
  const counted = ["added", "already", "duplicate", "invalid"].filter((name) => name === "added" || said[name] > 0);
  const columns = [
    { label: t("new_send.row"), cell: (one) => number(one.row) },
    { label: t("new_send.why"), cell: (one) => rowText(one) },
  ];
  return html`<div><${Notice} kind=${said.invalid ? "warn" : "good"}><ul class="flat">${counted.map(
      (name) => html`<li>${t(`opt_out.import_${name}`, { n: said[name], count: number(said[name]) })}</li>`,
    )}</ul><//>
    ${said.report.length > 0 && html`<${Table} caption=${t("opt_out.bad_rows")} columns=${columns} items=${said.report}
      keyed=${(one) => one.row} />`}</div>`;
}
