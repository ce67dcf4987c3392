// What differed between Stripe and our books in the nightly comparison, and what is for a person to do.

import { html } from "../../modules/preact.js";
import { moment, money } from "../../modules/format.js";
import { has, t } from "../../modules/texts.js";
import { Badge, Heading, Listing } from "../../modules/ui.js";
import { Company, under, useList } from "../parts.js";

const amount = (ore) => (ore === null ? "–" : money(ore));
const name = (kind) => (has(`staff.difference.${kind}`) ? t(`staff.difference.${kind}`) : kind);

const healed = () => html`<${Badge} kind="good">${t("staff.healed")}<//>`;

/** In the reader's language where there are words for it, else in the API's own. */
const toDo = ({ kind, what_to_do: said }) => (has(`staff.difference_do.${kind}`) ? t(`staff.difference_do.${kind}`) : said);

export default function Reconciliation() {
  const found = useList("/v1/staff/reconciliation");
  return html`<${Heading}>${t("staff.lists.reconciliation")}<//>
    <p>${t("staff.difference_intro")}</p>
    <${Listing} from=${found} caption=${t("staff.lists.reconciliation")} empty=${t("staff.difference_none")}
      keyed=${(one) => `${one.found_at} ${one.account_id} ${one.top_up_id} ${one.invoice}`} columns=${[
      { label: t("staff.found_at"), cell: (one) => moment(one.found_at) },
      { label: t("staff.company"), cell: (one) => html`<${Company} of=${one} />` },
      { label: t("staff.what"), cell: (one) => under(name(one.kind), one.top_up_id || one.invoice) },
      { label: "Stripe", end: true, cell: (one) => amount(one.stripe_ore) },
      { label: t("staff.here"), end: true, cell: (one) => amount(one.here_ore) },
      { label: t("staff.decide"), cell: (one) => (one.healed ? healed() : toDo(one)) },
    ]} />`;
}
