// Accepts an invitation. Its token comes in the fragment and is spent by a click, never by opening the page.

import { html, render, useState } from "../modules/preact.js";
import "../modules/site.js";
import { post, Problem } from "../modules/api.js";
import { leave } from "../modules/leave.js";
import { t } from "../modules/texts.js";
import { Field, Form, Notice } from "../modules/ui.js";

const NAMES = ["first_name", "last_name"];
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) history.replaceState(null, "", location.pathname);

const isSpoilt = (error) =>
  error instanceof Problem && (error.status === 401 || error.errors.some((one) => one.field === "token"));

function Invitation() {
  const [asksName, setAsksName] = useState(false); // of who is new to UpUp; the API alone knows who is
  const [spoilt, setSpoilt] = useState(!token);
  const accept = async (names) => {
    try {
      await post("/v1/invitations/accept", { token, ...names });
    } catch (error) {
      if (isSpoilt(error)) return setSpoilt(true);
      if (asksName || !error.errors?.some((one) => NAMES.includes(one.field))) throw error;
      return setAsksName(true);
    }
    return leave("/portal", { replace: true });
  };
  if (spoilt) return html`<${Notice} kind="bad">${t(token ? "invitation.spoilt" : "invitation.open_mail")}<//>`;
  return html`<p>${t(asksName ? "invitation.name" : "invitation.works_once")}</p>
    <${Form} onSubmit=${accept} submit=${t("invitation.accept")} fields=${NAMES}>
      ${asksName && html`
        <${Field} name="first_name" label=${t("signup.first_name")} autocomplete="given-name"
          maxlength="80" required autofocus />
        <${Field} name="last_name" label=${t("signup.last_name")} autocomplete="family-name"
          maxlength="80" required />`}
    <//>`;
}

render(html`<${Invitation} />`, document.getElementById("page"));
