// SMS of which nobody knows whether they left: a person says what became of each.

import { html } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Heading, Listing } from "../../modules/ui.js";
import { Company, Opens, orConflict, Sure, under, useList } from "../parts.js";

export default function Deliveries({ reload }) {
  const found = useList("/v1/staff/deliveries");
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<${Heading}>${t("staff.lists.deliveries")}<//>
    <p>${t("staff.doubt.what")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.deliveries")} empty=${t("staff.doubt.none")} columns=${[
      { label: t("staff.doubt.since"), cell: (one) => moment(one.since) },
      { label: t("staff.company"), cell: (one) => under(html`<${Company} of=${one} />`, one.send_id) },
      { label: t("staff.doubt.phone"), cell: (one) => one.phone || t("staff.doubt.encrypted") },
      { label: t("staff.why"), cell: (one) => one.reason || "–" },
      { label: t("staff.decide"), cell: (one) => html`<div class="row">
          <${Settle} delivery=${one} outcome="sent" changed=${changed} /><${Settle} delivery=${one} outcome="resend"
            changed=${changed} /></div>` },
    ]} />`;
}

function Settle({ delivery, outcome, changed }) {
  const settle = () => post(`/v1/staff/deliveries/${delivery.id}/settle`, { outcome });
  return html`<${Opens} label=${t(`staff.doubt.${outcome}`)} dialog=${(close) => html`
    <${Sure} title=${t(`staff.doubt.${outcome}`)} why=${t(`staff.doubt.why_${outcome}`)} agree=${t(`staff.doubt.${outcome}`)}
      onClose=${close} act=${() => orConflict(t(`staff.doubt.cannot_${outcome}`), settle)} done=${changed} />`} />`;
}
