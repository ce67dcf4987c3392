// All sends, the newest first; with ?test=true those that test keys made.

import { html } from "../../modules/preact.js";
import { page } from "../../modules/api.js";
import { Link, usePlace } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Heading, Listing, usePages } from "../../modules/ui.js";
import { SEND_COLUMNS } from "../send_table.js";

export default function Sends({ me, account }) {
  const test = usePlace().query.get("test") === "true";
  const sends = usePages((cursor) => page(`/v1/sends${test ? "?test=true" : ""}`, cursor, 50), [test]);
  const may = me.role !== "viewer" && account.state === "active" && !account.stopped;
  const first = test ? t("sends.no_tests") : html`<p>${t("sends.none")}</p>${may && html`<${Link} class="button" href="/portal/sends/new">${t("sends.first")}<//>`}`;
  return html`<div class="row apart"><${Heading} key=${test}>${t(test ? "sends.tests" : "sends.title")}<//>
      ${may && html`<${Link} class="button" href="/portal/sends/new">${t("sends.new")}<//>`}</div>
    <${Listing} from=${sends} caption=${t("sends.title")} columns=${SEND_COLUMNS()} empty=${first} />`;
}
