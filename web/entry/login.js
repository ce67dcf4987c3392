// Logging in: asks for a link, and spends the one in the mail. Its token comes in the fragment and is spent by a click,
// never by opening the page: mail programs open links too.

import { html, render, useEffect, useRef, useState } from "../modules/preact.js";
import "../modules/site.js";
import { post, Problem } from "../modules/api.js";
import { leave } from "../modules/leave.js";
import { t } from "../modules/texts.js";
import { Action, Form, Loading, Notice } from "../modules/ui.js";
import { AskLink, useSession } from "./ask_link.js";

const said = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

/** Where one was when the session ended: a page of the portal and nothing else. */
const back = /^\/portal(?:[/?]|$)/.test(said().back) ? said().back : "/portal";

const goOn = () => leave(back, { replace: true }); // coming back here would only lead there again

/** The token of the link that was followed, out of the address and of the history at once. */
function takeToken() {
  const { token } = said();
  if (token) history.replaceState(null, "", location.pathname);
  return token || null;
}

/** Of somebody who is in several companies: which one first. */
function Companies({ login }) {
  const choose = async (one) => {
    if (one.id !== login.account_id) await post("/v1/session/company", { account_id: one.id });
    await goOn();
  };
  const title = useRef();
  useEffect(() => title.current.focus(), []); // the button that was pressed is gone
  return html`<h2 ref=${title} tabindex="-1">${t("login.which_company")}</h2>
    <ul class="plain stack">${login.accounts.map((one) => html`<li key=${one.id}>
      <${Action} class="second" act=${() => choose(one)}>${one.company_name}<//></li>`)}</ul>`;
}

function Spend({ token, onSpent, onRefused }) {
  const spend = async () => {
    try {
      onSpent(await post("/v1/login/complete", { token }));
    } catch (error) {
      if (!(error instanceof Problem) || ![401, 422].includes(error.status)) throw error;
      onRefused();
    }
  };
  return html`<p>${t("login.link_works_once")}</p><${Form} onSubmit=${spend} submit=${t("login.log_in")} />`;
}

function LogIn() {
  const [token, setToken] = useState(takeToken);
  const [login, setLogin] = useState(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const follow = () => {
      const next = takeToken(); // a link that was put into the address of this very page
      if (next) setToken(next);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const spent = (answer) => {
    setLogin(answer);
    if (answer.accounts.length === 1) goOn();
  };
  const spoilt = () => {
    setToken(null);
    setRefused(true);
  };
  if (login) return login.accounts.length > 1 ? html`<${Companies} login=${login} />` : html`<${Loading} />`;
  if (token) return html`<${Spend} key=${token} token=${token} onSpent=${spent} onRefused=${spoilt} />`;
  return html`${refused && html`<${Notice} kind="bad">${t("login.spoilt")}<//>`}<${Ask} />`;
}

/** Whoever is logged in already goes on. */
function Ask() {
  const session = useSession();
  useEffect(() => {
    if (session) goOn();
  }, [session]);
  return html`<${AskLink} /><p class="quiet">${t("login.new_here")} <a href="/signup">${t("login.sign_up")}</a></p>`;
}

render(html`<${LogIn} />`, document.getElementById("page"));
