// What stands above every view while the account cannot do all it should: why, and what to do.

import { html } from "../modules/preact.js";
import { post } from "../modules/api.js";
import { day } from "../modules/format.js";
import { leave } from "../modules/leave.js";
import { t } from "../modules/texts.js";
import { Action, Notice, useEvery } from "../modules/ui.js";

const SOON = 4_000; // milliseconds: a payment that was made a moment ago opens the account by itself

const toCheckout = async () => leave((await post("/v1/billing/checkout")).checkout_url);
/** Stripe's page, where an owner changes plan and card and finds invoices. */
export const toPlanPage = async () => leave((await post("/v1/billing/portal")).url);

export function AccountState({ account, me, reload }) {
  const owner = me.role === "owner";
  const stopped = account.stopped && html`<${Notice} kind="bad"><p>${t("state.stopped")}</p>
    ${account.stopped.reason && html`<p>${t("state.stopped_reason", { reason: account.stopped.reason })}</p>`}<//>`;
  const accept = () => post("/v1/account/dpa", { version: account.dpa.current_version }).then(reload);
  const dpa = account.dpa.accept_by && html`<${Notice} kind="warn">
    <p>${t("state.dpa", { day: day(account.dpa.accept_by) })} <a href="/dpa">${t("state.read_dpa")}</a></p>
    <${OwnersTurn} owner=${owner} act=${accept} others=${t("state.ask_owner_dpa")}>${t("state.accept_dpa")}<//><//>`;
  return html`${stopped}${dpa}<${Progress} account=${account} owner=${owner} reload=${reload} />`;
}

/** What an owner does about it; everybody else is told whom to ask. */
const OwnersTurn = ({ owner, act, others, children }) =>
  owner ? html`<${Action} act=${act}>${children}<//>` : html`<p>${others}</p>`;

function Progress({ account, owner, reload }) {
  if (account.state === "pending") return html`<${Pending} owner=${owner} reload=${reload} />`;
  if (account.state === "past_due") {
    return html`<${Notice} kind="bad"><p>${t("state.past_due")}</p>
      <${OwnersTurn} owner=${owner} act=${toPlanPage} others=${t("state.ask_owner")}>${t("state.change_card")}<//><//>`;
  }
  if (account.state === "closing") {
    return html`<${Ending} closing=${account.closing} owner=${owner} reload=${reload} />`;
  }
  if (account.state === "closed") return html`<${Notice} kind="warn">${t("state.closed")}<//>`;
  return null;
}

function Pending({ owner, reload }) {
  useEvery(SOON, reload);
  return html`<${Notice} kind="warn"><p>${t("state.pending")}</p>
    <${OwnersTurn} owner=${owner} act=${toCheckout} others=${t("state.ask_owner_plan")}>${t("state.pay_plan")}<//><//>`;
}

function Ending({ closing, owner, reload }) {
  const again = () => post("/v1/account/reopen").then(reload);
  return html`<${Notice} kind="warn"><p>${t("state.closing", { day: day(closing.ends_at) })}</p>
    ${closing.can_be_taken_back
      ? html`<${OwnersTurn} owner=${owner} act=${again} others=${t("state.ask_owner_reopen")}>${t("state.reopen")}<//>`
      : html`<p>${t("state.closing_for_good")} <a href="/signup">${t("login.sign_up")}</a></p>`}<//>`;
}
