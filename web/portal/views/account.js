// The account: oneself, the company and its plan, and what an owner decides for all.

import { html, useEffect } from "../../modules/preact.js";
import { t } from "../../modules/texts.js";
import { Heading } from "../../modules/ui.js";
import { Closing } from "../account/closing.js";
import { Company } from "../account/company.js";
import { Mailing } from "../account/mailing.js";
import { Person } from "../account/person.js";
import { Required, Retention } from "../account/rules.js";
import { SecondFactor } from "../account/second_factor.js";
import { Sessions } from "../account/sessions.js";

export default function Account(props) {
  const { me } = props;
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView(); // who is asked for a second factor is led to it
  }, [location.hash]);
  return html`<${Heading}>${t("account.title")}<//>
    <div class="two even account">
      <div><${Person} ...${props} />
        <${SecondFactor} ...${props} />
        <${Sessions} /></div>
      <div><${Company} ...${props} />
        <${Retention} ...${props} />
        ${me.role === "owner" && html`<${Required} ...${props} /><${Mailing} /><${Closing} ...${props} />`}</div>
    </div>`;
}
