// Asks for the link by which one logs in: nobody has a password.

import { html, useEffect, useState } from "../modules/preact.js";
import { get, post } from "../modules/api.js";
import { t } from "../modules/texts.js";
import { Field, Form, Notice } from "../modules/ui.js";

/** Who is logged in here already, looked for at once and whenever this page is looked at again: a session, or null. */
export function useSession() {
  const [session, setSession] = useState(null);
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") get("/v1/session").then(setSession, () => {});
    };
    look();
    document.addEventListener("visibilitychange", look); // the link in the mail opens a page of its own
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return session;
}

const focus = (place) => place?.focus(); // the button that was pressed is gone

export function AskLink() {
  const [asked, setAsked] = useState(false);
  const ask = async ({ email }) => {
    await post("/v1/login", { email });
    setAsked(true);
  };
  if (asked) {
    return html`<div ref=${focus} tabindex="-1"><${Notice} kind="good"><p><strong>${t("login.asked")}</strong></p><p>${t("login.asked_why")}</p>
      <p><button class="second" type="button" onClick=${() => setAsked(false)}>${t("login.again")}</button></p><//></div>`;
  }
  return html`<${Form} onSubmit=${ask} submit=${t("login.send_link")} fields=${["email"]}>
    <${Field} name="email" label=${t("login.email")} hint=${t("login.email_hint")} type="email"
      autocomplete="email" required />
  <//>`;
}
