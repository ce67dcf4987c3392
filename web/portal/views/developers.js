// For a company's programs: where the API is described, keys to it, and webhooks.

import { html } from "../../modules/preact.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Empty, Heading } from "../../modules/ui.js";
import { Keys } from "../developers/keys.js";
import { Webhooks } from "../developers/webhooks.js";

export default function Developers({ me, account }) {
  const open = ["active", "past_due"].includes(account.state) && !account.stopped;
  return html`<${Heading}>${t("developers.title")}<//>
    <section class="card"><h2>${t("developers.api")}</h2><p>${t("developers.api_why")}</p>
      <dl class="facts"><dt>${t("developers.address")}</dt><dd><code>${location.origin}/v1</code></dd>
        <dt>${t("developers.description")}</dt>
        <dd><a href="/v1/openapi.json" target="_blank" rel="noopener">${t("developers.openapi")}</a></dd>
        <dt>${t("developers.tests")}</dt><dd><${Link} href="/portal/sends?test=true">${t("developers.see_tests")}<//></dd></dl>
    </section>
    ${me.role !== "owner"
      ? html`<${Empty}>${t("developers.ask_owner")}<//>`
      : html`${!open && html`<p>${t("developers.not_now")}</p>`}<${Keys} open=${open} /><${Webhooks} open=${open} />`}`;
}
