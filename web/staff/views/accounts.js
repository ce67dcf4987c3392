// Every company's account: found by name, organisation number, id or state.

import { html, useState } from "../../modules/preact.js";
import { day, orgNumber } from "../../modules/format.js";
import { Link, usePlace } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Field, Form, Heading, Listing } from "../../modules/ui.js";
import { AccountState } from "../account_state.js";
import { useList } from "../parts.js";

const STATES = ["pending", "active", "past_due", "closing", "closed", "stopped"];

export default function Accounts() {
  const { query } = usePlace();
  // the words may name a person: they are never in the address
  const [asked, setAsked] = useState({ q: "", state: query.get("state") || "" });
  const found = useList("/v1/staff/accounts", asked);
  const search = async ({ q, state }) => {
    if (q.trim() === asked.q && state === asked.state) await found.reload();
    else setAsked({ q: q.trim(), state });
  };
  return html`<${Heading}>${t("staff.lists.accounts")}<//>
    <${Form} class="row" onSubmit=${search} submit=${t("staff.account.search")} kind="second" fields=${["q"]}>
      <${Field} name="q" type="search" label=${t("staff.account.words")} hint=${t("staff.account.words_hint")}
        maxlength="120" />
      <${Field} name="state" as="select" label=${t("staff.state")}><option value="">${t("staff.all")}</option>
        ${STATES.map((one) => html`<option value=${one}
          selected=${one === asked.state}>${t(`staff.account_state.${one}`)}</option>`)}<//>
    <//>
    <${Listing} from=${found} caption=${t("staff.lists.accounts")} empty=${t("staff.account.none")} columns=${[
      { label: t("staff.company"), cell: (one) => html`<${Name} account=${one} />` },
      { label: t("staff.account.org_number"), cell: (one) => (one.org_number ? orgNumber(one.org_number) : "–") },
      { label: t("staff.account.plan"), cell: (one) => one.plan },
      { label: t("staff.account.since"), cell: (one) => day(one.created_at) },
      { label: t("staff.state"), cell: (one) => html`<${AccountState} account=${one} />` },
    ]} />`;
}

/** An account without a name has ended. */
const Name = ({ account: { id, company_name: name } }) => html`<${Link} href="/staff/accounts/${id}">${name || id}<//>`;
