// The versions of companies' keys that still open rows: an old one stays until its last row is gone.

import { html } from "../../modules/preact.js";
import { day, number } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Heading, Listing } from "../../modules/ui.js";
import { Company, useList } from "../parts.js";

export default function KeyVersions() {
  const found = useList("/v1/staff/key-versions");
  return html`<${Heading}>${t("staff.lists.key_versions")}<//>
    <p>${t("staff.key.intro")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.key_versions")} empty=${t("staff.key.none")}
      keyed=${(one) => `${one.account_id} ${one.version}`} columns=${[
      { label: t("staff.company"), cell: (one) => html`<${Company} of=${one} />` },
      { label: t("staff.key.version"), cell: (one) => one.version },
      { label: t("staff.key.data_keys"), end: true, cell: (one) => number(one.data_keys) },
      { label: t("staff.key.days"), cell: (one) => `${day(one.first_send_day)} – ${day(one.last_send_day)}` },
    ]} />`;
}
