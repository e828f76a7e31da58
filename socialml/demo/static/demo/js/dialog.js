/** Sheets: from below on a phone, beside the posts on a desktop. The focus goes in and comes back. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

let last = 0;

/**
 * Open a modal sheet and return it: {element, body, close}. `foot` stays in sight while the body
 * scrolls. `onClose` is called once, however it was closed.
 */
export function openSheet({ title, body = [], foot = null, kind = "side", onClose = () => {} }) {
  const id = `sheet-${(last += 1)}`;
  const close = () => element.close();
  const content = h("div", { class: "sheet-body" }, body);
  const element = h(
    "dialog",
    { class: "sheet", "aria-labelledby": id, data: { kind } },
    h(
      "header",
      { class: "sheet-head" },
      h("h2", { id, tabindex: "-1" }, title),
      h(
        "button",
        { type: "button", class: "round", "aria-label": "Close", on: { click: close } },
        icon("close"),
      ),
    ),
    content,
    foot,
    h("div", { class: "toasts", role: "status", "aria-live": "polite" }),
  );
  element.addEventListener("click", (event) => {
    // The backdrop is the dialog itself, outside everything in it.
    if (event.target === element && isOutside(event, element)) close();
  });
  element.addEventListener("close", () => {
    element.remove();
    onClose();
  });
  document.body.append(element);
  element.showModal();
  element.querySelector("[autofocus]")?.focus();
  return { element, body: content, close };
}

/** Ask before something that cannot be taken back; resolves to the answer. */
export function confirmSheet({ title, text, yes }) {
  return new Promise((resolve) => {
    let answer = false;
    const say = () => {
      answer = true;
      sheet.close();
    };
    const sheet = openSheet({
      title,
      kind: "small",
      body: [
        h("p", {}, text),
        h(
          "div",
          { class: "row end" },
          h("button", { type: "button", class: "button", on: { click: () => sheet.close() } }, "Cancel"),
          h("button", { type: "button", class: "button danger", on: { click: say } }, yes),
        ),
      ],
      onClose: () => resolve(answer),
    });
  });
}

function isOutside({ clientX, clientY }, element) {
  const box = element.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
