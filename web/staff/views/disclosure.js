// An approved disclosure: who got what in one send. Nothing is read before somebody says so, as each reading is logged.

import { html, useEffect, useState } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { language, t } from "../../modules/texts.js";
import { Button, Heading, Listing, Loaded, Notice, useLoad } from "../../modules/ui.js";
import { Company, useList } from "../parts.js";

const AN_HOUR = 3_600_000; // milliseconds: no longer do rows stay on a screen

const find = async (id) => (await get("/v1/staff/disclosures?limit=200")).items.find((one) => one.id === id);

export default function Disclosure({ id }) {
  const [reads, setReads] = useState(false);
  const found = useLoad(() => Promise.all([find(id), get("/v1/staff/gifts")]), [id]);
  useEffect(() => {
    if (!reads) return undefined;
    const timer = setTimeout(() => setReads(false), AN_HOUR);
    return () => clearTimeout(timer);
  }, [reads]);
  return html`<p><${Link} href="/staff/disclosures">← ${t("staff.nav.disclosures")}<//></p>
    <${Heading}>${t("staff.disclosure.title")}<//>
    <${Loaded} from=${found}>${([disclosure, gifts]) => html`
      ${disclosure ? html`<${Facts} of=${disclosure} />` : html`<p>${t("failure.not_found")}</p>`}
      ${disclosure && !reads && html`<${Notice} kind="warn"><p>${t("staff.disclosure.logged")}</p>
        <p><${Button} onClick=${() => setReads(true)}>${t("staff.disclosure.read_now")}<//></p><//>`}
      ${reads && html`<${Rows} id=${id} gifts=${gifts.items} />`}`}<//>`;
}

const Facts = ({ of }) => html`<dl class="facts">
  <dt>${t("staff.company")}</dt><dd><${Company} of=${of} /></dd>
  <dt>${t("staff.disclosure.send")}</dt><dd><code>${of.send_id}</code></dd>
  <dt>${t("staff.reason")}</dt><dd>${of.reason}</dd>
  <dt>${t("staff.disclosure.asked_by")}</dt><dd>${of.asked_by}, ${moment(of.asked_at)}</dd>
  <dt>${t("staff.disclosure.approved")}</dt><dd>${of.approved_by ? `${of.approved_by}, ${moment(of.approved_at)}` : "–"}</dd>
  <dt>${t("staff.disclosure.closes")}</dt><dd>${moment(of.closes_at)}</dd>
  <dt>${t("staff.disclosure.readings")}</dt><dd>${number(of.readings)}</dd>
</dl>`;

function Rows({ id, gifts }) {
  const found = useList(`/v1/staff/disclosures/${id}/deliveries`);
  const name = (code) => gifts.find((one) => one.code === code)?.name[language] || code || "–";
  if (found.error?.status === 403) return html`<${Notice} kind="bad">${t("staff.disclosure.over")}<//>`;
  return html`<${Listing} from=${found} caption=${t("staff.disclosure.title")} empty=${t("staff.disclosure.no_rows")}
    columns=${[
    { label: t("staff.disclosure.place"), end: true, cell: (one) => number(one.position) },
    { label: t("staff.doubt.phone"), cell: (one) => one.phone },
    { label: t("send.gift"), cell: (one) => name(one.gift) },
    { label: t("staff.state"), cell: (one) => t(`delivery_state.${one.state}`) },
  ]} />`;
}
