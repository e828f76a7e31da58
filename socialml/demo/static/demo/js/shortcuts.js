/** Single keys, while the posts have the focus; who finds them in the way turns them off. */

import { openSheet } from "./dialog.js";
import { h } from "./dom.js";

const OFF = "socialml.shortcuts.off";

const KEYS = [
  [["ArrowDown", "j", "PageDown"], "↓ or J", "Next post", ({ feed }) => feed.step(1)],
  [["ArrowUp", "k", "PageUp"], "↑ or K", "Post before", ({ feed }) => feed.step(-1)],
  [["l"], "L", "Like, or take it back", ({ card }) => card?.toggleLike()],
  [["c"], "C", "Comments", ({ card }) => card?.comments()],
  [["s"], "S", "Save", ({ card }) => card?.toggleSave()],
  [["w"], "W", "Why am I seeing this", ({ card }) => card?.why()],
  [["x"], "X", "Less like this", ({ card }) => card?.less()],
  [[" "], "Space", "Play or pause", ({ card }) => card?.player?.toggle()],
  [["m"], "M", "Sound on or off", ({ sound }) => sound()],
  [["n"], "N", "New post", ({ compose }) => compose()],
  [["?"], "?", "These shortcuts", () => openShortcuts()],
];

// These move through any scrolling list, so they cannot be turned off.
const MOVING = ["ArrowDown", "ArrowUp", "PageDown", "PageUp"];

const areOff = () => localStorage.getItem(OFF) === "yes";

/** Listen for keys; `act` gives what they act on: {feed, card, compose, sound}. */
export function listenForKeys(act) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { feed, ...rest } = act();
    const isOfFeed = document.activeElement === document.body || feed.root.contains(document.activeElement);
    if (!isOfFeed || isUsedBy(document.activeElement, event.key)) return;
    if (areOff() && !MOVING.includes(event.key)) return;
    const [, , , run] = KEYS.find(([keys]) => keys.includes(event.key)) ?? [];
    if (!run) return;
    event.preventDefault();
    run({ feed, card: feed.front, ...rest });
  });
}

export function openShortcuts() {
  const isOn = h("input", { type: "checkbox", role: "switch", id: "shortcuts-on" });
  isOn.checked = !areOff();
  isOn.addEventListener("change", () => localStorage.setItem(OFF, isOn.checked ? "no" : "yes"));
  openSheet({
    title: "Keyboard shortcuts",
    kind: "small",
    body: [
      h("div", { class: "row between" }, h("label", { for: "shortcuts-on" }, "Single keys"), isOn),
      h("dl", { class: "keys" }, KEYS.map(([, shown, words]) => h("div", {}, h("dt", {}, h("kbd", {}, shown)), h("dd", {}, words)))),
      h("p", { class: "quiet small" }, "They work while the posts have the focus. Arrows always do."),
    ],
  });
}

/** A slider moves by arrows, a button is pressed by Space. */
function isUsedBy(element, key) {
  if (element.matches("input, textarea, select")) return true;
  return element.matches("button, a") && key === " ";
}
