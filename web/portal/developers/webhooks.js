// Webhooks: which addresses UpUp calls when something happens, and of what each is told.

import { html, useState } from "../../modules/preact.js";
import { page, post } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Badge, Button, Choice, Field, Form, Group, Listing, usePages } from "../../modules/ui.js";
import { Made } from "./keys.js";
import { ALL_OF_DELIVERIES, EVENTS, eventText } from "./words.js";

const KINDS = { enabled: "good", disabled: "", failing: "bad", gone: "bad" };

export const EndpointState = ({ endpoint }) => html`
  <${Badge} kind=${KINDS[endpoint.state]}>${t(`webhook.${endpoint.state}`)}<//>
  ${endpoint.test && html` <${Badge}>${t("sends.test")}<//>`}`;

export function Webhooks({ open }) {
  const endpoints = usePages((cursor) => page("/v1/webhook-endpoints", cursor));
  const [making, setMaking] = useState(false);
  const columns = [
    {
      label: t("webhook.url"),
      cell: (one) => html`<${Link} href="/portal/developers/webhooks/${one.id}">${one.url}<//>`,
    },
    { label: t("webhook.description"), cell: (one) => one.description || "–" },
    { label: t("webhook.events"), cell: (one) => one.events.map(eventText).join(", ") },
    { label: t("webhook.state"), cell: (one) => html`<span><${EndpointState} endpoint=${one} /></span>` },
  ];
  return html`<section><div class="row apart"><h2>${t("webhook.title")}</h2>
      ${open && !making && html`<${Button} onClick=${() => setMaking(true)}>${t("webhook.new")}<//>`}</div>
    <p class="quiet">${t("webhook.why")}</p>
    ${making && html`<${Make} made=${endpoints.reload} close=${() => setMaking(false)} />`}
    <${Listing} from=${endpoints} caption=${t("webhook.title")} columns=${columns}
      empty=${t("webhook.none")} /></section>`;
}

function Make({ made, close }) {
  const [endpoint, setEndpoint] = useState(null);
  const make = async ({ url, description }, form) => {
    const wanted = { url: url.trim(), description: description.trim(), events: chosenEvents(form) };
    setEndpoint(await post("/v1/webhook-endpoints", wanted).catch(named("conflict", "too_many_endpoints")));
    await made();
  };
  if (endpoint) return html`<${Made} secret=${endpoint.secret} close=${close}>${t("webhook.made")}<//>`;
  return html`<section class="card"><h3>${t("webhook.new")}</h3>
    <${Form} class="slim" onSubmit=${make} submit=${t("webhook.make")} fields=${["url", "events", "description"]}>
      <${EndpointFields} /><//>
    <p><${Button} class="second" onClick=${close}>${t("ui.cancel")}<//></p></section>`;
}

const NEW = { url: "", description: "", events: [ALL_OF_DELIVERIES, "gift.redeemed", "send.done"] };

/** All of deliveries is one tick more: events that come to be later are told too. */
export const EndpointFields = ({ endpoint = NEW }) => html`
  <${Field} name="url" label=${t("webhook.url")} hint=${t("webhook.url_hint")} type="url" defaultValue=${endpoint.url}
    placeholder="https://" maxlength="500" required />
  <${Field} name="description" label=${t("webhook.description")} hint=${t("webhook.description_hint")}
    defaultValue=${endpoint.description} maxlength="120" />
  <${Group} name="events" legend=${t("webhook.events")}>${[ALL_OF_DELIVERIES, ...EVENTS].map(
    (name) => html`<${Choice} name="events" value=${name} defaultChecked=${endpoint.events.includes(name)}
      label=${html`${eventText(name)} <code class="quiet">${name}</code>`} />`,
  )}<//>`;

export const chosenEvents = (form) => new FormData(form).getAll("events");
