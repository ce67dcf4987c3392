// What waits for staff now, by count, each leading to its list.

import { html } from "../../modules/preact.js";
import { number } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Empty, Heading } from "../../modules/ui.js";

const PLACES = {
  breaches: "/staff/breaches",
  disclosures: "/staff/disclosures",
  stopped_by_reports: "/staff/accounts?state=stopped",
  deliveries: "/staff/deliveries",
  dead_letters: "/staff/dead-letters",
  senders: "/staff/senders",
  link_domains: "/staff/link-domains",
  code_pools: "/staff/code-pools",
  agreements: "/staff/agreements",
  differences: "/staff/reconciliation",
  access: "/staff/access",
};

export default function Inbox({ waiting }) {
  const found = Object.entries(PLACES).filter(([name]) => waiting[name] > 0);
  return html`<${Heading}>${t("staff.nav.inbox")}<//>
    ${found.length === 0 && html`<${Empty}>${t("staff.nothing_waits")}<//>`}
    <ul class="waiting">${found.map(
      ([name, href]) => html`<li key=${name}><${Link} class="card" href=${href}>
        <span class="big">${number(waiting[name])}</span> ${t(`staff.waiting.${name}`, { n: waiting[name] })}<//></li>`,
    )}</ul>`;
}
