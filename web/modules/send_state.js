// A send's state as a badge, and how much of it is done.

import { html } from "./preact.js";
import { t } from "./texts.js";
import { Badge } from "./ui.js";

const KINDS = { done: "good", processing: "warn", scheduled: "", cancelled: "bad" };
const UNDER_WAY = ["accepted", "issuing", "issued", "sending"];

export const SendState = ({ send }) => html`<${Badge} kind=${KINDS[send.state]}>${t(`send_state.${send.state}`)}<//>`;

/** Recipients whose SMS has not been handed over yet. */
export const underWay = (send) => UNDER_WAY.reduce((sum, state) => sum + (send.deliveries[state] || 0), 0);
