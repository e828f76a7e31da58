/** The figures of the period, each beside the period before. */

import { h } from "../../demo/js/dom.js";
import { METRICS, valueOf } from "./metrics.js";
import { change, changeInPoints, percent, short, span, speller, whole } from "./numbers.js";
import { lineChart } from "./chart.js";
import { panel } from "./parts.js";

const SHOWN = ["views", "likes", "comments", "shares", "saves", "followers_gained"];

export function overview(data) {
  const card = (name, value, share, exact = value) => figure(name, value, change(share), exact);
  const { totals, change: changed } = data;
  return panel(
    { title: "This period", about: compared(data), kind: "wide bare", csv: data.csv("days") },
    h(
      "ul",
      { class: "cards" },
      SHOWN.map((name) => card(METRICS[name], short(totals[name]), changed[name], whole(totals[name]))),
      rateCard(data),
      card("Watched", span(totals.watch_ms), changed.watch_ms),
    ),
    data.active_accounts && h("ul", { class: "cards actives" }, activeCards(data.active_accounts)),
  );
}

function figure(name, value, { words, direction }, exact = value) {
  return h(
    "li",
    { class: "card" },
    h("span", { class: "label" }, name),
    h("strong", { title: exact === value ? null : String(exact) }, value),
    h("span", { class: "change", data: { direction } }, words),
  );
}

/** Without a view there is no rate; of a rate the change is told in points, of which it is made itself. */
function rateCard({ totals, previous }) {
  const rate = (of) => (of.views ? of.engagement_rate : null);
  const changed = totals.views ? changeInPoints(rate(totals), rate(previous)) : { words: "no views", direction: "same" };
  return figure("Engagement rate", percent(rate(totals)), changed);
}

function activeCards({ date: newest, ...found }) {
  const named = speller([newest])(newest);
  const words = { daily: `Active on ${named}`, weekly: `In 7 days to ${named}`, monthly: `In 30 days to ${named}` };
  return Object.entries(words).map(([name, label]) =>
    h("li", { class: "card" }, h("span", { class: "label" }, label), h("strong", {}, whole(found[name]))),
  );
}

/** Return what the period is compared with: what is not over yet has had less time. */
function compared({ until }) {
  const words = "Compared with as many days before.";
  return Date.parse(until) > Date.now() ? `${words} Today, by UTC, is not over.` : words;
}

export function trend(data) {
  const name = METRICS[data.metric];
  return panel(
    { title: `${name} over time`, about: "Solid is this period, dashed the days before it, laid over them.", kind: "wide", csv: data.csv("days") },
    lineChart({
      title: name,
      days: data.by_day.map((one) => one.date),
      series: [
        { name: "This period", colour: "series-1", fill: true, values: data.by_day.map((one) => valueOf(one, data.metric)) },
        {
          name: "Before",
          colour: "series-5",
          dashed: true,
          values: data.previous_by_day.map((one) => valueOf(one, data.metric)),
          days: data.previous_by_day.map((one) => one.date),
        },
      ],
    }),
  );
}

export function actives(data) {
  const of = (name) => data.active_by_day.map((one) => one[name]);
  return panel(
    { title: "Active accounts", about: "Accounts that did anything on a day, and in the 7 and 30 days that end with it.", csv: data.csv("actives") },
    lineChart({
      title: "Active accounts",
      days: data.active_by_day.map((one) => one.date),
      series: [
        { name: "30 days", colour: "series-3", values: of("monthly") },
        { name: "7 days", colour: "series-2", values: of("weekly") },
        { name: "The day", colour: "series-1", fill: true, values: of("daily") },
      ],
    }),
  );
}

export function sentiment(data) {
  const of = (name) => data.sentiment.map((one) => one[name]);
  return panel(
    { title: "How posts sound", about: "New posts of each day, by the sentiment that the text model read in them.", csv: data.csv("sentiment") },
    lineChart({
      title: "Posts by sentiment",
      days: data.sentiment.map((one) => one.date),
      series: [
        { name: "Positive", colour: "series-2", values: of("positive") },
        { name: "Neutral", colour: "series-5", dashed: true, values: of("neutral") },
        { name: "Negative", colour: "series-4", values: of("negative") },
      ],
    }),
  );
}
