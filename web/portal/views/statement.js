// A month's statement: a page that prints as a document, and the same as a file.

import { html } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { day, money, month as monthOf } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { language, t } from "../../modules/texts.js";
import { Badge, Button, Heading, Loaded, Table, useLoad } from "../../modules/ui.js";

export default function Statement({ month }) {
  const found = useLoad(() => get(`/v1/statements/${month}`), [month]);
  return html`<p class="no-print"><${Link} href="/portal/money">← ${t("money.title")}<//></p>
    <${Loaded} from=${found}>${(made) => html`
      <div class="row apart"><${Heading} title="${t("statement.title")} ${made.number}">${t("statement.title")} ${monthOf(month)}<//>
        <span class="row no-print"><${Button} class="second" onClick=${() => print()}>${t("statement.print")}<//>
          <a class="button second" download href="/v1/statements/${month}/file.csv?format=excel&language=${language}">${t("statement.file")}</a></span></div>
      <${Parties} made=${made} />
      <${Sums} title=${t("statement.movements")} from=${made} />
      <${Tax} made=${made} />`}<//>`;
}

const Parties = ({ made }) => html`<div class="grid">
  <dl class="facts card"><dt>${t("statement.number")}</dt><dd>${made.number}</dd>
    <dt>${t("statement.days")}</dt><dd>${day(made.first_day)} – ${day(made.last_day)}
      ${!made.complete && html` <${Badge} kind="warn">${t("money.goes_on")}<//>`}</dd>
    <dt>${t("statement.to")}</dt><dd>${made.company.name}<br />${made.company.org_number}</dd></dl>
  <dl class="facts card"><dt>${t("statement.from")}</dt><dd>${made.issuer.name}<br />${made.issuer.org_number}, ${made.issuer.place}</dd>
    <dt>${t("statement.vat_number")}</dt><dd>${made.issuer.vat_number}</dd></dl></div>`;

function Sums({ title, from: { opening, movements, inside, closing } }) {
  const rows = [
    ["opening", opening.total_ore],
    ...Object.entries(movements).filter(([, ore]) => ore),
    ["closing", closing.total_ore],
    ...Object.entries(inside).filter(([, ore]) => ore).map(([name, ore]) => [`inside_${name}`, ore]),
  ].map(([name, ore]) => ({ id: name, ore }));
  return html`<section><h2>${title}</h2><${Table} caption=${title} items=${rows} columns=${[
    { label: t("money.what"), cell: (one) => t(`statement.${one.id}`) },
    { label: t("statement.amount"), end: true, cell: (one) => money(one.ore) },
  ]} /></section>`;
}

function Tax({ made }) {
  if (!made.taxed.length) return null;
  const rows = [...made.taxed.map((one, at) => ({ id: at, ...one })), { id: "all", line: "all", ...made.taxed_total }];
  return html`<section><h2>${t("statement.taxed")}</h2><${Table} caption=${t("statement.taxed")} items=${rows} columns=${[
    { label: t("money.what"), cell: (one) => t(`statement.line_${one.line}`) },
    { label: t("statement.rate"), cell: (one) => (one.line === "all" ? "" : one.rate_percent === null ? t("statement.no_vat") : `${one.rate_percent} %`) },
    { label: t("statement.net"), end: true, cell: (one) => money(one.net_ore) },
    { label: t("statement.vat"), end: true, cell: (one) => money(one.vat_ore) },
    { label: t("statement.gross"), end: true, cell: (one) => money(one.gross_ore) },
  ]} /></section>`;
}
