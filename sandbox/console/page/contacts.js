// Who is in Mailchimp and HubSpot, and what a reader of the newsletter can do there.

import { t } from "/modules/texts.js";
import { Action, Badge, Empty, html, Loaded, Table, useLoad } from "/modules/ui.js";
import { get, post } from "./calls.js";

export function Contacts({ stats, reload }) {
  const counted = [stats.mailchimp.members, stats.mailchimp.requests, stats.hubspot.contacts, stats.hubspot.requests];
  const lists = useLoad(
    async () => ({
      members: (await get("/api/mailchimp/members")).items,
      contacts: (await get("/api/hubspot/contacts")).items,
    }),
    counted,
  );
  const change = (path, email) => () => post(`/api/mailchimp/${path}`, { email }).then(lists.reload).then(reload);
  return html`<section class="card" aria-labelledby="contacts">
    <h2 id="contacts">${t("console.contacts.title")}</h2>
    <p class="hint">${t("console.contacts.hint")}</p>
    <${Loaded} from=${lists}>${({ members, contacts }) => html`<div class="columns">
      <div><h3>${t("console.provider.mailchimp")}</h3><${Members} members=${members} change=${change} /></div>
      <div><h3>${t("console.provider.hubspot")}</h3><${People} contacts=${contacts} /></div>
    </div>`}<//>
  </section>`;
}

function Members({ members, change }) {
  if (!members.length) return html`<${Empty}>${t("console.contacts.empty")}<//>`;
  const rows = members.map(({ email_address, status }) => ({ email: email_address, reads: status === "subscribed" }));
  const columns = [
    { label: t("console.contacts.email"), cell: ({ email }) => email },
    { label: t("console.contacts.state"), cell: ({ reads }) => html`<${Badge} kind=${reads ? "good" : ""}>
      ${t(reads ? "console.contacts.subscribed" : "console.contacts.unsubscribed")}<//>` },
    { label: t("console.contacts.do"), cell: ({ email, reads }) => html`<${Action} class="second small"
      act=${change(reads ? "unsubscribe" : "sign-up", email)}>
      ${t(reads ? "console.contacts.unsubscribe" : "console.contacts.sign_up")}<//>` },
  ];
  return html`<${Table} caption=${t("console.provider.mailchimp")} items=${rows} columns=${columns}
    keyed=${({ email }) => email} />`;
}

function People({ contacts }) {
  if (!contacts.length) return html`<${Empty}>${t("console.contacts.empty")}<//>`;
  const columns = [
    { label: t("console.contacts.email"), cell: (one) => one.properties.email },
    {
      label: t("console.contacts.name"),
      cell: ({ properties }) => [properties.firstname, properties.lastname].filter(Boolean).join(" "),
    },
  ];
  return html`<${Table} caption=${t("console.provider.hubspot")} items=${contacts} columns=${columns} />`;
}
