/** Short notices, read out by screen readers, at the bottom of whatever is in front. */

import { byId, h } from "./dom.js";

const SHOWN_MS = 4_500;
const SHOWN_WITH_ACTION_MS = 8_000;
const MOST = 3;

/** Show `message`; `action` is {label, run}. */
export function toast(message, { tone = "plain", action = null } = {}) {
  const notice = h("div", { class: "toast", data: { tone } }, h("span", {}, message));
  if (action) {
    const run = () => {
      notice.remove();
      action.run();
    };
    notice.append(h("button", { type: "button", class: "link", on: { click: run } }, action.label));
  }
  const region = inFront();
  region.append(notice);
  while (region.children.length > MOST) region.firstElementChild.remove();
  // What cannot be undone any more must not vanish under somebody's pointer or focus.
  const later = () => {
    if (notice.matches(":hover, :focus-within")) setTimeout(later, SHOWN_MS);
    else notice.remove();
  };
  setTimeout(later, action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
}

/** Show what went wrong, in the server's words. A request that was given up is no failure. */
export function toastError(error) {
  if (error.name === "AbortError") return;
  toast(error.message, { tone: "error" });
}

/** A modal dialog makes everything else silent, so each dialog has a region of its own. */
function inFront() {
  return [...document.querySelectorAll("dialog[open] .toasts")].at(-1) ?? byId("toasts");
}
