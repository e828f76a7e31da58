/** How far those came who came, and how many came back. */

import { h } from "../../demo/js/dom.js";
import { barWidth, date, percent, whole } from "./numbers.js";
import { panel } from "./parts.js";

const STEPS = {
  seen: "Saw a post",
  viewed: "Viewed one",
  engaged: "Liked or commented",
  followed: "Followed an author",
};

export function funnel(data) {
  const before = Object.fromEntries(data.previous_funnel.map((step) => [step.step, step.of_first]));
  const more = (step, further) =>
    [
      further !== null && `${percent(further)} of the step before`,
      before[step] !== null && `${percent(before[step])} of all in the period before`,
    ]
      .filter(Boolean)
      .join("; ");
  const line = ({ step, visits, of_first: share, of_previous: further }, place) =>
    h(
      "li",
      { class: "step", vars: { width: barWidth(share) } },
      h("span", { class: "step-name" }, STEPS[step]),
      h("span", { class: "step-bar", "aria-hidden": "true" }),
      h("span", { class: "step-figures" }, `${whole(visits)} · ${percent(share)}`),
      place > 0 && h("span", { class: "step-more" }, more(step, further)),
    );
  return panel(
    {
      title: "From seeing to following",
      about: "In visits: one account on one UTC day. Each step holds only visits of the step before.",
      csv: data.csv("funnel"),
    },
    data.funnel[0].visits ? h("ol", { class: "funnel" }, data.funnel.map(line)) : h("p", { class: "empty" }, "Nobody saw a post in this period."),
  );
}

export function retention(data) {
  const cohorts = data.retention;
  const longest = Math.max(0, ...cohorts.map((cohort) => cohort.returned.length));
  const weeks = Array.from({ length: longest }, (_, at) => at);
  const cell = (found, isLast) =>
    h(
      "td",
      { class: "heat number", vars: { share: `${Math.round((found.share ?? 0) * 100)}%` }, title: `${whole(found.accounts)} accounts` },
      percent(found.share, 0),
      isLast && h("span", { class: "so-far" }, "so far"),
    );
  const row = ({ week, accounts, returned }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, date(week)),
      h("td", { class: "number" }, whole(accounts)),
      weeks.map((at) => (returned[at] ? cell(returned[at], at === returned.length - 1) : h("td", {}))),
    );
  const body = h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": "Cohorts, table" },
    h(
      "table",
      { class: "cohorts" },
      h("caption", { class: "unseen" }, "Share of each week's new accounts that came back, by weeks later"),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, "Signed up from"), h("th", { scope: "col", class: "number" }, "Accounts"),
          weeks.map((at) => h("th", { scope: "col", class: "number", "aria-label": `${at + 1} weeks later` }, `+${at + 1}`))),
      ),
      h("tbody", {}, cohorts.map(row)),
    ),
  );
  return panel(
    { title: "Who came back", about: "Of the accounts that signed up in a week, how many did anything so many calendar weeks later. The newest twelve weeks, whichever days are chosen.", kind: "wide", csv: data.csv("retention") },
    cohorts.length ? body : h("p", { class: "empty" }, "Nobody has signed up in the last twelve weeks."),
  );
}
