// All sends, the newest first.

import { html } from "../../modules/preact.js";
import { page } from "../../modules/api.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Heading, Listing, usePages } from "../../modules/ui.js";
import { SEND_COLUMNS } from "../send_table.js";

export default function Sends({ me, account }) {
  const sends = usePages((cursor) => page("/v1/sends", cursor, 50));
  const may = me.role !== "viewer" && account.state === "active" && !account.stopped;
  const first = html`<p>${t("sends.none")}</p>${may && html`<${Link} class="button" href="/portal/sends/new">${t("sends.first")}<//>`}`;
  return html`<div class="row apart"><${Heading}>${t("sends.title")}<//>
      ${may && html`<${Link} class="button" href="/portal/sends/new">${t("sends.new")}<//>`}</div>
    <${Listing} from=${sends} caption=${t("sends.title")} columns=${SEND_COLUMNS()} empty=${first} />`;
}
