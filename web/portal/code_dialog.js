// Asks for the second factor before something that takes care: money, keys, members, persons' data.

import { html } from "../modules/preact.js";
import { get, post } from "../modules/api.js";
import { Link } from "../modules/router.js";
import { t } from "../modules/texts.js";
import { Dialog, Field, Form, Loaded, useLoad } from "../modules/ui.js";

/** `onAnswer(true)` once a code was right; false where it was left. */
export function CodeDialog({ onAnswer }) {
  const factor = useLoad(() => get("/v1/second-factor"));
  const confirm = async ({ code }) => {
    await post("/v1/session/confirm", { code: code.trim() });
    onAnswer(true);
  };
  return html`<${Dialog} title=${t("code.title")} onClose=${() => onAnswer(false)}>
    <${Loaded} from=${factor}>${({ enrolled }) =>
      enrolled
        ? html`<${Form} onSubmit=${confirm} submit=${t("code.confirm")} fields=${["code"]}>
            <p>${t("code.why")}</p>
            <${Field} name="code" label=${t("code.label")} hint=${t("code.hint")} autocomplete="one-time-code" required autofocus />
          <//>`
        : html`<p>${t("code.enrol")}</p>
            <p><${Link} class="button" href="/portal/account#second-factor" onClick=${() => onAnswer(false)}>${t("code.begin")}<//></p>`}
    <//>
    <p><button type="button" class="second" onClick=${() => onAnswer(false)}>${t("ui.cancel")}</button></p>
  <//>`;
}
