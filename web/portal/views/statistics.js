// What the gifts have come to over a time: as a picture, by period and gift, and as a file.

import { html, useState } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { day, money, month, number } from "../../modules/format.js";
import { Funnel } from "../../modules/funnel.js";
import { language, t } from "../../modules/texts.js";
import { Empty, Field, Form, Heading, Loaded, Table, useLoad } from "../../modules/ui.js";

export default function Statistics() {
  const [asked, setAsked] = useState(null); // for other days than the API's own: { query, statistics }
  const found = useLoad(() => Promise.all([get("/v1/statistics"), get("/v1/gifts")]));
  const show = async (days) => {
    const query = new URLSearchParams(days).toString();
    setAsked({ query, statistics: await get(`/v1/statistics?${query}`) });
  };
  return html`<${Heading}>${t("statistics.title")}<//>
    <${Loaded} from=${found}>${([year, gifts]) => {
      const { query, statistics } = asked || { query: "", statistics: year };
      return html`
      <${Form} class="row" onSubmit=${show} submit=${t("statistics.show")} kind="second" fields=${["from", "to"]}>
        <${Field} name="from" type="date" label=${t("statistics.from")} defaultValue=${year.from} required />
        <${Field} name="to" type="date" label=${t("statistics.to")} defaultValue=${year.to} required />
      <//>
      ${statistics.items.length ? html`<${Shown} statistics=${statistics} gifts=${gifts.items} query=${query} />` : html`<${Empty}>${t("statistics.none")}<//>`}`;
    }}<//>`;
}

function Shown({ statistics, gifts, query }) {
  const name = (code) => gifts.find((one) => one.code === code)?.name[language] || code;
  const count = (field) => ({ label: t(`funnel.${field}`), end: true, cell: (one) => number(one[field]) });
  const columns = [
    { label: t("statistics.period"), cell: (one) => (one.unit === "day" ? day(one.period) : month(one.period)) },
    { label: t("send.gift"), cell: (one) => name(one.gift) },
    ...["sent", "delivered", "opened", "redeemed"].map(count),
    { label: t("statistics.cost"), end: true, cell: (one) => money(one.cost_ore) },
  ];
  const file = `/v1/statistics/file.csv?format=excel&language=${language}${query && `&${query}`}`;
  return html`<div class="grid"><section class="card"><${Funnel} counts=${statistics.total} /></section>
      <section class="card"><h2>${t("statistics.cost")}</h2><p class="big">${money(statistics.total.cost_ore)}</p>
        <p><a class="button second" download href=${file}>${t("delivery.export")}</a></p></section></div>
    <${Table} caption=${t("statistics.title")} columns=${columns} items=${statistics.items} keyed=${(one) => `${one.period} ${one.gift}`} />`;
}
