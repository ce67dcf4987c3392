// Everybody's mail, or that of one address.

import { moment } from "/modules/format.js";
import { t } from "/modules/texts.js";
import { Empty, html } from "/modules/ui.js";
import { Says } from "./says.js";

export const Mailbox = ({ mailbox, choose }) => html`<section class="card" aria-labelledby="mailbox">
  <h2 id="mailbox">${t("console.mailbox.title")}</h2>
  <p class="hint">${t("console.mailbox.hint")}</p>
  ${mailbox.addresses.length > 0 && html`<div class="field"><label for="address">${t("console.mailbox.address")}</label>
    <select id="address" value=${mailbox.address || ""} onChange=${(event) => choose(event.target.value)}>
      <option value="">${t("console.mailbox.all")}</option>
      ${mailbox.addresses.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
    </select></div>`}
  ${mailbox.items.length
    ? html`<ol class="mails" tabindex="0" aria-label=${t("console.mailbox.list")}
        aria-live="polite">${mailbox.items.map(
        (mail) => html`<li key=${mail.id}><strong>${mail.subject}</strong>
          <span class="meta">${t("console.mailbox.to", { to: mail.to })} · ${moment(mail.at)}</span>
          <${Says} text=${mail.message} /></li>`,
      )}</ol>`
    : html`<${Empty}>${t("console.mailbox.empty")}<//>`}
</section>`;
