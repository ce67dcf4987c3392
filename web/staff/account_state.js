// An account's state as badges: how its agreement stands, and whether it is stopped.

import { html } from "../vendor/preact-htm.js";
import { t } from "../modules/texts.js";
import { Badge } from "../modules/ui.js";

const KINDS = { active: "good", pending: "", past_due: "warn", closing: "warn", closed: "" };

export const AccountState = ({ account }) => html`<${Badge} kind=${KINDS[account.state]}>${t(`staff.account_state.${account.state}`)}<//>
  ${account.stopped_at && html` <${Badge} kind="bad">${t("staff.account_state.stopped")}<//>`}`;
