// Companies whose SMS recipients have reported from the gift page, the last reported first.

import { html } from "../../modules/preact.js";
import { day, number } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Badge, Heading, Listing } from "../../modules/ui.js";
import { Company, useList } from "../parts.js";

const count = (name) => ({ label: t(`staff.report.${name}`), end: true, cell: (one) => number(one[name]) });

export default function AbuseReports() {
  const found = useList("/v1/staff/abuse-reports");
  return html`<${Heading}>${t("staff.lists.abuse_reports")}<//>
    <p>${t("staff.report.what")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.abuse_reports")} empty=${t("staff.report.none")}
      keyed=${(one) => one.account_id} columns=${[
      { label: t("staff.company"), cell: (one) => html`<${Company} of=${one} />` },
      ...["not_asked", "fraud", "other"].map(count),
      { label: t("staff.report.unseen"), end: true, cell: (one) => html`<${Badge} kind=${one.unseen ? "warn" : ""}>${number(one.unseen)}<//>` },
      { label: t("staff.report.last_day"), cell: (one) => day(one.last_day) },
    ]} />`;
}
