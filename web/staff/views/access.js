// Who has access to what, for the yearly review: granting, ending, and that somebody went through it.

import { html } from "../../modules/preact.js";
import { get, post } from "../../modules/api.js";
import { day, moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Badge, Dialog, Field, Form, Heading, Listing, Notice, useLoad } from "../../modules/ui.js";
import { Opens, Sure, under, useList } from "../parts.js";

const KINDS = { granted: "good", past_its_end: "bad", ended: "" };
const CHOICES = {
  organisation: ["UpUp", "The Farm Interactive"],
  environment: ["development", "stage", "production"],
  what: ["database", "logs", "keys", "secrets", "deployment", "portal", "stripe", "mailchimp", "hubspot", "lekab", "clearon"],
};

export default function Access({ reload }) {
  const found = useList("/v1/staff/access");
  const review = useLoad(() => get("/v1/staff/access?limit=1"));
  const changed = () => Promise.all([found.reload(), review.reload(), reload()]);
  return html`<div class="row apart"><${Heading}>${t("staff.lists.access")}<//>
      <span class="row"><${Opens} label=${t("staff.access.grant")} kind=""
        dialog=${(close) => html`<${Grant} done=${changed} onClose=${close} />`} />
        <a class="button small second" download href="/v1/staff/access/export.csv">${t("staff.file")}</a></span></div>
    ${review.data && html`<${Review} last=${review.data.last_review} done=${changed} />`}
    <${Listing} from=${found} caption=${t("staff.lists.access")} empty=${t("staff.access.none")} columns=${[
      { label: t("staff.access.who"), cell: (one) => under(one.name, `${one.email}, ${one.organisation}`) },
      { label: t("staff.access.what"), cell: (one) => under(t(`staff.access_to.${one.what}`), t(`staff.environment.${one.environment}`)) },
      { label: t("staff.access.role"), cell: (one) => one.role },
      { label: t("staff.access.since"), cell: (one) => html`${day(one.since)}${one.until && html` – ${day(one.until)}`}` },
      { label: t("staff.state"), cell: (one) => html`<${Badge} kind=${KINDS[one.state]}>${t(`staff.access_state.${one.state}`)}<//>
        ${one.state !== "ended" && html`<br /><${End} grant=${one} done=${changed} />`}` },
    ]} />`;
}

const Review = ({ last, done }) => html`<${Notice}>
  <p>${last
    ? t("staff.access.reviewed", { moment: moment(last.reviewed_at), who: last.reviewed_by })
    : t("staff.access.never_reviewed")}</p>
  <p><${Opens} label=${t("staff.access.review")} dialog=${(close) => html`<${Sure} title=${t("staff.access.review")}
    why=${t("staff.access.review_why")}
    agree=${t("staff.access.review")} act=${() => post("/v1/staff/access/reviews")} done=${done}
      onClose=${close} />`} /></p><//>`;

const End = ({ grant, done }) => html`<${Opens} label=${t("staff.access.end")} kind="danger" dialog=${(close) => html`
  <${Sure} title=${t("staff.access.end")} why=${t("staff.access.end_why", { who: grant.name })}
    agree=${t("staff.access.end")}
    act=${() => post(`/v1/staff/access/${grant.id}/end`)} done=${done} onClose=${close} />`} />`;

function Grant({ done, onClose }) {
  const grant = async ({ until, ...rest }) => {
    await post("/v1/staff/access", { ...rest, ...(until && { until }) });
    onClose();
    await done();
  };
  const choice = (name, text) => html`<${Field} name=${name} as="select" label=${t(`staff.access.${name}`)} required>
    ${CHOICES[name].map((value) => html`<option value=${value}>${text(value)}</option>`)}<//>`;
  return html`<${Dialog} title=${t("staff.access.grant")} onClose=${onClose}>
    <${Form} onSubmit=${grant} submit=${t("ui.save")}
      fields=${["name", "email", "role", "since", "until", ...Object.keys(CHOICES)]}>
      <${Field} name="name" label=${t("staff.access.name")} maxlength="120" autocomplete="off" required autofocus />
      <${Field} name="email" type="email" label=${t("staff.access.email")} autocomplete="off" required />
      ${choice("organisation", (value) => value)}
      ${choice("environment", (value) => t(`staff.environment.${value}`))}
      ${choice("what", (value) => t(`staff.access_to.${value}`))}
      <${Field} name="role" label=${t("staff.access.role")} maxlength="80" required />
      <${Field} name="since" type="date" label=${t("staff.access.since")} required />
      <${Field} name="until" type="date" label=${t("staff.access.until")} hint=${t("staff.access.until_hint")} />
    <//>
    <p><button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></p><//>`;
}
