// A text as it came, with its links to click: they open beside the console.

import { html } from "/modules/ui.js";

const LINK = /https?:\/\/[^\s<>"]+/g;

export function Says({ text }) {
  const parts = [];
  let from = 0;
  for (const { 0: link, index } of text.matchAll(LINK)) {
    parts.push(text.slice(from, index), html`<a href=${link} target="_blank" rel="noopener">${link}</a>`);
    from = index + link.length;
  }
  return html`<span class="says">${parts}${text.slice(from)}</span>`;
}
