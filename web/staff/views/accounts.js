// Every company's account: found by name, organisation number, id or state.

import { html, useState } from "../../vendor/preact-htm.js";
import { day, orgNumber } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Field, Form, Heading, Listing } from "../../modules/ui.js";
import { AccountState } from "../account_state.js";
import { useList } from "../parts.js";

const STATES = ["pending", "active", "past_due", "closing", "closed", "stopped"];

export default function Accounts() {
  const [asked, setAsked] = useState({});
  const found = useList("/v1/staff/accounts", asked);
  return html`<${Heading}>${t("staff.lists.accounts")}<//>
    <${Form} class="row" onSubmit=${({ q, state }) => setAsked({ q: q.trim(), state })} submit=${t("staff.account.search")} kind="second" fields=${["q"]}>
      <${Field} name="q" type="search" label=${t("staff.account.words")} hint=${t("staff.account.words_hint")} maxlength="120" />
      <${Field} name="state" as="select" label=${t("staff.state")}><option value="">${t("staff.all")}</option>
        ${STATES.map((state) => html`<option value=${state}>${t(`staff.account_state.${state}`)}</option>`)}<//>
    <//>
    <${Listing} from=${found} caption=${t("staff.lists.accounts")} empty=${t("staff.account.none")} columns=${[
      { label: t("staff.company"), cell: (one) => html`<${Link} href="/staff/accounts/${one.id}">${one.company_name || one.id}<//>` },
      { label: t("staff.account.org_number"), cell: (one) => (one.org_number ? orgNumber(one.org_number) : "–") },
      { label: t("staff.account.plan"), cell: (one) => one.plan },
      { label: t("staff.account.since"), cell: (one) => day(one.created_at) },
      { label: t("staff.state"), cell: (one) => html`<${AccountState} account=${one} />` },
    ]} />`;
}
