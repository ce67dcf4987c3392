// The first view: what there is to send for, how gifts fare, the newest sends; for a newcomer, what to do first.

import { html } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { money } from "../../modules/format.js";
import { Funnel } from "../../modules/funnel.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Heading, Loaded, useLoad } from "../../modules/ui.js";
import { SendTable } from "../send_table.js";

export default function Overview({ me, account }) {
  const found = useLoad(() => Promise.all([get("/v1/sends?limit=5"), get("/v1/statistics")]));
  const may = me.role !== "viewer" && account.state === "active" && !account.stopped;
  return html`<div class="row apart"><${Heading}>${t("overview.title")}<//>
      ${may && html`<${Link} class="button" href="/portal/sends/new">${t("sends.new")}<//>`}</div>
    <${Loaded} from=${found}>${([sends, statistics]) => html`
      ${!sends.items.length && ["pending", "active"].includes(account.state) && html`<${FirstSteps} account=${account} me=${me} />`}
      <div class="grid">
        <section class="card"><h2>${t("overview.balance")}</h2>
          <p class="big">${money(account.balance_ore)}</p>
          <p class="quiet">${t("overview.reserved", { money: money(account.reserved_ore) })}</p>
          ${me.role === "owner" && html`<p><${Link} href="/portal/money">${t("overview.top_up")}<//></p>`}
        </section>
        <section class="card"><h2>${t("overview.year")}</h2>
          ${statistics.total.sent ? html`<${Funnel} counts=${statistics.total} />
            <p><${Link} href="/portal/statistics">${t("statistics.title")}<//></p>` : html`<p class="quiet">${t("overview.nothing_sent")}</p>`}
        </section>
      </div>
      ${sends.items.length > 0 && html`<section><h2>${t("overview.newest")}</h2>
        <${SendTable} sends=${sends.items} /><p><${Link} href="/portal/sends">${t("overview.all_sends")}<//></p></section>`}
    `}<//>`;
}

/** What a company does once before its first gift, and how far it has come. */
function FirstSteps({ account, me }) {
  const steps = [
    ["pay", account.state !== "pending", null],
    ["top_up", account.balance_ore > 0, me.role === "owner" ? "/portal/money" : null],
    ["send", false, account.balance_ore > 0 && me.role !== "viewer" ? "/portal/sends/new" : null],
  ];
  const next = steps.find(([, done]) => !done)[0];
  return html`<section class="card first-steps"><h2>${t("overview.first")}</h2><ol>
    ${steps.map(([name, done, href]) => html`<li class=${done ? "done" : ""} aria-current=${name === next && "step"}>
      <strong>${t(`overview.step_${name}`)}</strong> ${done && html`<span class="badge good">${t("overview.step_done")}</span>`}
      <br /><span class="quiet">${t(`overview.step_${name}_why`)}</span>
      ${name === next && href && html`<p><${Link} class="button" href=${href}>${t(`overview.step_${name}`)}<//></p>`}
    </li>`)}
  </ol></section>`;
}
