// One company as staff see it: its standing, what was decided of it, stopping it and letting it go on.

import { html, useState } from "../../modules/preact.js";
import { get, post } from "../../modules/api.js";
import { day, moment, money, number, orgNumber } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Empty, Field, Form, Heading, Loaded, Notice, Table, useLoad } from "../../modules/ui.js";
import { AccountState } from "../account_state.js";
import { Decide, Opens } from "../parts.js";

export default function Account({ id, reload }) {
  const found = useLoad(() => get(`/v1/staff/accounts/${id}`), [id]);
  const changed = () => Promise.all([found.reload(), reload()]);
  return html`<p><${Link} href="/staff/accounts">← ${t("staff.lists.accounts")}<//></p>
    <${Loaded} from=${found}>${(account) => html`
      <div class="row apart"><${Heading}>${account.company_name || account.id}<//>
        <span class="row"><${AccountState} account=${account} /></span></div>
      ${account.stopped_at && html`<${Notice} kind="bad">
        ${t(`staff.account.stopped_${account.stopped_by}`, { moment: moment(account.stopped_at) })} ${account.stop_reason}<//>`}
      <div class="row actions">${account.stopped_at
        ? html`<${Decision} name="resume" account=${account} changed=${changed} />`
        : html`<${Decision} name="stop" account=${account} changed=${changed} />`}
        <${Decision} name="lift" account=${account} changed=${changed} /></div>
      <div class="grid">
        <section class="card"><h2>${t("staff.account.facts")}</h2><${Facts} account=${account} /></section>
        <section class="card"><h2>${t("staff.lists.abuse_reports")}</h2><${Reports} reports=${account.reports} /></section>
      </div>
      <section><h2>${t("staff.account.give")}</h2><${Give} account=${account} /></section>
      <section><h2>${t("staff.account.decisions")}</h2><${Decisions} made=${account.decisions} /></section>
    `}<//>`;
}

function Facts({ account }) {
  return html`<dl class="facts">
    <dt>${t("staff.account.id")}</dt><dd><code>${account.id}</code></dd>
    <dt>${t("staff.account.org_number")}</dt><dd>${account.org_number ? orgNumber(account.org_number) : "–"}</dd>
    <dt>${t("staff.account.plan")}</dt><dd>${account.plan}</dd>
    <dt>${t("staff.account.since")}</dt><dd>${day(account.created_at)}</dd>
    <dt>${t("overview.balance")}</dt><dd>${money(account.balance_ore)}</dd>
    <dt>${t("staff.account.week")}</dt><dd>${number(account.recipients_last_7_days)}</dd>
    <dt>${t("staff.account.limit")}</dt><dd><${Limit} account=${account} /></dd>
  </dl>`;
}

const Limit = ({ account: { daily_recipients: limit, limits_lifted_at: lifted } }) => html`
  ${limit === null ? t("staff.account.limit_everybodys") : number(limit)}
  ${lifted && html`<br /><small>${t("staff.account.lifted", { day: day(lifted) })}</small>`}`;

const REASONS = ["not_asked", "fraud", "other"];

function Reports({ reports }) {
  if (!reports) return html`<p class="quiet">${t("staff.account.no_reports")}</p>`;
  return html`<dl class="facts">
    ${REASONS.map((name) => html`<dt>${t(`staff.report.${name}`)}</dt><dd>${number(reports[name])}</dd>`)}
    <dt>${t("staff.report.unseen")}</dt><dd>${number(reports.unseen)}</dd>
    <dt>${t("staff.report.last_day")}</dt><dd>${day(reports.last_day)}</dd></dl>`;
}

const PATHS = { stop: "stop", resume: "resume", lift: "lift-limits" };
const BUTTONS = { stop: "danger", resume: "", lift: "second" };

const Decision = ({ name, account, changed }) => html`<${Opens} label=${t(`staff.account.${name}`)}
  kind=${BUTTONS[name]} dialog=${(close) => html`
  <${Decide} title=${t(`staff.account.${name}`)} why=${t(`staff.account.${name}_why`)}
    hint=${t("staff.account.reason_hint")} agree=${t(`staff.account.${name}`)}
    onClose=${close} done=${changed} act=${({ reason, daily_recipients: limit }) =>
      post(`/v1/staff/accounts/${account.id}/${PATHS[name]}`, { reason, ...(limit && { daily_recipients: Number(limit) }) })}>
    ${name === "lift" && html`<${Field} name="daily_recipients" type="number" min="1" max="10000000"
      label=${t("staff.account.own_limit")}
      hint=${t("staff.account.own_limit_hint")} />`}
  <//>`} />`;

/** A sender that the company need not ask for, as a reply number. */
function Give({ account }) {
  const [given, setGiven] = useState("");
  const give = async ({ sender }, form) => {
    setGiven((await post("/v1/staff/senders", { account_id: account.id, sender })).sender);
    form.reset();
  };
  return html`${given && html`<${Notice} kind="good">${t("staff.account.given", { sender: given })}<//>`}
    <${Form} class="row" onSubmit=${give} submit=${t("staff.account.give")} kind="second" fields=${["sender"]}>
      <${Field} name="sender" label=${t("staff.sender.name")} hint=${t("staff.account.give_hint")}
        maxlength="40" required autocomplete="off" />
    <//>`;
}

function Decisions({ made }) {
  if (made.length === 0) return html`<${Empty}>${t("staff.account.no_decisions")}<//>`;
  const rows = made.map((one, at) => ({ id: at, ...one }));
  return html`<${Table} caption=${t("staff.account.decisions")} items=${rows} columns=${[
    { label: t("sends.when"), cell: (one) => moment(one.at) },
    { label: t("staff.by"), cell: (one) => one.staff || t("staff.account.by_reports") },
    { label: t("staff.decision"), cell: (one) => t(`staff.decided.${one.decision}`) },
    { label: t("staff.reason"), cell: (one) => one.reason },
  ]} />`;
}
