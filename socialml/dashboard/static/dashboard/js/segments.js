/** Which groups the accounts fall into, and who went from one to another. */

import { h } from "../../demo/js/dom.js";
import { barWidth, percent, whole } from "./numbers.js";
import { dataTable, panel, saveButton } from "./parts.js";

const MOVES_SHOWN = 12;

export function segments(data) {
  const all = data.segments.reduce((sum, one) => sum + one.size, 0);
  const moves = data.movement.filter((move) => move.from !== move.to);
  const count = (side, id) => moves.filter((move) => move[side] === id).reduce((sum, move) => sum + move.accounts, 0);
  const line = ({ id, name, size }) =>
    h(
      "li",
      { class: "step", vars: { width: barWidth(size / all) } },
      h("span", { class: "step-name" }, name),
      h("span", { class: "step-bar", "aria-hidden": "true" }),
      h("span", { class: "step-figures" }, `${whole(size)} · ${percent(size / all)}`),
      h("span", { class: "step-more" }, `${whole(count("to", id))} came and ${whole(count("from", id))} went in this period`),
    );
  return panel(
    {
      title: "Segments",
      about: "Accounts by what they do, as last formed. Each is named by what sets it apart from all.",
      kind: "wide",
      csv: data.csv("segments"),
    },
    all ? h("ol", { class: "funnel" }, data.segments.map(line)) : h("p", { class: "empty" }, "None yet. A training forms them where 50 accounts or more fall into groups that hold."),
    all > 0 && h("header", { class: "panel-head" }, h("h3", {}, "Who moved"), saveButton(data.csv("movement"), "Who moved")),
    all > 0 && movement(moves, data),
  );
}

function movement(moves, data) {
  const names = new Map([...data.sizes_by_day.map((one) => [one.segment_id, one.name]), ...data.segments.map((one) => [one.id, one.name])]);
  const named = (id) => (id === null ? "in none" : names.get(id) ?? `segment ${id}, ended`);
  return dataTable({
    caption: "Accounts that changed their segment in this period, most first",
    columns: [
      { name: "From", of: (move) => named(move.from) },
      { name: "To", of: (move) => named(move.to) },
      { name: "Accounts", of: (move) => whole(move.accounts), number: true },
    ],
    rows: moves.slice(0, MOVES_SHOWN),
    empty: "Nobody changed their segment in this period.",
  });
}
