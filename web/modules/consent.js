// Asks whether the site may count visits and measure ads, and remembers the answer. Nothing is loaded before a yes.

import { html, render, useEffect, useRef } from "./preact.js";
import { t } from "./texts.js";
import { Choice } from "./ui.js";

const KEPT = "consent";
const VERSION = "2026-11"; // of what is asked: with another one everybody is asked again
const ASK_AGAIN = 365 * 24 * 3_600_000;
/** Who is loaded for which purpose, by their names in site.json. */
const PURPOSES = { statistics: ["google_analytics"], marketing: ["meta_pixel", "linkedin_partner"] };

/** What was answered, { statistics, marketing }, while it holds; else null. */
function answered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    const holds = kept?.version === VERSION && Date.now() - Date.parse(kept.date) < ASK_AGAIN;
    return holds ? kept : null;
  } catch {
    return null; // a browser that keeps nothing, or something that is not ours
  }
}

function keep(answer) {
  const date = new Date().toISOString().slice(0, 10);
  try {
    localStorage.setItem(KEPT, JSON.stringify({ ...answer, version: VERSION, date }));
  } catch {
    return; // as above: it is asked again on the next page
  }
}

function Banner({ asked, before, again, onAnswer }) {
  const title = useRef();
  useEffect(() => {
    if (again) title.current.focus();
  }, []);
  const all = (yes) => () => onAnswer(Object.fromEntries(asked.map((purpose) => [purpose, yes])));
  const chosen = (event) => {
    event.preventDefault();
    const ticked = new FormData(event.currentTarget);
    onAnswer(Object.fromEntries(asked.map((purpose) => [purpose, ticked.has(purpose)])));
  };
  return html`<section class="consent" aria-labelledby="consent-title">
    <h2 id="consent-title" ref=${title} tabindex="-1">${t("consent.title")}</h2>
    <p>${t("consent.why")} <a href="/privacy#cookies">${t("consent.more")}</a></p>
    <form onSubmit=${chosen}>
      ${asked.map((purpose) => html`<${Choice} key=${purpose} name=${purpose} label=${t(`consent.${purpose}`)}
        defaultChecked=${before?.[purpose]} />`)}
      <div class="row">
        <button class="second" type="button" onClick=${all(false)}>${t("consent.none")}</button>
        <button class="second" type="button" onClick=${all(true)}>${t("consent.all")}</button>
        <button class="second" type="submit">${t("consent.chosen")}</button>
      </div>
    </form>
  </section>`;
}

/** Loads what is agreed to. Their module, with the page's leave for their scripts, comes with the first yes. */
/** Whom site.json names. Where it cannot be read there is nothing to ask for, and nothing is loaded. */
async function named() {
  try {
    return await (await fetch("/site.json")).json();
  } catch {
    return {};
  }
}

async function load(ids, answer) {
  const wanted = Object.keys(PURPOSES).filter((purpose) => answer?.[purpose]);
  if (!wanted.length) return;
  const { start } = await import("./trackers.js");
  for (const name of wanted.flatMap((purpose) => PURPOSES[purpose])) if (ids[name]) start(name, ids[name]);
}

async function withdraw(ids) {
  const { forget } = await import("./trackers.js");
  forget(ids);
}

/**
 * Begins on a page whose policy lets them in (hosting.json), with <div id="consent"> for the question and
 * <button data-consent hidden> for changing one's mind. Where site.json names nobody there is nothing to ask.
 */
export async function startConsent() {
  const ids = await named();
  const asked = Object.keys(PURPOSES).filter((purpose) => PURPOSES[purpose].some((name) => ids[name]));
  const place = document.getElementById("consent");
  let known = answered();
  const close = () => {
    render(null, place);
    document.body.classList.remove("asked");
  };
  const answer = async (given, opener) => {
    const before = known;
    known = { ...before, ...given };
    keep(known);
    if (asked.some((purpose) => before?.[purpose] && !given[purpose])) {
      await withdraw(ids);
      location.reload(); // what runs already cannot be stopped otherwise
      return;
    }
    close();
    opener?.focus();
    await load(ids, known);
  };
  const ask = (opener = null) => {
    close();
    document.body.classList.add("asked"); // room below, so that nothing is hidden behind the question
    render(
      html`<${Banner} asked=${asked} before=${known} again=${Boolean(opener)}
        onAnswer=${(given) => answer(given, opener)} />`,
      place,
    );
  };
  for (const button of asked.length ? document.querySelectorAll("button[data-consent]") : []) {
    button.hidden = false;
    button.addEventListener("click", () => ask(button));
  }
  if (asked.some((purpose) => typeof known?.[purpose] !== "boolean")) ask();
  // what they left when they were stopped
  if (known && document.cookie && !asked.some((purpose) => known[purpose])) await withdraw(ids);
  await load(ids, known);
}
