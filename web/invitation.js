// The token comes in the fragment and is spent by a click, never by opening the page: mail programs open links too.
const [form, names, told] = ["accept", "names", "told"].map((id) => document.getElementById(id));
const fields = ["first_name", "last_name"].map((id) => document.getElementById(id));
const token = new URLSearchParams(location.hash.slice(1)).get("token");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const written = fields.filter((field) => field.value.trim()).map((field) => [field.id, field.value]);
  try {
    const answer = await fetch("/v1/invitations/accept", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, ...Object.fromEntries(written) }),
    });
    const said = await answer.json();
    if (answer.ok) {
      location.replace("/login");
      return;
    }
    // who is known at UpUp is never asked for a name
    names.hidden &&= !said.errors?.some((fault) => fields.some((field) => field.id === fault.field));
    told.textContent = said.errors?.[0]?.message || said.detail;
  } catch {
    told.textContent = "Det gick inte att nå UpUp. Försök igen. / UpUp could not be reached. Try again.";
  }
  button.disabled = false;
});

if (token) {
  history.replaceState(null, "", location.pathname);
  form.hidden = false;
} else {
  told.textContent = "Öppna länken i mejlet. / Open the link in the mail.";
}
