// What is stored of whom, and who else has it: as the API tells it from the data map.

import { html, render } from "../modules/preact.js";
import "../modules/site.js";
import { get } from "../modules/api.js";
import { startConsent } from "../modules/consent.js";
import { day } from "../modules/format.js";
import { language, t } from "../modules/texts.js";
import { Loaded, Table, useLoad } from "../modules/ui.js";

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const said = (texts) => capital(texts[language]);
const fact = (name, cell) => ({ label: t(`privacy.${name}`), cell });

const PROCESSOR = [
  fact("name", (one) => html`<strong>${one.name}</strong>`),
  fact("role", (one) => said(one.role)),
  fact("holds", (one) => said(one.holds)),
  fact("kept", (one) => said(one.kept)),
  fact("since", (one) => day(one.since)),
];
const WITH_CONTACT = [...PROCESSOR, fact("contact", (one) => one.contact || "–")];
const DATUM = [
  fact("data", (one) => said(one.data)),
  fact("purpose", (one) => said(one.purpose)),
  fact("basis", (one) => said(one.legal_basis)),
  fact("kept_then", (one) => `${said(one.kept)}; ${one.then[language]}.`),
];

/** [whom, their data] in the order in which they come, recipients first. */
function byPerson(data) {
  const found = new Map();
  for (const one of data) found.set(one.about.en, [...(found.get(one.about.en) || []), one]);
  return [...found.values()].sort((a, b) => (b[0].about.en === "recipient") - (a[0].about.en === "recipient"));
}

const All = ({ data }) => byPerson(data).map((items, place) => {
  const title = t("privacy.about", { who: items[0].about[language] });
  return html`<details open=${place === 0}><summary>${title} (${items.length})</summary>
    <${Table} caption=${title} columns=${DATUM} items=${items} keyed=${(one) => one.data.en} /></details>`;
});

const Processors = ({ items }) =>
  html`<${Table} caption=${t("privacy.processors")} items=${items} keyed=${(one) => one.name}
    columns=${items.some((one) => one.contact) ? WITH_CONTACT : PROCESSOR} />`;

const Answer = ({ part }) => html`<${Loaded} from=${useLoad(read)}>${part}<//>`;
const show = (id, part) => render(html`<${Answer} part=${part} />`, document.getElementById(id));

/** A sentence of the HTML's that needs a value. */
function tell(id, text) {
  const place = document.getElementById(id);
  place.textContent = text;
  place.hidden = false;
}

/** One call for both lists; another one when somebody tries again. */
let asked = null;
function read() {
  asked ||= get("/v1/privacy/processing").then(
    (answer) => {
      tell("dpa-version", t("privacy.version", { version: answer.dpa_version }));
      if (answer.contact) tell("contact-person", t("privacy.contact_person", { contact: answer.contact }));
      return answer;
    },
    (error) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

show("processors-list", ({ sub_processors: items }) => html`<${Processors} items=${items} />`);
show("data-list", ({ data }) => html`<${All} data=${data} />`);
await startConsent();
