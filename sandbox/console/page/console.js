// The console's page: asks the JSON calls every second and shows what changed. Text is only ever set as text.

const byId = (id) => document.getElementById(id);
const LINK = /https?:\/\/[^\s<>"]+/g;
const answers = new Map(); // what this phone wrote: number -> [{at, message}]

async function call(path, body, method = body && "POST") {
  const options = body ? {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  } : { method };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function textWithLinks(text) {
  const shown = element("span", { className: "text" });
  let from = 0;
  for (const link of text.matchAll(LINK)) {
    shown.append(text.slice(from, link.index));
    shown.append(element("a", { href: link[0], target: "_blank", rel: "noopener", textContent: link[0] }));
    from = link.index + link[0].length;
  }
  shown.append(text.slice(from));
  return shown;
}

const FORMAT = { timeZone: "Europe/Stockholm", dateStyle: "short", timeStyle: "short" };
const time = (at) => new Date(at).toLocaleString("sv-SE", FORMAT);

// Redraws only what differs, so that a selection or a scroll position survives the next second.
function redraw(parent, key, children) {
  if (parent.dataset.key === key) return false;
  parent.dataset.key = key;
  parent.replaceChildren(...children());
  return true;
}

function showNumbers(numbers) {
  const select = byId("number");
  const chosen = select.value;
  redraw(select, numbers.join(), () => numbers.map((number) => element("option", { textContent: number })));
  if (numbers.includes(chosen)) select.value = chosen;
}

function showConversation(sms) {
  const list = byId("conversation");
  const own = (answers.get(byId("number").value) ?? []).map((answer) => ({ ...answer, own: true }));
  const lines = [...sms, ...own].sort((a, b) => a.at.localeCompare(b.at));
  const drawn = redraw(list, JSON.stringify(lines), () => lines.map((line) => element(
    "li",
    { className: line.own ? "own" : "" },
    element("span", { className: "meta", textContent: `${line.own ? "Du / You" : line.from} · ${time(line.at)}` }),
    textWithLinks(line.message),
  )));
  if (!lines.length) list.replaceChildren(element("li", { className: "empty", textContent: "Inga SMS än / No SMS yet" }));
  if (drawn) list.scrollTop = list.scrollHeight;
  const sender = sms[0]?.from;
  const answerable = /^\+?\d+$/.test(sender ?? "");
  byId("reply").dataset.to = answerable ? sender : "";
  for (const part of byId("reply").elements) part.disabled = !answerable;
}

function showMails(mails) {
  const list = byId("mails");
  redraw(list, JSON.stringify(mails), () => mails.map((mail) => element(
    "li",
    {},
    element("strong", { textContent: mail.subject }),
    element("span", { className: "meta", textContent: `${mail.to} · ${time(mail.at)}` }),
    textWithLinks(mail.message),
  )));
  if (!mails.length) list.replaceChildren(element("li", { className: "empty", textContent: "Ingen e-post än / No mail yet" }));
}

function showStats(stats) {
  const rows = Object.entries(stats).flatMap(([provider, figures]) =>
    Object.entries(figures).map(([name, figure]) => [`${provider} ${name.replaceAll("_", " ")}`, figure]));
  redraw(byId("stats").tBodies[0], JSON.stringify(rows), () => rows.map(([name, figure]) => element(
    "tr",
    {},
    element("td", { textContent: name }),
    element("td", { textContent: figure.toLocaleString("sv-SE") }),
  )));
}

function showFaults(faults) {
  redraw(byId("active-faults"), JSON.stringify(faults), () => faults.map((fault) => {
    const remove = element("button", { type: "button", textContent: "Sluta / End" });
    remove.addEventListener("click", () => act(remove, async () => {
      await call(`/api/faults/${fault.id}`, undefined, "DELETE");
      return "Felet är borta / The fault is gone";
    }));
    const details = [`p ${fault.probability}`, `${fault.bitten}/${fault.count ?? "∞"}`, `seed ${fault.seed}`];
    return element(
      "li",
      {},
      element("span", { textContent: `${fault.provider} ${fault.kind}` }),
      element("span", { className: "meta", textContent: details.join(" · ") }),
      remove,
    );
  }));
}

async function refresh() {
  const [clock, recent, mail, stats, faults] = await Promise.all([
    call("/api/clock"), call("/api/sms?limit=200"), call("/api/mail?limit=50"), call("/api/stats"), call("/api/faults"),
  ]);
  byId("now").textContent = time(clock.now);
  byId("now").dateTime = clock.now;
  showNumbers([...new Set(recent.items.map((sms) => sms.to))]);
  const number = byId("number").value;
  const own = number ? await call(`/api/sms?limit=50&to=${encodeURIComponent(number)}`) : { items: [] };
  showConversation(own.items);
  showMails(mail.items);
  showStats(stats);
  showFaults(faults.items);
}

function notice(text, isError = false) {
  byId("notice").textContent = text;
  byId("notice").className = isError ? "error" : "";
}

// Runs what a person asked for: says that it works, then what came of it.
async function act(button, work) {
  button.disabled = true;
  notice("…");
  try {
    notice(await work());
    await refresh();
  } catch (error) {
    notice(error.message, true);
  } finally {
    button.disabled = false;
  }
}

function onSubmit(id, work) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter ?? event.target.querySelector("button"), () => work(event.target));
  });
}

onSubmit("reply", async (form) => {
  const from = byId("number").value;
  const message = byId("reply-text").value;
  await call("/api/sms/reply", { to: form.dataset.to, from, message });
  const { now } = await call("/api/clock");
  answers.set(from, [...(answers.get(from) ?? []), { at: now, message }]);
  form.reset();
  return "Skickat / Sent";
});

onSubmit("till", async (form) => {
  const coupon = await call("/api/till/redeem", { code: byId("code").value });
  form.reset();
  return `Inlöst / Redeemed: ${coupon.ean}`;
});

onSubmit("pay", async (form) => {
  await call("/api/stripe/complete", { checkout_url: byId("checkout-url").value });
  form.reset();
  return "Betalt / Paid";
});

onSubmit("faults", async () => {
  const { id } = await call("/api/faults", {
    provider: byId("fault-provider").value,
    kind: byId("fault-kind").value,
    probability: Number(byId("fault-probability").value),
    count: byId("fault-count").value ? Number(byId("fault-count").value) : null,
  });
  return `Felet är igång / The fault is on: ${id}`;
});

for (const button of document.querySelectorAll(".clock button")) {
  const step = { days: Number(button.dataset.days ?? 0), hours: Number(button.dataset.hours ?? 0) };
  button.addEventListener("click", () => act(button, async () => {
    const { runs } = await call("/api/clock/advance", step);
    const jobs = runs.reduce((sum, run) => sum + run.times, 0);
    return `Klockan har gått, ${jobs} körningar / Time has passed, ${jobs} jobs ran`;
  }));
}

byId("number").addEventListener("change", () => refresh());

async function keepRefreshing() {
  try {
    await refresh();
  } catch (error) {
    notice(`Sandlådan svarar inte / The sandbox does not answer (${error.message})`, true);
  }
  setTimeout(keepRefreshing, 1000);
}

keepRefreshing();
