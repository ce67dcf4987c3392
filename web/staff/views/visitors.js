// Visitors who ask to be forgotten, and account holders whose e-mail a supplier will not take.

import { html, useState } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Confirm, Field, Form, Heading, Listing, Notice } from "../../modules/ui.js";
import { orConflict, useList } from "../parts.js";

export default function Visitors() {
  const found = useList("/v1/staff/contacts");
  return html`<${Heading}>${t("staff.lists.visitors")}<//>
    <section class="card"><h2>${t("staff.visitor.erase")}</h2><p>${t("staff.visitor.erase_why")}</p><${Erase} /></section>
    <section><h2>${t("staff.visitor.refused")}</h2><p>${t("staff.visitor.refused_why")}</p>
    <${Listing} from=${found} caption=${t("staff.visitor.refused")} empty=${t("staff.visitor.none")}
      keyed=${(one) => `${one.person_id} ${one.supplier}`} columns=${[
      { label: t("staff.visitor.since"), cell: (one) => moment(one.refused_at) },
      { label: t("staff.visitor.person"), cell: (one) => html`<code>${one.person_id}</code>` },
      { label: t("staff.visitor.supplier"), cell: (one) => t(`staff.supplier.${one.supplier}`) },
      { label: t("staff.why"), cell: (one) => t(`staff.refusal.${one.refusal}`) },
    ]} /></section>`;
}

function Erase() {
  const [email, setEmail] = useState(null);
  const [erased, setErased] = useState(false);
  const act = async () => {
    await orConflict(t("staff.visitor.holder"), () => post("/v1/staff/visitors/erase", { email }));
    setErased(true);
    setEmail(null);
  };
  const ask = ({ email: written }) => {
    setErased(false);
    setEmail(written.trim());
  };
  return html`${erased && html`<${Notice} kind="good">${t("staff.visitor.erased")}<//>`}
    <${Form} onSubmit=${ask} submit=${t("staff.visitor.erase_now")} kind="danger" fields=${["email"]}>
      <${Field} name="email" type="email" label=${t("staff.access.email")} autocomplete="off" required /><//>
    ${email && html`<${Confirm} title=${t("staff.visitor.sure")} agree=${t("staff.visitor.erase_now")} act=${act}
      onClose=${() => setEmail(null)}>
      <p>${t("staff.visitor.sure_why", { email })}</p><//>`}`;
}
