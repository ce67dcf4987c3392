// A breach's state as a badge: while it is open, how long there is to report it.

import { html } from "../modules/preact.js";
import { number } from "../modules/format.js";
import { t } from "../modules/texts.js";
import { Badge } from "../modules/ui.js";

const HOUR = 3600; // seconds

export function BreachState({ breach: { state, late, seconds_to_report: left } }) {
  if (state !== "open") return html`<${Badge} kind="good">${t(`staff.breach_state.${state}`)}<//>`;
  if (late) return html`<${Badge} kind="bad">${t("staff.breach.late")}<//>`;
  const hours = Math.floor(left / HOUR);
  return html`<${Badge} kind="warn">${t("staff.breach.report_within", { n: hours, count: number(hours) })}<//>`;
}
