// Whom of the company UpUp's news do not reach, and how that is mended.

import { html } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { t } from "../../modules/texts.js";
import { Failed, useLoad } from "../../modules/ui.js";

const NAMES = { mailchimp: "Mailchimp", hubspot: "HubSpot" };

export function Mailing() {
  const found = useLoad(async () => {
    const [mailing, members] = await Promise.all([get("/v1/account/mailing"), get("/v1/members?limit=200")]);
    return { refused: mailing.refused, of: Object.fromEntries(members.items.map((one) => [one.id, one])) };
  });
  const who = (one) => (one ? `${one.first_name} ${one.last_name}` : t("account.mailing_somebody"));
  if (found.data === null && found.error) return html`<${Failed} error=${found.error} retry=${found.reload} />`;
  if (!found.data?.refused.length) return null; // it is of interest only where something is wrong
  const { refused, of } = found.data;
  return html`<section class="card"><h2>${t("account.mailing")}</h2>
    <p>${t("account.mailing_refused")}</p>
    <ul>${refused.map((one) => html`<li>${who(of[one.member_id])} (${NAMES[one.supplier]})</li>`)}</ul>
    <p class="quiet">${t("account.mailing_mend")}</p>
  </section>`;
}
