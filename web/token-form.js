// The token comes in the fragment and is used by a click, never by opening the page: mail programs open links too.
const [form, told] = ["act", "told"].map((id) => document.getElementById(id));
const token = new URLSearchParams(location.hash.slice(1)).get("token");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.dataset.path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const said = answer.ok ? null : await answer.json();
    told.textContent = said ? said.errors?.[0]?.message || said.detail : form.dataset.done;
    form.hidden = answer.ok;
  } catch {
    told.textContent = "Det gick inte att nå UpUp. Försök igen. / UpUp could not be reached. Try again.";
  }
  button.disabled = false;
});

form.hidden = !token;
