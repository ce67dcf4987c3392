// Senders that companies ask for, and their texts that speak of banks, codes or accounts.

import { html } from "../../modules/preact.js";
import { t } from "../../modules/texts.js";
import { Badge } from "../../modules/ui.js";
import { Answered } from "../parts.js";
import { Questions } from "../questions.js";

const SHOWN = () => [
  { label: t("staff.sender.name"), cell: (one) => html`<strong>${one.sender}</strong><${LooksLike} name=${one.looks_like} />` },
  { label: t("staff.sender.texts"), cell: (one) => (one.texts_state ? html`<${Answered} state=${one.texts_state} />` : "–") },
];

export const LooksLike = ({ name }) => name && html`<br /><${Badge} kind="bad">${t("staff.looks_like", { name })}<//>`;

/** Where the sender or its texts wait for an answer. */
const waits = (one) => one.state === "asked" || one.texts_state === "asked";

export default function Senders({ reload }) {
  return html`<${Questions} path="/v1/staff/senders" name="senders" columns=${SHOWN()} waits=${waits}
    what=${(one) => one.sender} answered=${reload} />`;
}
