// After the plan's Checkout, paid or not: on into the portal, or the link by which one logs in.

import { html, render } from "../modules/preact.js";
import "../modules/site.js";
import { t } from "../modules/texts.js";
import { AskLink, useSession } from "./ask_link.js";

function GoOn() {
  const session = useSession();
  return session ? html`<p><a class="button" href="/portal">${t("login.to_portal")}</a></p>` : html`<${AskLink} />`;
}

render(html`<${GoOn} />`, document.getElementById("page"));
