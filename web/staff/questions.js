// What companies ask for and staff answer: those that wait, or all, each with yes and no.

import { html, useState } from "../modules/preact.js";
import { post } from "../modules/api.js";
import { moment } from "../modules/format.js";
import { t } from "../modules/texts.js";
import { Action, Choice, Heading, Listing } from "../modules/ui.js";
import { Answered, Company, Decide, Opens, under, useList } from "./parts.js";

/** `columns` say what is asked for, `what(item)` in a word, `waits(item)` whether it has no answer yet. */
export function Questions({ path, name, columns, waits, what, answered }) {
  const [all, setAll] = useState(false);
  const found = useList(path, { state: all ? "" : "asked" });
  const changed = () => Promise.all([found.reload(), answered()]);
  return html`<div class="row apart"><${Heading}>${t(`staff.lists.${name}`)}<//>
      <${Choice} label=${t("staff.show_answered")} checked=${all}
        onChange=${(event) => setAll(event.target.checked)} /></div>
    <p>${t(`staff.asked.${name}`)}</p>
    <${Listing} from=${found} caption=${t(`staff.lists.${name}`)}
      empty=${all ? t("staff.nothing_asked") : t("staff.nothing_to_answer")} columns=${[
      { label: t("staff.asked_at"), cell: (one) => moment(one.asked_at) },
      { label: t("staff.company"), cell: (one) => html`<${Company} of=${one} />` },
      ...columns,
      { label: t("staff.state"), cell: (one) => under(html`<${Answered} state=${one.state} />`, one.reason) },
      { label: t("staff.decide"), cell: (one) => html`<${Answer} path="${path}/${one.id}" what=${what(one)}
        yes=${waits(one) || one.state === "refused"} no=${waits(one) || one.state === "approved"}
          changed=${changed} />` },
    ]} />`;
}

/** An answer may be changed: what was approved can be refused later, and the other way round. */
const Answer = ({ path, what, yes, no, changed }) => html`<div class="row">
  ${yes && html`<${Action} class="small" aria-label="${t("staff.approve")} ${what}"
    act=${() => post(`${path}/approve`).then(changed)}>${t("staff.approve")}<//>`}
  ${no && html`<${Opens} label=${t("staff.refuse")} kind="danger" dialog=${(close) => html`
    <${Decide} title="${t("staff.refuse")} ${what}" why=${t("staff.refuse_why")} hint=${t("staff.account.reason_hint")}
      agree=${t("staff.refuse")}
      onClose=${close} done=${changed} act=${({ reason }) => post(`${path}/refuse`, { reason })} />`} />`}
</div>`;
