// One's own name, the same in all companies, and whether UpUp's news reach one.

import { html, useState } from "../../modules/preact.js";
import { get, patch } from "../../modules/api.js";
import { day } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Failed, Field, Form, Notice, useLoad } from "../../modules/ui.js";

export function Person({ me, reload }) {
  const [saved, setSaved] = useState(false);
  const found = useLoad(async () => {
    const [mailing, members] = await Promise.all([get("/v1/account/mailing"), get("/v1/members?limit=200")]);
    return { noNews: mailing.no_news_since, email: members.items.find((one) => one.you)?.email };
  });
  const save = async (names) => {
    setSaved(false);
    await patch("/v1/session/person", names);
    await reload();
    setSaved(true);
  };
  return html`<section class="card"><h2>${t("account.you")}</h2>
    ${found.error && html`<${Failed} error=${found.error} retry=${found.reload} />`}
    <dl class="facts"><dt>${t("account.email")}</dt><dd>${found.data?.email || "–"}</dd>
      <dt>${t("account.role")}</dt><dd>${t(`account.role_${me.role}`)}</dd></dl>
    <${Form} onSubmit=${save} submit=${t("account.save_name")} kind="second" fields=${["first_name", "last_name"]}>
      <${Field} name="first_name" label=${t("signup.first_name")} defaultValue=${me.first_name}
        autocomplete="given-name" maxlength="80" required />
      <${Field} name="last_name" label=${t("signup.last_name")} defaultValue=${me.last_name}
        autocomplete="family-name" maxlength="80" required />
    <//>
    ${saved && html`<${Notice} kind="good">${t("ui.saved")}<//>`}
    ${found.data?.noNews && html`<p class="quiet">${t("account.no_news", { day: day(found.data.noNews) })}</p>`}
  </section>`;
}
