// Domains that companies want to link to from their texts.

import { html } from "../../modules/preact.js";
import { t } from "../../modules/texts.js";
import { Questions } from "../questions.js";
import { LooksLike } from "./senders.js";

const Domain = ({ of }) => html`<strong>${of.domain}</strong><${LooksLike} name=${of.looks_like} />`;
const SHOWN = () => [{ label: t("staff.domain"), cell: (one) => html`<${Domain} of=${one} />` }];

export default function LinkDomains({ reload }) {
  return html`<${Questions} path="/v1/staff/link-domains" name="link_domains" columns=${SHOWN()}
    waits=${(one) => one.state === "asked"}
    what=${(one) => one.domain} answered=${reload} />`;
}
