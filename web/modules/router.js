// Addresses of a page that lives: history entries, links that do not load the page anew, and what they show.

import { html, useEffect, useState } from "./preact.js";

const listeners = new Set();
let leaving = null;

/** While set, leaving is asked about first: `may()` answers whether one may. */
export function guard(may) {
  leaving = may;
  return () => {
    if (leaving === may) leaving = null;
  };
}

const here = () => location.pathname + location.search;
let shown = here();

const tell = () => {
  shown = here();
  for (const listener of listeners) listener(shown);
};

addEventListener("popstate", () => {
  if (here().split("?")[0] !== shown.split("?")[0] && leaving && !leaving()) history.pushState(null, "", shown);
  else tell();
});

/** Go to a path of this page; `replace` leaves no entry to come back to. */
export function go(path, { replace = false } = {}) {
  if (path.split("?")[0] !== shown.split("?")[0] && leaving && !leaving()) return;
  history[replace ? "replaceState" : "pushState"](null, "", path);
  if (path.split("?")[0] !== shown.split("?")[0]) scrollTo(0, 0);
  tell();
}

/** The path and query that are shown now. */
export function usePlace() {
  const [place, setPlace] = useState(shown);
  useEffect(() => {
    listeners.add(setPlace);
    return () => listeners.delete(setPlace);
  }, []);
  const url = new URL(place, location.origin);
  return { path: url.pathname.replace(/\/$/, "") || "/", query: url.searchParams };
}

export function Link({ href, onClick, children, ...rest }) {
  const follow = (event) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return html`<a href=${href} onClick=${follow} ...${rest}>${children}</a>`;
}

/** The first of [pattern, value] whose pattern ("/portal/sends/:id") is the path: { value, params }, or null. */
export function match(routes, path) {
  for (const [pattern, value] of routes) {
    const found = new RegExp(`^${pattern.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`).exec(path);
    if (found) return { value, params: found.groups || {} };
  }
  return null;
}
