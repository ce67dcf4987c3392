// Preact with its hooks, and htm's templates in place of JSX: what the pages' views are written with.

import htm from "../vendor/htm.js";
import { h } from "../vendor/preact.js";

export * from "../vendor/preact-hooks.js";
export { createContext, Fragment, render } from "../vendor/preact.js";
export const html = htm.bind(h);
