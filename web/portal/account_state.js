// What stands above every view while the account cannot do all it should: why, and what to do.

import { html } from "../vendor/preact-htm.js";
import { post } from "../modules/api.js";
import { day } from "../modules/format.js";
import { t } from "../modules/texts.js";
import { Action, Notice } from "../modules/ui.js";

const toCheckout = async () => location.assign((await post("/v1/billing/checkout")).checkout_url);
const toPortal = async () => location.assign((await post("/v1/billing/portal")).url);

export function AccountState({ account, me, reload }) {
  const owner = me.role === "owner";
  const stopped = account.stopped && html`<${Notice} kind="bad">${t("state.stopped")}<//>`;
  const dpa = account.dpa.accept_by && html`<${Notice} kind="warn"><p>${t("state.dpa", { day: day(account.dpa.accept_by) })}</p>
    ${owner && html`<${Action} act=${() => post("/v1/account/dpa", { accepted_dpa_version: account.dpa.current_version }).then(reload)}>
      ${t("state.accept_dpa")}<//>`}<//>`;
  return html`${stopped}${dpa}<${Progress} account=${account} owner=${owner} reload=${reload} />`;
}

function Progress({ account, owner, reload }) {
  const { state, closing } = account;
  if (state === "pending") {
    return html`<${Notice} kind="warn"><p>${t("state.pending")}</p>
      ${owner && html`<${Action} act=${toCheckout}>${t("state.pay_plan")}<//>`}<//>`;
  }
  if (state === "past_due") {
    return html`<${Notice} kind="bad"><p>${t("state.past_due")}</p>
      ${owner ? html`<${Action} act=${toPortal}>${t("state.change_card")}<//>` : html`<p>${t("state.ask_owner")}</p>`}<//>`;
  }
  if (state === "closing" || state === "closed") {
    const again = closing?.can_be_taken_back && owner;
    return html`<${Notice} kind="warn"><p>${t(`state.${state}`, { day: day(closing?.ends_at) })}</p>
      ${again && html`<${Action} act=${() => post("/v1/account/reopen").then(reload)}>${t("state.reopen")}<//>`}<//>`;
  }
  return null;
}
