// Sends as a table, the newest first.

import { html } from "../modules/preact.js";
import { moment, money, number } from "../modules/format.js";
import { Link } from "../modules/router.js";
import { SendState } from "../modules/send_state.js";
import { t } from "../modules/texts.js";
import { Badge, Table } from "../modules/ui.js";

export const SEND_COLUMNS = () => [
  { label: t("sends.when"), cell: (send) => html`<${Link} href="/portal/sends/${send.id}${send.test ? "?test=true" : ""}">${moment(send.scheduled_at || send.created_at)}<//>` },
  { label: t("sends.sender"), cell: (send) => send.sender },
  { label: t("sends.recipients"), end: true, cell: (send) => number(send.recipients.accepted) },
  { label: t("sends.delivered"), end: true, cell: (send) => number(send.deliveries.delivered || 0) },
  { label: t("sends.price"), end: true, cell: (send) => (send.price_ore === null ? "–" : money(send.price_ore)) },
  { label: t("sends.state"), cell: (send) => html`<${SendState} send=${send} /> ${send.test && html`<${Badge}>${t("sends.test")}<//>`}` },
];

export const SendTable = ({ sends }) => html`<${Table} caption=${t("sends.title")} columns=${SEND_COLUMNS()} items=${sends} />`;
