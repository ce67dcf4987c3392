// An account's state as badges: how its agreement stands, and whether it is stopped.

import { html } from "../modules/preact.js";
import { t } from "../modules/texts.js";
import { Badge } from "../modules/ui.js";

const KINDS = { active: "good", pending: "", past_due: "warn", closing: "warn", closed: "" };

export const AccountState = ({ account: { state, stopped_at: stopped } }) => html`
  <${Badge} kind=${KINDS[state]}>${t(`staff.account_state.${state}`)}<//>
  ${stopped && html` <${Badge} kind="bad">${t("staff.account_state.stopped")}<//>`}`;
