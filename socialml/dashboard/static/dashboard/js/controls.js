/** What can be chosen: whose figures, which days, which metric. */

import { attribute, fill, h } from "../../demo/js/dom.js";
import { RANGES } from "./choice.js";
import { METRICS } from "./metrics.js";

const SCOPES = { own: "My posts", platform: "Everybody" };

/** Fill `place`; `changed` is called with what somebody chose. `scopes` are those that they may see. */
export function showControls(place, chosen, { scopes, changed }) {
  const scope = (name) => pressed(SCOPES[name] ?? name, chosen.scope === name, () => changed({ scope: name, user_id: "" }));
  const range = ([name, words]) =>
    pressed(words, !chosen.since && !chosen.until && chosen.range === name, () => changed({ range: name, since: "", until: "" }));
  const metric = h(
    "select",
    { id: "metric", on: { change: () => changed({ metric: metric.value }) } },
    Object.entries(METRICS).map(([name, words]) => h("option", { value: name, selected: chosen.metric === name }, words)),
  );
  // Who came to a scope that is not theirs finds the way back here.
  const isElsewhere = !scopes.includes(chosen.scope);
  fill(
    place,
    (scopes.length > 1 || isElsewhere) && h("div", { class: "segments", role: "group", "aria-label": "Whose figures" }, scopes.map(scope)),
    chosen.scope === "creator" && h("p", { class: "of-creator", id: "of-creator" }, `Creator ${chosen.user_id}`),
    h("div", { class: "segments", role: "group", "aria-label": "Days" }, Object.entries(RANGES).map(range)),
    dates(chosen, changed),
    h("div", { class: "field" }, h("label", { for: "metric" }, "Metric"), metric),
  );
}

function dates(chosen, changed) {
  const input = (name, words) => h("div", { class: "field" }, h("label", { for: name }, words), h("input", { type: "date", id: name, name, value: chosen[name], required: true }));
  const form = h("form", { class: "dates" }, input("since", "From"), input("until", "To"), h("button", { class: "button small" }, "Show"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed({ since: form.since.value, until: form.until.value });
  });
  return form;
}

function pressed(words, isPressed, act) {
  const button = h("button", { type: "button", on: { click: act } }, words);
  attribute(button, "aria-pressed", isPressed);
  return button;
}
