// The console: everybody but UpUp on one screen, asked anew every second while it is looked at.

import { render, useState } from "/modules/preact.js";
import { language, switchLanguage, t } from "/modules/texts.js";
import { html, Loaded, useEvery, useLoad } from "/modules/ui.js";
import { get } from "./calls.js";
import { Checkouts } from "./checkouts.js";
import { Clock } from "./clock.js";
import { Contacts } from "./contacts.js";
import { Evidence } from "./evidence.js";
import { Figures } from "./figures.js";
import { Guide } from "./guide.js";
import { Mailbox } from "./mailbox.js";
import { Phone } from "./phone.js";
import { Staff } from "./staff.js";
import { Till } from "./till.js";
import { Trouble } from "./trouble.js";

const MILLISECONDS = 1_000;

function Console() {
  const [number, chooseNumber] = useState("");
  const [address, chooseAddress] = useState("");
  const live = useLoad(() => get(`/api/live?${new URLSearchParams({ number, address })}`), [number, address]);
  useEvery(MILLISECONDS, live.reload);
  const other = language === "sv" ? "en" : "sv";
  return html`<a class="skip" href="#main">${t("portal.skip")}</a>
    <header class="top"><span class="brand">UpUp ${t("console.name")}</span>
      <button class="plain" type="button" lang=${other} onClick=${() => switchLanguage(other)}>
        ${t("portal.other_language")}</button>
    </header>
    <main id="main" class="console"><h1>${t("console.title")}</h1>
      <${Loaded} from=${live}>${(data) => html`<${Screen} live=${data} reload=${live.reload}
        chooseNumber=${chooseNumber} chooseAddress=${chooseAddress} />`}<//>
    </main>`;
}

const Screen = ({ live, reload, chooseNumber, chooseAddress }) => html`<${Guide} live=${live} />
  <${Clock} now=${live.now} jobs=${live.jobs} reload=${reload} />
  <div class="columns">
    <${Phone} phone=${live.phone} choose=${chooseNumber} reload=${reload} />
    <${Mailbox} mailbox=${live.mailbox} choose=${chooseAddress} />
    <div><${Till} gifts=${live.gifts} reload=${reload} />
      <${Checkouts} checkouts=${live.checkouts} reload=${reload} /></div>
  </div>
  <div class="columns">
    <${Trouble} kinds=${live.fault_kinds} faults=${live.faults} reload=${reload} />
    <div><${Staff} product_url=${live.product_url} /><${Evidence} /></div>
  </div>
  <${Contacts} stats=${live.stats} reload=${reload} />
  <${Figures} stats=${live.stats} />`;

document.title = t("console.page_title");
render(html`<${Console} />`, document.getElementById("page"));
