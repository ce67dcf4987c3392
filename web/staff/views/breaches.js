// The register of personal data breaches: what has happened, how long there is to report it, and registering another.

import { html } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { go, Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Choice, Dialog, Field, Form, Heading, Listing } from "../../modules/ui.js";
import { BreachState } from "../breach_state.js";
import { Opens, useList } from "../parts.js";

export default function Breaches({ reload }) {
  const found = useList("/v1/staff/breaches");
  return html`<div class="row apart"><${Heading}>${t("staff.lists.breaches")}<//>
      <span class="row"><${Opens} label=${t("staff.breach.register")} kind=""
        dialog=${(close) => html`<${Register} onClose=${close} done=${reload} />`} />
        <a class="button small second" download href="/v1/staff/breaches/export.csv">${t("staff.file")}</a></span></div>
    <p>${t("staff.breach.intro")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.breaches")} empty=${t("staff.breach.none")} columns=${[
      { label: t("staff.breach.found_at"), cell: (one) => html`<${Link} href="/staff/breaches/${one.id}">${moment(one.found_at)}<//>` },
      { label: t("staff.breach.what"), cell: (one) => one.what },
      { label: t("staff.breach.companies"), end: true, cell: (one) => number(one.companies_concerned) },
      { label: t("staff.breach.told"), end: true, cell: told },
      { label: t("staff.state"), cell: (one) => html`<${BreachState} breach=${one} />` },
    ]} />`;
}

const told = (one) => `${number(one.owners_told)} / ${number(one.owners_told + one.owners_to_tell)}`;

const FIELDS = ["happened_at", "found_at", "what", "consequences", "measures", "companies"];
const utc = (local) => new Date(local).toISOString();

function Register({ onClose, done }) {
  const register = async ({ all, companies, happened_at: happened, found_at: found, ...prose }) => {
    const ids = companies.split(/[\s,;]+/).filter(Boolean);
    const body = { ...prose, happened_at: utc(happened), found_at: utc(found), companies: all ? "all" : ids };
    const made = await post("/v1/staff/breaches", body);
    await done();
    go(`/staff/breaches/${made.id}`);
  };
  return html`<${Dialog} title=${t("staff.breach.register")} onClose=${onClose}>
    <${Form} onSubmit=${register} submit=${t("staff.breach.register")} fields=${FIELDS}>
      <${Field} name="happened_at" type="datetime-local" label=${t("staff.breach.happened_at")} required autofocus />
      <${Field} name="found_at" type="datetime-local" label=${t("staff.breach.found_at")}
        hint=${t("staff.breach.found_hint")} required />
      ${["what", "consequences", "measures"].map((name) => html`<${Field} name=${name} as="textarea" rows="3"
        maxlength="4000"
        label=${t(`staff.breach.${name}`)} hint=${t("staff.breach.prose_hint")} required />`)}
      <${Choice} name="all" label=${t("staff.breach.all_companies")} />
      <${Field} name="companies" as="textarea" rows="2" label=${t("staff.breach.company_ids")}
        hint=${t("staff.breach.company_ids_hint")} />
    <//>
    <p><button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></p><//>`;
}
