/** What sections are made of: a panel, a table, a button that saves one. */

import { attribute, h } from "../../demo/js/dom.js";
import { table as download } from "./api.js";

let last = 0;

/** Return a section with a heading; `about` says in a line what it shows, `csv` names its table. */
export function panel({ title, about, csv = null, kind = "" }, ...body) {
  const id = `panel-${(last += 1)}`;
  return h(
    "section",
    { class: `panel ${kind}`.trim(), "aria-labelledby": id },
    h("header", { class: "panel-head" }, h("h2", { id }, title), csv && saveButton(csv, title)),
    about && h("p", { class: "about" }, about),
    ...body,
  );
}

/**
 * Return a table. `columns` are {name, of, number}: the heading, what a row shows there, whether it
 * is a number. The first column heads its row.
 */
export function dataTable({ caption, columns, rows, empty = "Nothing yet." }) {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  const head = columns.map(({ name, number }) => h("th", { scope: "col", class: number && "number" }, name));
  const line = (row) =>
    columns.map(({ of, number }, place) =>
      place ? h("td", { class: number && "number" }, of(row)) : h("th", { scope: "row" }, of(row)),
    );
  return h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": `${caption}, table` },
    h(
      "table",
      {},
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, rows.map((row) => h("tr", {}, line(row)))),
    ),
  );
}

/** Return a <details> that is filled when it is first opened. */
export function folded(summary, fill) {
  const element = h("details", { class: "folded" }, h("summary", {}, summary));
  element.addEventListener("toggle", () => element.append(...[].concat(fill())), { once: true });
  return element;
}

/** Show what went wrong, and a button to try again. */
export function failed(error, again) {
  return h(
    "div",
    { class: "failed", role: "alert" },
    h("p", {}, error.message),
    h("button", { type: "button", class: "button", on: { click: again } }, "Try again"),
  );
}

/** Return a button that saves a table, and the line below it. The button keeps the focus while it works; the line says what it could not do. */
export function saveButton(query, title) {
  const say = h("span", { class: "unseen", role: "status" });
  const tell = (words, kind) => {
    say.className = kind;
    say.textContent = words;
  };
  const save = async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    attribute(button, "aria-busy", true);
    try {
      const { blob, name } = await download(query());
      const address = URL.createObjectURL(blob);
      h("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      tell(`${name} is saved.`, "unseen");
    } catch (error) {
      tell(error.message, "error");
    } finally {
      attribute(button, "aria-busy", false);
    }
  };
  const button = h("button", { type: "button", class: "button small", "aria-label": `Save ${title} as CSV`, on: { click: save } }, "CSV");
  return [button, say];
}
