/** Lines over days: drawn by uPlot, read by keyboard, and a table for whoever does not see them. */

import { h } from "../../demo/js/dom.js";
import { day, short, speller, whole } from "./numbers.js";
import { dataTable, folded } from "./parts.js";

const HEIGHT = 240;
const HALF_A_DAY_S = 43_200;
const AXIS_FONT = "12px system-ui, sans-serif";
const drawn = new Set();

/**
 * Return a figure of lines over `days` (ISO dates). A series is {name, values, colour, dashed, fill,
 * days}: `colour` names a custom property of the style sheet, `days` are its own where it is laid
 * over those of the figure. `format` spells a value.
 */
export function lineChart({ title, days, series, format = whole }) {
  const place = h("div", {
    class: "plot",
    tabindex: "0",
    role: "img",
    "aria-label": `${title}, ${days.length} days. ${series.map((one) => summary(one, days, format)).join(" ")} The arrow keys read day by day; a table follows.`,
  });
  const readout = h("p", { class: "readout", role: "status" });
  const chart = { place, readout, days, series, format, plot: null, at: -1 };
  place.addEventListener("keydown", (event) => step(chart, event));
  new ResizeObserver(() => draw(chart)).observe(place);
  drawn.add(chart);
  return h("figure", { class: "chart" }, legend(series), place, readout, folded("Show as a table", () => asTable(chart, title)));
}

/** Forget the charts that are no longer in the page. */
export function chartsForget() {
  for (const chart of drawn) {
    if (!chart.place.isConnected) {
      chart.plot?.destroy();
      drawn.delete(chart);
    }
  }
}

// Colours are pairs of light and dark: a canvas has to be painted anew for the other one.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const chart of drawn) draw(chart, { anew: true });
});

function draw(chart, { anew = false } = {}) {
  const width = Math.floor(chart.place.clientWidth);
  if (!width) return;
  if (chart.plot && !anew) {
    chart.plot.setSize({ width, height: HEIGHT });
    return;
  }
  chart.plot?.destroy();
  chart.plot = new uPlot(options(chart, width), [chart.days.map(seconds), ...chart.series.map((one) => one.values)], chart.place);
}

function options(chart, width) {
  const ink = colour("ink-quiet");
  const axis = { stroke: ink, font: AXIS_FONT, grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
  const lines = chart.series.map(({ name, colour: of, dashed, fill }) => ({
    label: name,
    stroke: colour(of),
    width: 2,
    dash: dashed ? [5, 5] : undefined,
    fill: fill ? colour(`${of}-soft`) : undefined,
    points: { show: chart.days.length < 3, size: 7 },
  }));
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
    scales: {
      x: { range: () => span(chart.days) },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(high ?? 0, 1) * 1.08] },
    },
    axes: [
      { ...axis, size: 30, grid: { show: false }, space: 72, values: (_, ticks) => ticks.map(tick) },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((value) => (Number.isInteger(value) ? short(value) : "")) },
    ],
    series: [{}, ...lines],
    hooks: { setCursor: [(plot) => read(chart, plot.cursor.idx)] },
  };
}

const tick = (seconds) => (seconds % 86_400 ? "" : day(new Date(seconds * 1000).toISOString().slice(0, 10)));

const seconds = (iso) => Date.parse(`${iso}T00:00:00Z`) / 1000;

/** Return what the axis reaches from and to. Around a single day uPlot would lay years. */
function span(days) {
  const [first, last] = [seconds(days[0]), seconds(days.at(-1))];
  return first === last ? [first - HALF_A_DAY_S, last + HALF_A_DAY_S] : [first, last];
}

function read(chart, at) {
  if (at === null || at === undefined || at === chart.at) return;
  chart.at = at;
  const values = chart.series.map((one) => `${one.name} ${valueAt(one, at, chart.format)}`);
  chart.readout.textContent = `${speller(chart.days)(chart.days[at])}: ${values.join(", ")}`;
}

/** Return the value as it reads, with its day where that is another than the figure's. */
function valueAt({ values, days }, at, format) {
  return days ? `${format(values[at])} (${speller(days)(days[at])})` : format(values[at]);
}

function step(chart, event) {
  const end = chart.days.length - 1;
  const to = {
    ArrowLeft: Math.max(0, (chart.at < 0 ? end + 1 : chart.at) - 1),
    ArrowRight: Math.min(end, chart.at + 1),
    Home: 0,
    End: end,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const left = chart.plot.valToPos(chart.plot.data[0][to], "x");
  chart.plot.setCursor({ left, top: HEIGHT / 2 });
  read(chart, to);
}

function legend(series) {
  const entry = ({ name, colour: of, dashed }) =>
    h("li", { vars: { mark: `var(--${of})` }, class: dashed && "dashed" }, name);
  return h("ul", { class: "legend" }, series.map(entry));
}

function summary({ name, values, days: own }, shared, format) {
  const known = values.filter((value) => value !== null);
  if (!known.length) return `${name}: nothing.`;
  const highest = Math.max(...known);
  const days = own ?? shared;
  return `${name}: highest ${format(highest)} on ${speller(days)(days[values.indexOf(highest)])}, last ${format(known.at(-1))}.`;
}

function asTable({ days, series, format }, title) {
  return dataTable({
    caption: `${title} by day`,
    columns: [
      { name: "Day", of: (at) => speller(days)(days[at]) },
      ...series.map((one) => ({ name: one.name, number: true, of: (at) => valueAt(one, at, format) })),
    ],
    rows: days.map((_, at) => at).reverse(),
  });
}

/** Return a colour of the style sheet as the canvas wants it, of the scheme that is on. */
function colour(name) {
  const probe = h("span", { class: "probe", vars: { mark: `var(--${name})` } });
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
