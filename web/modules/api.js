// The one way to UpUp's API: JSON in and out. What is refused is a `Problem`, what never arrived is `Offline`.

/** A refusal (RFC 9457): `code` names its kind, `errors` each fault with its field, `extra` what else was said. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.code = String(body.type || "").split("/").pop();
    this.errors = body.errors || [];
    this.traceId = body.trace_id;
    this.retryAfter = retryAfter;
    this.extra = body;
  }
}

/** The network failed or gave no answer: whether a write was done is not known. */
export class Offline extends Error {}

let onLoggedOut = () => {};
let askForCode = null;
let asking = null; // the one question for a code, whoever waits for its answer

const codeShown = () => {
  asking ||= askForCode().finally(() => {
    asking = null;
  });
  return asking;
};

const LONGEST_READ = 60_000; // milliseconds

/** What is done when the session has ended, and how a code of the second factor is asked for (a promise: shown or not). */
export function whenAsked({ loggedOut, code }) {
  onLoggedOut = loggedOut;
  askForCode = code;
}

/** One request: { status, text, header(name) }. Raises `Offline`. `onProgress` is told of what has been sent, 0 to 1. */
function transport(method, path, headers, body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress
    request.open(method, path);
    if (method === "GET") request.timeout = LONGEST_READ;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
    request.onload = () =>
      resolve({ status: request.status, text: request.responseText, header: (name) => request.getResponseHeader(name) });
    request.onerror = request.onabort = request.ontimeout = () => reject(new Offline());
    request.send(body);
  });
}

function read(text, kind) {
  if (!text || !(kind || "").includes("json")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // something between us and the API has answered
  }
}

/** Asks the proxy before staff's calls for a refusal instead of the page where one signs in. */
const proxied = (path) => (path.startsWith("/v1/staff/") ? { "X-Requested-With": "XMLHttpRequest" } : {});

async function call(method, path, { body, form, headers = {}, onProgress } = {}, asked = false) {
  const typed = body !== undefined && { "Content-Type": "application/json" };
  const all = { Accept: "application/json", ...headers, ...proxied(path), ...typed };
  const answer = await transport(method, path, all, form || (body === undefined ? null : JSON.stringify(body)), onProgress);
  const said = read(answer.text, answer.header("Content-Type"));
  if (answer.status >= 200 && answer.status < 300) return said;
  const problem = new Problem(answer.status, said || {}, Number(answer.header("Retry-After")));
  if (problem.code === "second_factor_required" && askForCode && !asked && (await codeShown())) {
    return call(method, path, { body, form, headers, onProgress }, true);
  }
  if (answer.status === 401) onLoggedOut();
  throw problem;
}

/** A key under which a write that costs money is done once, however often it is tried. */
export const newKey = () => crypto.randomUUID();

const once = (key) => (key ? { "Idempotency-Key": key } : {});

export const get = (path) => call("GET", path);
/** One page of a list, after `cursor`. */
export const page = (path, cursor, limit = 25) =>
  get(`${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`);
export const post = (path, body = {}, key = null) => call("POST", path, { body, headers: once(key) });
export const patch = (path, body) => call("PATCH", path, { body });
export const remove = (path, body) => call("DELETE", path, { body });
/** A `FormData`: files with what belongs to them. */
export const upload = (path, form, { key = null, onProgress } = {}) =>
  call("POST", path, { form, headers: once(key), onProgress });
