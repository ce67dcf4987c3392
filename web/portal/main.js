// The portal: who is logged in, the frame around each view, and which view an address shows.

import { html, render, useEffect, useState } from "../modules/preact.js";
import { get, post, whenAsked } from "../modules/api.js";
import { Link, usePlace } from "../modules/router.js";
import { language, switchLanguage, t } from "../modules/texts.js";
import { Action, Loaded, useLoad } from "../modules/ui.js";
import { View } from "../modules/view.js";
import { AccountState } from "./account_state.js";
import { CodeDialog } from "./code_dialog.js";

const VIEWS = [
  ["/portal", () => import("./views/overview.js")],
  ["/portal/sends", () => import("./views/sends.js")],
  ["/portal/sends/new", () => import("./views/new_send.js")],
  ["/portal/sends/:id", () => import("./views/send.js")],
  ["/portal/statistics", () => import("./views/statistics.js")],
  ["/portal/money", () => import("./views/money.js")],
  ["/portal/money/:month", () => import("./views/statement.js")],
  ["/portal/recipients", () => import("./views/recipients.js")],
  ["/portal/recipients/requests/:id", () => import("./views/request.js")],
  ["/portal/senders", () => import("./views/senders.js")],
  ["/portal/team", () => import("./views/team.js")],
  ["/portal/developers", () => import("./views/developers.js")],
  ["/portal/developers/webhooks/:id", () => import("./views/webhook.js")],
  ["/portal/account", () => import("./views/account.js")],
];
const NAVIGATION = [
  ["/portal", "overview"],
  ["/portal/sends", "sends"],
  ["/portal/statistics", "statistics"],
  ["/portal/money", "money"],
  ["/portal/recipients", "recipients"],
  ["/portal/senders", "senders"],
  ["/portal/team", "team"],
  ["/portal/developers", "developers"],
  ["/portal/account", "account"],
];

const WITH_BALANCE = ["/portal", "/portal/money"]; // which may have changed while one was at another view

let leaving = false; // several calls at once may find that the session has ended

function logIn() {
  if (leaving) return;
  leaving = true;
  location.assign(`/login#back=${encodeURIComponent(location.pathname + location.search)}`);
}

function Top({ me, path }) {
  const leave = async () => {
    await post("/v1/logout");
    location.assign("/");
  };
  const current = (href) => (href === "/portal" ? path === href : path.startsWith(href)) || null;
  useEffect(() => {
    document.querySelector("nav.below [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); // phones
  }, [path]);
  return html`<a class="skip" href="#main">${t("portal.skip")}</a>
    <header class="top">
      <${Link} class="brand" href="/portal">UpUp<//>
      <nav class="below" aria-label=${t("portal.navigation")}>${NAVIGATION.map(
        ([href, name]) => html`<${Link} key=${href} href=${href} aria-current=${current(href) && "page"}>${t(`nav.${name}`)}<//>`,
      )}</nav>
      <span class="row">
        ${me.accounts.length > 1 ? html`<${Companies} me=${me} />` : html`<span class="quiet">${me.company_name}</span>`}
        <button class="plain" type="button" lang=${language === "sv" ? "en" : "sv"}
          onClick=${() => switchLanguage(language === "sv" ? "en" : "sv")}>${t("portal.other_language")}</button>
        <${Action} class="plain" act=${leave}>${t("portal.log_out")}<//>
      </span>
    </header>`;
}

const Bottom = () => html`<footer class="bottom no-print">
  <a href="/privacy">${t("site.privacy")}</a><a href="/privacy#cookies">${t("site.cookies")}</a><a href="/#contact">${t("site.contact")}</a>
</footer>`;

/** Which of one's companies is looked at. */
function Companies({ me }) {
  const choose = async (event) => {
    await post("/v1/session/company", { account_id: event.target.value });
    location.assign("/portal");
  };
  return html`<select aria-label=${t("portal.company")} value=${me.account_id} onChange=${choose}>
    ${me.accounts.map((one) => html`<option value=${one.id}>${one.company_name}</option>`)}
  </select>`;
}

function Portal() {
  const start = useLoad(async () => {
    const [me, account] = await Promise.all([get("/v1/session"), get("/v1/account")]);
    return { me, account };
  });
  const { path } = usePlace();
  const [asking, setAsking] = useState(null);
  useEffect(() => {
    whenAsked({ loggedOut: logIn, code: () => new Promise((answer) => setAsking(() => answer)) });
  }, []);
  useEffect(() => {
    if (start.data && WITH_BALANCE.includes(path)) start.reload();
  }, [path]);
  const answer = (was) => {
    asking(was);
    setAsking(null);
  };
  return html`<${Loaded} from=${start}>${({ me, account }) => html`
    <${Top} me=${me} path=${path} />
    <main id="main" class="wide">
      <${AccountState} account=${account} me=${me} reload=${start.reload} />
      <${View} views=${VIEWS} home="/portal" toHome=${t("portal.to_overview")} me=${me} account=${account} reload=${start.reload} />
    </main>
    <${Bottom} />
    ${asking && html`<${CodeDialog} onAnswer=${answer} />`}
  `}<//>`;
}

whenAsked({ loggedOut: logIn, code: null });
render(html`<${Portal} />`, document.getElementById("page"));
