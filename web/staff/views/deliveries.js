// SMS of which nobody knows whether they left: a person says what became of each.

import { html } from "../../vendor/preact-htm.js";
import { post } from "../../modules/api.js";
import { moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Heading, Listing } from "../../modules/ui.js";
import { Company, Opens, Sure, useList } from "../parts.js";

export default function Deliveries({ reload }) {
  const found = useList("/v1/staff/deliveries");
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<${Heading}>${t("staff.lists.deliveries")}<//>
    <p>${t("staff.doubt.what")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.deliveries")} empty=${t("staff.doubt.none")} columns=${[
      { label: t("staff.doubt.since"), cell: (one) => moment(one.since) },
      { label: t("staff.company"), cell: (one) => html`<${Company} of=${one} /><br /><small>${one.send_id}</small>` },
      { label: t("staff.doubt.phone"), cell: (one) => one.phone || t("staff.doubt.encrypted") },
      { label: t("staff.why"), cell: (one) => one.reason || "–" },
      { label: t("staff.decide"), cell: (one) => html`<div class="row">
          <${Settle} delivery=${one} outcome="sent" changed=${changed} /><${Settle} delivery=${one} outcome="resend" changed=${changed} /></div>` },
    ]} />`;
}

const Settle = ({ delivery, outcome, changed }) => html`<${Opens} label=${t(`staff.doubt.${outcome}`)} dialog=${(close) => html`
  <${Sure} title=${t(`staff.doubt.${outcome}`)} why=${t(`staff.doubt.why_${outcome}`)} agree=${t(`staff.doubt.${outcome}`)} onClose=${close}
    act=${() => post(`/v1/staff/deliveries/${delivery.id}/settle`, { outcome })} done=${changed} />`} />`;
