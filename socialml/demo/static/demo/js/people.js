/** How accounts are shown: a coloured initial, a name, a button to follow. */

import { followSet } from "./api.js";
import { attribute, h } from "./dom.js";
import { follows, followChanged, Mark } from "./marks.js";
import { session } from "./session.js";

export const nameOf = (account) => account.display_name || account.username;

export function avatar(account, { size = "m" } = {}) {
  const letter = nameOf(account).trim().charAt(0).toUpperCase() || "?";
  // Neighbouring ids get colours far apart.
  const hue = String(Math.round(account.id * 137.5) % 360);
  return h("span", { class: "avatar", "aria-hidden": "true", data: { size }, vars: { hue } }, letter);
}

/** Return a button that follows the account, or null for oneself. `following` is true or false. */
export function followButton(account, following) {
  if (account.id === session()?.me.id) return null;
  const button = h("button", { type: "button", class: "follow" });
  const mark = new Mark({
    on: following,
    send: (on) => followSet(account.id, on),
    paint: (on) => paint(button, account, on, "Following"),
    onAnswer: (data, on) => {
      // A private account is asked first.
      if (on && data?.state === "pending") paint(button, account, true, "Requested");
      followChanged(account.id, on);
    },
  });
  button.addEventListener("click", () => mark.toggle());
  follows.addEventListener("change", ({ detail }) => {
    if (detail.id === account.id && detail.following !== mark.wanted) mark.learn(detail.following);
  });
  return button;
}

function paint(button, account, on, text) {
  button.textContent = on ? text : "Follow";
  attribute(button, "aria-pressed", on);
  attribute(button, "aria-label", `${on ? text : "Follow"} @${account.username}`);
}
