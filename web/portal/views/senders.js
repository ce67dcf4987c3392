// Who SMS are from and where texts may link to: what is asked for, approved or refused, and why.

import { html, useState } from "../../modules/preact.js";
import { page, post, remove } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { day } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Action, Asked, Badge, Field, Form, Heading, Listing, usePages } from "../../modules/ui.js";

const KINDS = { asked: "warn", approved: "good", refused: "bad" };
const PARTS = [
  // the path, the field's name in it, what a text calls it
  { path: "/v1/senders", field: "sender", most: 40 },
  { path: "/v1/link-domains", field: "domain", most: 253 },
];

export default function Senders({ me, account }) {
  const may = me.role !== "viewer" && ["active", "past_due"].includes(account.state) && !account.stopped;
  return html`<${Heading}>${t("senders.title")}<//>
    ${me.role === "viewer" && html`<p>${t("senders.viewer")}</p>`}
    ${PARTS.map((part) => html`<${Part} key=${part.field} part=${part} may=${may} />`)}`;
}

function Part({ part, may }) {
  const { path, field } = part;
  const rows = usePages((cursor) => page(path, cursor));
  const columns = [
    { label: t(`senders.${field}`), cell: (one) => html`<strong>${one[field]}</strong>` },
    { label: t("senders.state"), cell: (one) => html`<${State} one=${one} field=${field} />` },
    { label: t("senders.asked"), cell: (one) => day(one.asked_at) },
    { label: t("senders.decided"), cell: (one) => day(one.decided_at) },
    { label: t("senders.do"), cell: (one) => html`<${Actions} one=${one} part=${part} changed=${rows.reload} />` },
  ];
  return html`<section><h2>${t(`senders.${field}s`)}</h2><p>${t(`senders.${field}s_why`)}</p>
    ${may && html`<${Ask} part=${part} changed=${rows.reload} />`}
    <${Listing} from=${rows} caption=${t(`senders.${field}s`)} columns=${may ? columns : columns.slice(0, -1)}
      empty=${t(`senders.no_${field}s`)} /></section>`;
}

function Ask({ part: { path, field, most }, changed }) {
  const [told, setTold] = useState("");
  const ask = async (values, form) => {
    setTold("");
    const said = await post(path, { [field]: values[field].trim() }).catch(named("conflict", `too_many_${field}s`));
    form.reset();
    setTold(t(`senders.is_${said.state}`, { name: said[field] }));
    await changed();
  };
  return html`<section class="card"><${Form} class="slim" onSubmit=${ask} submit=${t(`senders.ask_${field}`)} fields=${[field]}>
      <${Field} name=${field} label=${t(`senders.${field}`)} hint=${t(`senders.${field}_hint`)} maxlength=${most}
        autocomplete="off" autocapitalize="off" spellcheck=${false} required />
    <//><div role="status">${told && html`<p>${told}</p>`}</div></section>`;
}

/** How far it has come, whose name it could be taken for, and why it was refused, in staff's words. */
function State({ one, field }) {
  const texts = one.texts_state && one.texts_state !== "approved";
  return html`<div><${Badge} kind=${KINDS[one.state]}>${t(`senders.state_${one.state}`)}<//>
    ${texts && html` <${Badge} kind=${KINDS[one.texts_state]}>${t(`senders.texts_${one.texts_state}`)}<//>`}
    ${one.state === "asked" && one.looks_like && html`<br />
      <small>${t("senders.looks_like", { name: one.looks_like })}</small>`}
    ${one.reason && html`<br /><small>${t("senders.reason", { reason: one.reason })}</small>`}</div>`;
}

function Actions({ one, part: { path, field }, changed }) {
  const name = one[field];
  const again = async () => {
    await post(path, { [field]: name });
    await changed();
  };
  const goes = async () => {
    await remove(`${path}/${one.id}`).catch(named("conflict", "was_refused"));
    await changed();
  };
  if (one.state === "refused") {
    return html`<span><${Action} class="second small" act=${again} aria-label=${t("senders.again_of", { name })}>
      ${t("senders.again")}<//></span>`;
  }
  if (one.texts_state === "refused") return null; // that stays noted
  return html`<span><${Asked} title=${t("senders.remove_title", { name })} why=${t(`senders.remove_${field}`)}
    agree=${t("senders.remove")} act=${goes} aria-label=${t("senders.remove_of", { name })}>
    ${t("senders.remove")}<//></span>`;
}
