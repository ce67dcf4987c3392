// Who the company is, which plan and which agreement it has.

import { html } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { day, orgNumber } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Action, Badge, useLoad } from "../../modules/ui.js";
import { toPlanPage } from "../account_state.js";

const KINDS = { active: "good", pending: "warn", past_due: "bad", closing: "warn", closed: "" };

export function Company({ me, account }) {
  const plans = useLoad(() => get("/v1/plans"));
  const plan = plans.data?.items.find((one) => one.code === account.plan);
  return html`<section class="card"><h2>${t("account.company")}</h2>
    <dl class="facts">
      <dt>${t("account.name")}</dt><dd>${account.company_name}</dd>
      <dt>${t("account.org_number")}</dt><dd>${orgNumber(account.org_number)}</dd>
      <dt>${t("account.state")}</dt>
      <dd><${Badge} kind=${KINDS[account.state]}>${t(`account_state.${account.state}`)}<//></dd>
      <dt>${t("account.plan")}</dt><dd>${plan?.name || account.plan}</dd>
      <dt>${t("account.since")}</dt><dd>${day(account.created_at)}</dd>
      <dt>${t("account.agreement")}</dt>
      <dd><a href="/dpa">${t("account.version", { version: account.dpa.accepted_version })}</a></dd>
    </dl>
    ${me.role !== "owner" && html`<p class="quiet">${t("account.ask_owner_plan")}</p>`}
    ${me.role === "owner" && account.state !== "pending" && html`<p class="quiet">${t("account.plan_page_why")}</p>
      <${Action} class="second" act=${toPlanPage}>${t("account.plan_page")}<//>`}
  </section>`;
}
