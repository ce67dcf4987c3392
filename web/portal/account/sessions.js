// Where one is logged in to this company, and ending what one does not know.

import { html } from "../../modules/preact.js";
import { get, remove } from "../../modules/api.js";
import { day, moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Action, Badge, Loaded, Table, useLoad } from "../../modules/ui.js";

export function Sessions() {
  const found = useLoad(() => get("/v1/sessions"));
  const end = (one) => remove(`/v1/sessions/${one.id}`).then(found.reload);
  const columns = [
    { label: t("account.session_began"), cell: (one) => moment(one.created_at) },
    { label: t("account.session_seen"), cell: (one) => day(one.last_seen_on) },
    {
      label: t("account.session_do"),
      cell: (one) =>
        one.current
          ? html`<${Badge} kind="good">${t("account.session_here")}<//>`
          : html`<${Action} class="second small" act=${() => end(one)}>${t("portal.log_out")}<//>`,
    },
  ];
  return html`<section class="card"><h2>${t("account.sessions")}</h2><p class="quiet">${t("account.sessions_why")}</p>
    <${Loaded} from=${found}>${({ items }) => html`
      <${Table} caption=${t("account.sessions")} columns=${columns} items=${items} />
      ${items.length > 1 && html`<${Action} class="second" act=${() => remove("/v1/sessions").then(found.reload)}>
        ${t("account.end_others")}<//>`}
    `}<//>
  </section>`;
}
