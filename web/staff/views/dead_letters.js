// Messages that Pub/Sub gave up: why, and having them tried again.

import { html } from "../../modules/preact.js";
import { post } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Action, Badge, Heading, Listing } from "../../modules/ui.js";
import { Opens, Sure, under, useList } from "../parts.js";

export default function DeadLetters({ waiting, reload }) {
  const letters = useList("/v1/staff/dead-letters");
  const changed = () => Promise.all([letters.reload(), reload()]);
  const all = (close) => html`<${Sure} title=${t("staff.letter.all_title")} agree=${t("staff.letter.all")}
    onClose=${close}
    why=${t("staff.letter.all_why", { n: waiting.dead_letters, count: number(waiting.dead_letters) })}
    act=${() => post("/v1/staff/dead-letters/replay")} done=${changed} />`;
  return html`<div class="row apart"><${Heading}>${t("staff.lists.dead_letters")}<//>
      ${waiting.dead_letters > 0 && html`<${Opens} label=${t("staff.letter.all")} kind="" dialog=${all} />`}</div>
    <p>${t("staff.letter.what")}</p>
    <${Listing} from=${letters} caption=${t("staff.lists.dead_letters")} empty=${t("staff.letter.none")} columns=${[
      { label: t("staff.letter.given_up"), cell: (one) => moment(one.kept_at) },
      { label: t("staff.letter.message"), cell: (one) => under(html`<code>${one.topic}</code>`, ids(one.message)) },
      { label: t("staff.why"), cell: (one) => under(one.reason, t("staff.letter.attempts", { n: one.attempts })) },
      { label: t("staff.state"), cell: (one) => html`<${Standing} letter=${one} changed=${changed} />` },
    ]} />`;
}

/** A message holds ids only. */
const ids = (message) => Object.entries(message).map(([name, value]) => `${name} ${value}`).join(", ");

const Standing = ({ letter, changed }) =>
  letter.replayed_at
    ? under(html`<${Badge} kind="good">${t("staff.letter.replayed")}<//>`, moment(letter.replayed_at))
    : html`<${Action} class="small second"
      act=${() => post(`/v1/staff/dead-letters/${letter.id}/replay`).then(changed)}>
        ${t("staff.letter.replay")}<//>`;
