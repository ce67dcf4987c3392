// What came of a person's request: what was found, erased or put right. What the API notes in English is said anew from
// its facts.

import { html } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { day, moment, number } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { language, t } from "../../modules/texts.js";
import { Badge, Notice, Table, useLoad } from "../../modules/ui.js";

export const Answer = ({ request }) => html`<div>${answered(request)}</div>`;

function answered(request) {
  const { result } = request;
  if (!result) return html`<p>${t(`request.nothing_${request.state}`)}</p>`;
  if ("deliveries" in result) return html`<${Recipient} found=${result} /><${Files} request=${request} />`;
  if ("person" in result) return html`<${Colleague} found=${result} /><${Files} request=${request} />`;
  if ("membership_removed" in result) return html`<${ErasedColleague} result=${result} />`;
  if ("renamed" in result) return html`<p>${t("request.renamed")}</p><${WaitsFor} names=${result.waiting_for} />`;
  return html`<${Erased} result=${result} />`;
}

/** The same as files, for the person who asked. */
const Files = ({ request: { id } }) => html`<p class="row">
  <a class="button second" href="/v1/privacy/requests/${id}?format=csv" download="${id}.csv">${t("request.file_csv")}</a>
  <a class="button second" href="/v1/privacy/requests/${id}" download="${id}.json">${t("request.file_json")}</a></p>`;

function Recipient({ found }) {
  const gifts = useLoad(() => get("/v1/gifts"));
  const gift = (code) => gifts.data?.items.find((one) => one.code === code)?.name[language] || code;
  const encrypted = found.deliveries.filter((one) => one.phone_state === "encrypted").length;
  const columns = [
    {
      label: t("request.uploaded"),
      cell: (one) => html`<${Link} href="/portal/sends/${one.send_id}">${day(one.uploaded_at)}<//>`,
    },
    { label: t("delivery.phone"), cell: (one) => one.phone || t(`delivery.phone_${one.phone_state}`) },
    { label: t("delivery.state"), cell: (one) => html`<${Badge}>${t(`delivery_state.${one.state}`)}<//>` },
    {
      label: t("delivery.gift"),
      cell: (one) => (one.gift_state ? html`<span>${gift(one.gift)} · ${t(`gift_state.${one.gift_state}`)}</span>` : "–"),
    },
    { label: t("delivery.sent"), cell: (one) => moment(one.sent_at) },
    { label: t("request.more_sms"), end: true, cell: (one) => (one.more_sms === null ? "–" : number(one.more_sms)) },
  ];
  return html`
    <p>${t("request.found", { n: found.deliveries.length, count: number(found.deliveries.length) })}${" "}
      ${found.opted_out_on
        ? t("request.has_opted_out", { day: day(found.opted_out_on) })
        : t("request.not_opted_out")}</p>
    ${encrypted > 0 && html`<${Notice}>${t("request.encrypted", { n: encrypted, count: number(encrypted) })}<//>`}
    ${found.deliveries.length > 0 && html`<${Table} caption=${t("request.deliveries")} columns=${columns}
      items=${found.deliveries} keyed=${(one) => one.delivery_id} />`}`;
}

function Colleague({ found }) {
  const { person, memberships, suppliers, second_factor_since: factor, no_news_since: noNews } = found;
  return html`<dl class="facts">
      <dt>${t("team.name")}</dt><dd>${person.first_name} ${person.last_name}</dd>
      <dt>${t("team.email")}</dt><dd>${person.email}</dd>
      <dt>${t("request.second_factor")}</dt>
      <dd>${factor ? t("request.since", { moment: moment(factor) }) : t("request.no")}</dd>
      <dt>${t("request.news")}</dt>
      <dd>${noNews ? t("request.no_news", { moment: moment(noNews) }) : t("request.gets_news")}</dd>
    </dl>
    ${memberships.map((one) => html`<h3>${one.company_name}</h3><dl class="facts">
      <dt>${t("team.role")}</dt><dd>${t(`role.${one.role}`)}</dd>
      <dt>${t("team.since")}</dt><dd>${day(one.since)}</dd>
      <dt>${t("request.attested")}</dt><dd>${number(one.attested_sends.length)}</dd>
      <dt>${t("request.sessions")}</dt><dd>${number(one.sessions.length)}</dd>
      <dt>${t("key.title")}</dt><dd>${number(one.api_keys.length)}</dd></dl>`)}
    ${Object.keys(suppliers).length
      ? html`<h3>${t("request.at_suppliers")}</h3><${Suppliers} suppliers=${suppliers} />`
      : html`<${Notice}>${t("request.other_companies")}<//>`}`;
}

const Suppliers = ({ suppliers }) => html`<dl class="facts">${Object.entries(suppliers).map(
  ([name, held]) => html`<dt>${t(`supplier.${name}`)}</dt>
    <dd>${held ? Object.entries(held.values).map(Held) : t("request.nothing_held")}</dd>`,
)}</dl>`;

const Held = ([field, value]) => html`<div><span class="quiet">${field}:</span> ${written(value)}</div>`;

/** A supplier's own value. */
const written = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? "–"));

/** Of a recipient: erased, or put right, where what had left is erased too as it went to somebody else. */
function Erased({ result }) {
  const counted = ["rectified", "let_go", "erased", "cancelled"].filter((name) => result[name] > 0);
  const said = (name) => t(`request.n_${name}`, { n: result[name], count: number(result[name]) });
  return html`${counted.length
      ? html`<ul class="flat field">${counted.map((name) => html`<li>${said(name)}</li>`)}</ul>`
      : html`<p>${t("request.nothing_to_do")}</p>`}
    ${"rectified" in result && result.erased > 0 && html`<p>${t("request.erased_as_wrong")}</p>`}
    ${result.waiting > 0 && html`<${Notice} kind="warn">${t("request.sms_in_call")}<//>`}
    ${result.opt_out && html`<${Notice}>${t("request.opt_out_stays")}<//>`}`;
}

function ErasedColleague({ result }) {
  return html`<ul class="flat field">
      ${result.membership_removed && html`<li>${t("request.left_company")}</li>`}
      ${result.everywhere && html`<li>${t("request.erased_everywhere")}</li>`}</ul>
    <${WaitsFor} names=${result.waiting_for} />`;
}

const WaitsFor = ({ names }) => names.map((name) => html`<${Notice} kind="warn">${t(`waits_for.${name}`)}<//>`);
