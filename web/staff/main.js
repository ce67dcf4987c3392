// Staff's pages: who has come through Identity-Aware Proxy, the frame around each view, and which view an address shows.

import { html, render, useEffect, useState } from "../modules/preact.js";
import { get, whenAsked } from "../modules/api.js";
import { Link, usePlace } from "../modules/router.js";
import { language, switchLanguage, t } from "../modules/texts.js";
import { Button, Loaded, Notice, useEvery, useLoad } from "../modules/ui.js";
import { View } from "../modules/view.js";

const EVERY = 30_000; // milliseconds between looks at what waits

const VIEWS = [
  ["/staff", () => import("./views/inbox.js")],
  ["/staff/dead-letters", () => import("./views/dead_letters.js")],
  ["/staff/deliveries", () => import("./views/deliveries.js")],
  ["/staff/accounts", () => import("./views/accounts.js")],
  ["/staff/accounts/:id", () => import("./views/account.js")],
  ["/staff/senders", () => import("./views/senders.js")],
  ["/staff/link-domains", () => import("./views/link_domains.js")],
  ["/staff/abuse-reports", () => import("./views/abuse_reports.js")],
  ["/staff/disclosures", () => import("./views/disclosures.js")],
  ["/staff/disclosures/:id", () => import("./views/disclosure.js")],
  ["/staff/gifts", () => import("./views/gifts.js")],
  ["/staff/gifts/:code", () => import("./views/gift.js")],
  ["/staff/code-pools", () => import("./views/code_pools.js")],
  ["/staff/breaches", () => import("./views/breaches.js")],
  ["/staff/breaches/:id", () => import("./views/breach.js")],
  ["/staff/access", () => import("./views/access.js")],
  ["/staff/agreements", () => import("./views/agreements.js")],
  ["/staff/reconciliation", () => import("./views/reconciliation.js")],
  ["/staff/key-versions", () => import("./views/key_versions.js")],
  ["/staff/visitors", () => import("./views/visitors.js")],
];

/** The parts of the pages, each with the lists in it. */
const NAVIGATION = [
  ["inbox", ["/staff"]],
  ["operations", ["/staff/dead-letters", "/staff/deliveries"]],
  ["companies", ["/staff/accounts", "/staff/senders", "/staff/link-domains", "/staff/abuse-reports"]],
  ["disclosures", ["/staff/disclosures"]],
  ["gifts", ["/staff/gifts", "/staff/code-pools"]],
  [
    "registers",
    ["breaches", "access", "agreements", "reconciliation", "key-versions", "visitors"].map((name) => `/staff/${name}`),
  ],
];

const SOMEBODY_ELSE = "/staff?gcp-iap-mode=CLEAR_LOGIN_COOKIE"; // the proxy's own: it forgets who one is, and asks

const isAt = (href, path) => path === href || (href !== "/staff" && path.startsWith(`${href}/`));
const listName = (href) => href.split("/")[2].replaceAll("-", "_");

function Top({ staff, path }) {
  const part = NAVIGATION.find(([, hrefs]) => hrefs.some((href) => isAt(href, path)));
  return html`<a class="skip" href="#main">${t("portal.skip")}</a>
    <header class="top">
      <${Link} class="brand" href="/staff">${t("staff.brand")}<//>
      <nav class="below" aria-label=${t("staff.navigation")}>${NAVIGATION.map(
        ([name, [first]]) => html`<${Link} key=${name} href=${first}
          aria-current=${part?.[0] === name && "page"}>${t(`staff.nav.${name}`)}<//>`,
      )}</nav>
      <span class="row">
        <span class="quiet">${staff}</span>
        <button class="plain" type="button" lang=${language === "sv" ? "en" : "sv"}
          onClick=${() => switchLanguage(language === "sv" ? "en" : "sv")}>${t("portal.other_language")}</button>
        <a href=${SOMEBODY_ELSE}>${t("staff.somebody_else")}</a>
      </span>
    </header>
    ${part?.[1].length > 1 && html`<${Lists} hrefs=${part[1]} path=${path} />`}`;
}

/** The lists of the part that one is in. */
const Lists = ({ hrefs, path }) => html`<nav class="lists" aria-label=${t("staff.lists_title")}>${hrefs.map(
  (href) => html`<${Link} key=${href} href=${href}
    aria-current=${isAt(href, path) && "page"}>${t(`staff.lists.${listName(href)}`)}<//>`,
)}</nav>`;

function Staff() {
  const inbox = useLoad(() => get("/v1/staff/inbox"));
  const { path } = usePlace();
  const [signedOut, setSignedOut] = useState(false);
  useEffect(() => whenAsked({ loggedOut: () => setSignedOut(true), code: null }), []);
  useEvery(EVERY, inbox.reload, !signedOut);
  return html`
    ${inbox.data && html`<${Top} staff=${inbox.data.staff} path=${path} />`}
    <main id="main" class="wide">
      ${signedOut && html`<${Notice} kind="warn"><p>${t("staff.signed_out")}</p>
        <p><${Button} onClick=${() => location.reload()}>${t("staff.sign_in")}<//></p><//>`}
      ${(inbox.data || !signedOut) && html`<${Loaded} from=${inbox}>${(found) => html`
        <${View} views=${VIEWS} home="/staff" toHome=${t("staff.to_inbox")} me=${found.staff} waiting=${found.waiting}
          reload=${inbox.reload} />`}<//>`}
    </main>`;
}

render(html`<${Staff} />`, document.getElementById("page"));
