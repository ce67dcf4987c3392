// The sandbox's time: moved by buttons, with what happened meanwhile.

import { useState } from "/modules/preact.js";
import { moment, number } from "/modules/format.js";
import { t } from "/modules/texts.js";
import { Action, Badge, Field, Form, html, Notice, Table } from "/modules/ui.js";
import { get, post } from "./calls.js";
import { label } from "./figures.js";

const STEPS = [
  ["hour", { hours: 1 }],
  ["day", { days: 1 }],
  ["month", { days: 31 }],
];
const UNTOLD = new Set(["requests", "statements", "pushed", "most_at_once"]); // figures of how, not of what

/** [provider, name, how many more] of each figure that has grown. */
function grown(before, after) {
  return Object.entries(after).flatMap(([provider, figures]) =>
    Object.entries(figures)
      .map(([name, figure]) => [provider, name, figure - before[provider][name]])
      .filter(([, name, more]) => more > 0 && !UNTOLD.has(name)),
  );
}

export function Clock({ now, jobs, reload }) {
  const [told, setTold] = useState(null);
  const [moving, setMoving] = useState(false);
  async function advance(step) {
    setMoving(true);
    try {
      const before = await get("/api/stats");
      const { runs } = await post("/api/clock/advance", step);
      setTold({ runs, grown: grown(before, await get("/api/stats")) });
    } finally {
      setMoving(false);
    }
    await reload();
  }
  async function run({ job }) {
    const { status } = await post("/api/schedule/run", { function: job });
    setTold({ runs: [{ function: job, status, times: 1 }], grown: [] });
    await reload();
  }
  return html`<section class="card clock" aria-labelledby="clock">
    <h2 id="clock">${t("console.clock.title")}</h2>
    <div class="row"><time datetime=${now}>${moment(now)}</time>
      ${STEPS.map(
        ([name, step]) => html`<${Action} class="second" act=${() => advance(step)}>
          ${t(`console.clock_step.${name}`)}<//>`,
      )}
    </div>
    <p class="hint">${t("console.clock.hint")}</p>
    ${moving ? html`<p role="status">${t("console.clock.moving")}</p>` : told && html`<${Told} ...${told} />`}
    <details><summary>${t("console.clock.run_job")}</summary>
      <${Form} class="beside" onSubmit=${run}>
        <${Field} as="select" name="job" label=${t("console.clock.job")}>${jobs.map(
          (name) => html`<option value=${name}>${name}</option>`,
        )}<//>
        <button class="second">${t("console.clock.run")}</button>
      <//>
    </details>
  </section>`;
}

function Told({ runs, grown }) {
  const failed = runs.filter((run) => run.status >= 300);
  const times = runs.reduce((sum, run) => sum + run.times, 0);
  return html`<${Notice} kind=${failed.length ? "warn" : "good"}>
      <p>${t("console.clock.ran", { n: times, count: number(times) })}${" "}
        ${failed.length ? t("console.clock.failed", { jobs: failed.map((run) => run.function).join(", ") }) : ""}</p>
      ${grown.length > 0 && html`<ul class="flat">${grown.map(
        ([provider, name, more]) =>
          html`<li>${t(`console.provider.${provider}`)}, ${label(provider, name)}: +${number(more)}</li>`,
      )}</ul>`}
    <//>
    ${runs.length > 0 && html`<details><summary>${t("console.clock.jobs")}</summary>
      <${Table} caption=${t("console.clock.jobs")} items=${runs}
        keyed=${(run) => `${run.function} ${run.status}`} columns=${[
        { label: t("console.clock.job"), cell: (run) => run.function },
        { label: t("console.clock.times"), end: true, cell: (run) => number(run.times) },
        { label: t("console.clock.outcome"), cell: (run) => html`<${Outcome} status=${run.status} />` },
      ]} />
    </details>`}`;
}

const Outcome = ({ status }) =>
  status < 300
    ? html`<${Badge} kind="good">${t("console.clock.worked")}<//>`
    : html`<${Badge} kind="bad">${t("console.clock.answered", { status: String(status) })}<//>`;
