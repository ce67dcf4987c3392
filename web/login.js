// The token comes in the fragment and is spent by a click, never by opening the page: mail programs open links too.
const [ask, complete, told, account] = ["ask", "complete", "told", "account"].map((id) => document.getElementById(id));
const token = new URLSearchParams(location.hash.slice(1)).get("token");

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.errors?.[0]?.message || said.detail);
  return said;
}

function onSubmit(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await act();
    } catch (error) {
      told.textContent = error.message;
    }
    button.disabled = false;
  });
}

async function showAccount() {
  const answer = await fetch("/v1/account");
  if (!answer.ok) return;
  const { company_name, state, balance_ore } = await answer.json();
  const kronor = new Intl.NumberFormat("sv-SE", { style: "currency", currency: "SEK" }).format(balance_ore / 100);
  for (const [name, value] of [["Företag", company_name], ["Status", state], ["Saldo", kronor]]) {
    const [term, description] = [document.createElement("dt"), document.createElement("dd")];
    [term.textContent, description.textContent] = [name, value];
    account.append(term, description);
  }
  account.hidden = false;
  ask.hidden = complete.hidden = true;
}

onSubmit(ask, async () => {
  await post("/v1/login", { email: document.getElementById("email").value });
  told.textContent = "Om adressen finns hos oss är en länk på väg. / If we know the address, a link is on its way.";
});
onSubmit(complete, async () => {
  await post("/v1/login/complete", { token });
  told.textContent = "Du är inloggad. / You are logged in.";
  await showAccount();
});

if (token) {
  history.replaceState(null, "", location.pathname);
  ask.hidden = true;
  complete.hidden = false;
} else {
  showAccount();
}
