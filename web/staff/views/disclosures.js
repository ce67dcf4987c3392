// Reading an encrypted send takes two: one asks with a reason, another approves, and both may read for an hour.

import { html } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Badge, Field, Form, Heading, Listing } from "../../modules/ui.js";
import { Company, Opens, orConflict, Sure, under, useList } from "../parts.js";

const KINDS = { asked: "warn", open: "good", closed: "", expired: "" };

export default function Disclosures({ me, reload }) {
  const found = useList("/v1/staff/disclosures");
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<${Heading}>${t("staff.nav.disclosures")}<//>
    <div class="two"><div><p>${t("staff.disclosure.what")}</p></div>
      <section class="card"><h2>${t("staff.disclosure.ask")}</h2><${Ask} asked=${changed} /></section></div>
    <${Listing} from=${found} caption=${t("staff.nav.disclosures")} empty=${t("staff.disclosure.none")} columns=${[
      { label: t("staff.asked_at"), cell: (one) => under(moment(one.asked_at), one.asked_by) },
      { label: t("staff.disclosure.send"), cell: (one) => under(html`<${Company} of=${one} />`, one.send_id) },
      { label: t("staff.reason"), cell: (one) => one.reason },
      { label: t("staff.disclosure.approved"), cell: (one) => (one.approved_by ? under(moment(one.approved_at), one.approved_by) : "–") },
      { label: t("staff.disclosure.readings"), end: true, cell: (one) => number(one.readings) },
      { label: t("staff.state"), cell: (one) => html`<${Badge} kind=${KINDS[one.state]}>${t(`staff.disclosure_state.${one.state}`)}<//>
        <${Next} disclosure=${one} me=${me} changed=${changed} />` },
    ]} />`;
}

function Ask({ asked }) {
  const ask = async ({ send_id: sendId, reason }, form) => {
    const wanted = { send_id: sendId.trim(), reason };
    await orConflict(t("staff.disclosure.in_clear"), () => post("/v1/staff/disclosures", wanted));
    form.reset();
    await asked();
  };
  return html`<${Form} onSubmit=${ask} submit=${t("staff.disclosure.ask_now")} fields=${["send_id", "reason"]}>
    <${Field} name="send_id" label=${t("staff.disclosure.send_id")} hint=${t("staff.disclosure.send_hint")} required
      autocomplete="off" spellcheck="false" />
    <${Field} name="reason" label=${t("staff.reason")} hint=${t("staff.disclosure.reason_hint")} minlength="10"
      maxlength="500" required autocomplete="off" />
  <//>`;
}

/** What can be done with it now, and by whom. */
function Next({ disclosure: { id, state, asked_by: askedBy, approved_by: approvedBy, send_id: sendId }, me, changed }) {
  if (state === "asked" && askedBy === me) return html`<br /><small>${t("staff.disclosure.by_another")}</small>`;
  if (state === "asked") {
    const approve = () => post(`/v1/staff/disclosures/${id}/approve`);
    return html`<br /><${Opens} label=${t("staff.approve")} kind="" dialog=${(close) => html`
      <${Sure} title=${t("staff.disclosure.approve_title")} agree=${t("staff.approve")}
        why=${t("staff.disclosure.approve_why", { who: askedBy, send: sendId })}
        onClose=${close} act=${() => orConflict(t("staff.disclosure.waits_no_more"), approve)} done=${changed} />`} />`;
  }
  if (state === "open" && [askedBy, approvedBy].includes(me)) {
    return html`<br /><${Link} class="button small" href="/staff/disclosures/${id}">${t("staff.disclosure.read")}<//>`;
  }
  return null;
}
