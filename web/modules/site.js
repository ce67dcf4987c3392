// What every static page has: its HTML is Swedish, and is put into English here for whoever has chosen that.

import { language, switchLanguage, t } from "./texts.js";

const ATTRIBUTES = ["alt", "aria-label", "content", "data-label"];

if (language !== "sv") {
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const name of ATTRIBUTES) {
    for (const element of document.querySelectorAll(`[data-t-${name}]`)) {
      element.setAttribute(name, t(element.getAttribute(`data-t-${name}`)));
    }
  }
}

const other = language === "sv" ? "en" : "sv";
for (const button of document.querySelectorAll("button[data-language]")) {
  button.textContent = t("portal.other_language");
  button.lang = other;
  button.addEventListener("click", () => switchLanguage(other));
  button.hidden = false;
}
