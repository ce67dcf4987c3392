// About recipients: who wants no more SMS, and what persons ask about their own data.

import { html } from "../../modules/preact.js";
import { Link, usePlace } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Empty, Heading } from "../../modules/ui.js";
import { OptOuts } from "../recipients/opt_outs.js";
import { Requests } from "../recipients/requests.js";

const PARTS = ["opt_outs", "requests"];

export default function Recipients({ me }) {
  const { query } = usePlace();
  const part = PARTS.includes(query.get("part")) ? query.get("part") : PARTS[0];
  return html`<${Heading}>${t("recipients.title")}<//>
    <nav class="tabs" aria-label=${t("recipients.parts")}>${PARTS.map(
      (one) => html`<${Link} href="/portal/recipients?part=${one}" aria-current=${one === part && "page"}>
        ${t(`recipients.${one}`)}<//>`,
    )}</nav>
    <div>${part === "opt_outs" ? html`<${OptOuts} me=${me} />` : html`<${RequestsOf} me=${me} />`}</div>`;
}

const RequestsOf = ({ me }) =>
  me.role === "owner" ? html`<${Requests} />` : html`<${Empty}>${t("recipients.ask_owner")}<//>`;
