// A QR code as one path, so that it needs no picture from anywhere.

import { generate } from "../vendor/qr.js";
import { html } from "./ui.js";

const QUIET = 4; // squares that stay empty around a code

/** Black on white in dark mode too: cameras want it so. */
export function QrCode({ text, label }) {
  const code = generate(text);
  const squares = [];
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) squares.push(`M${x} ${y}h1v1h-1z`);
  }
  const side = code.size + 2 * QUIET;
  const view = `${-QUIET} ${-QUIET} ${side} ${side}`;
  return html`<svg class="qr" role="img" aria-label=${label} viewBox=${view} shape-rendering="crispEdges">
    <path d=${squares.join("")} fill="currentcolor" /></svg>`;
}
