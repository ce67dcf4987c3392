// The console's own calls. What they refuse is told as a refusal of the API is.

import { Offline, Problem } from "/modules/api.js";

async function call(method, path, body) {
  const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, { method, ...json });
  } catch {
    throw new Offline();
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, { detail: said.error, type: said.code });
  return said;
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);
