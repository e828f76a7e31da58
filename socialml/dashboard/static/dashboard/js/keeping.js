/** What keeps the place in order: moderators, and the models. */

import { h } from "../../demo/js/dom.js";
import { title as spelled } from "../../demo/js/words.js";
import { lineChart } from "./chart.js";
import { age, decimal, NONE, percent, signed, whole } from "./numbers.js";
import { dataTable, folded, panel } from "./parts.js";

export function moderation(data) {
  const { period, previous, ...now } = data.moderation;
  const hours = (value) => (value === null ? null : `${value} h`);
  const fact = (name, value, before = null) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, before !== null && h("span", { class: "before" }, ` ${before} before`)));
  return panel(
    { title: "Moderation", about: "Cases that wait, and what became of others in this period.", csv: data.csv("moderation") },
    h(
      "dl",
      { class: "facts" },
      fact("Open cases", whole(now.open_cases)),
      fact("Oldest", now.oldest_opened_at ? age(now.oldest_opened_at) : NONE),
      fact("Opened", whole(period.opened), whole(previous.opened)),
      fact("Decided", whole(period.decided), whole(previous.decided)),
      fact("Median to a decision", hours(period.median_hours) ?? NONE, hours(previous.median_hours)),
      fact("Open appeals", whole(now.open_appeals)),
      fact("Appealed", whole(period.appealed), whole(previous.appealed)),
      fact("Overturned", `${whole(period.overturned)} of ${whole(period.overturned + period.upheld)} answered`),
    ),
    lineChart({
      title: "Cases",
      days: now.by_day.map((one) => one.date),
      series: [
        { name: "Opened", colour: "series-4", values: now.by_day.map((one) => one.opened) },
        { name: "Decided", colour: "series-2", values: now.by_day.map((one) => one.decided) },
      ],
    }),
  );
}

/** Of the figures beside the score, the one whose name ends so; of several the first. */
const named = (model, ending) => model.health?.quality.find(({ name }) => name.endsWith(ending) && !name.endsWith(`average_${ending}`))?.value;

export function models({ models: found, post_forecasts: record, csv }) {
  const score = (name, of) => ({ name, number: true, of: (model) => of(model.health ?? {}) });
  const quality = (name, ending) => ({ name, number: true, of: (model) => decimal(named(model, ending)) });
  return panel(
    {
      title: "Models",
      about: "On events later than those each learned from. Drift is how the serving version scored when it was judged again at the newest training, less its first score.",
      kind: "wide",
      csv: csv("models"),
    },
    dataTable({
      caption: "Models that serve",
      columns: [
        { name: "Model", of: (model) => model.version },
        { name: "Age", of: (model) => age(model.trained_at) },
        score("Score", ({ score: value }) => decimal(value)),
        score("Baseline", ({ baseline }) => decimal(baseline)),
        score("Drift", ({ drift }) => signed(drift)),
        quality("Precision", "precision"),
        quality("Recall", "recall"),
        quality("F1", "f1"),
        quality("Calibration error", "calibration_error"),
      ],
      rows: found,
      empty: "No model serves yet: the first training makes one.",
    }),
    record.by_age.length > 0 && folded("Forecasts of posts, and how they went", () => wentOn(record)),
    found.map((model) => model.health && folded(`All figures of ${model.version}`, () => details(model))),
  );
}

/** What was said of posts that have come of age, beside what was seen: calibrated where they agree. */
function wentOn({ days, by_age: byAge, by_probability: byProbability }) {
  const went = (rows, first) => [
    first,
    { name: "Forecasts", number: true, of: (one) => whole(one.forecasts) },
    { name: "Viral, as said", number: true, of: (one) => percent(one.viral_said) },
    { name: "Viral, as seen", number: true, of: (one) => percent(one.viral_seen) },
    ...rows,
  ];
  return [
    h("p", {}, `Of posts that came of age in the last ${days} days.`),
    dataTable({
      caption: "Forecasts by the age of the post",
      columns: went(
        [
          { name: "In the 90 % interval", number: true, of: (one) => percent(one.coverage_90) },
          { name: "Brier score", number: true, of: (one) => decimal(one.brier, 4) },
        ],
        { name: "Age", of: (one) => `${one.age_hours} h` },
      ),
      rows: byAge,
    }),
    dataTable({
      caption: "Forecasts by the chance of going viral that was said",
      columns: went([], { name: "Chance", of: (one) => `${percent(one.from, 0)} to ${percent(one.to, 0)}` }),
      rows: byProbability,
    }),
  ];
}

function details({ name, verdict, health }) {
  return [
    h("p", {}, `${spelled(health.measure ?? "score")}. ${verdict}`),
    dataTable({
      caption: `Figures of ${name}`,
      columns: [
        { name: "Figure", of: (one) => spelled(one.name) },
        { name: "Model", number: true, of: (one) => decimal(one.value, 4) },
        { name: "Baseline", number: true, of: (one) => decimal(one.baseline, 4) },
      ],
      rows: health.quality,
    }),
    dataTable({
      caption: `Trainings of ${name}`,
      columns: [
        { name: "Version", of: (one) => (one.is_live ? `${one.version}, serves` : one.version) },
        { name: "Trained", of: (one) => `${age(one.trained_at)} ago` },
        { name: "Score", number: true, of: (one) => decimal(one.score, 4) },
        { name: "Baseline", number: true, of: (one) => decimal(one.baseline, 4) },
        { name: "Version that served", number: true, of: (one) => decimal(one.live, 4) },
      ],
      rows: [...health.history].reverse(),
    }),
  ];
}
