/** What the models read in a draft, and what they expect of it, while it is written. */

import { reachForecast, textRead } from "./api.js";
import { debounced, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { count, title } from "./words.js";

const READ_AFTER_MS = 350;
const FORECAST_AFTER_MS = 900;
// From here on a reading is worth a warning.
const SUSPECT = 0.5;

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

export class Insights {
  constructor() {
    this.reading = h("div", { class: "reading" });
    this.forecast = h("div", { class: "forecast" });
    this.element = h(
      "aside",
      { class: "insights", "aria-label": "What the models make of it", "aria-live": "off" },
      h("h3", {}, icon("sparkle"), "What the models read"),
      this.reading,
      h("h3", {}, icon("up"), "What it may earn"),
      this.forecast,
    );
    this.readLater = debounced(() => this.#read(), READ_AFTER_MS);
    this.forecastLater = debounced(() => this.#forecast(), FORECAST_AFTER_MS);
    this.#hint();
  }

  /** Take a draft {content, category, kind}: it is looked at once typing pauses. */
  look(draft) {
    const before = this.draft;
    this.draft = draft;
    if (before && before.content === draft.content && before.category === draft.category && before.kind === draft.kind) return;
    this.controller?.abort();
    this.controller = new AbortController();
    if (!draft.content) {
      this.stop();
      this.#hint();
      return;
    }
    if (before?.content !== draft.content) this.readLater();
    this.forecastLater();
  }

  stop() {
    this.readLater.cancel();
    this.forecastLater.cancel();
    this.controller?.abort();
  }

  #hint() {
    fill(this.reading, h("p", { class: "quiet" }, "Write something: language, mood, tone and quality appear here."));
    fill(this.forecast, h("p", { class: "quiet" }, "Then a forecast of the first days, and what would raise it."));
  }

  async #read() {
    await this.#ask(this.reading, textRead(this.draft.content, this.controller.signal), ({ data }) => readingOf(data.results[0]));
  }

  async #forecast() {
    const { content, category, kind } = this.draft;
    const draft = { content, kind, ...(category && { category }) };
    await this.#ask(this.forecast, reachForecast(draft, this.controller.signal), ({ data }) => forecastOf(data));
  }

  async #ask(place, request, shown) {
    place.dataset.busy = "yes";
    try {
      fill(place, shown(await request));
    } catch (error) {
      if (error.name !== "AbortError") fill(place, h("p", { class: "error" }, error.message));
    } finally {
      place.dataset.busy = "no";
    }
  }
}

function readingOf({ language, sentiment, emotion, toxicity, spam, quality }) {
  return [
    h(
      "p",
      { class: "chips" },
      h("span", { class: "chip" }, languageName(language)),
      h("span", { class: "chip", data: { mood: sentiment.label } }, title(sentiment.label)),
      h("span", { class: "chip" }, title(emotion.label)),
    ),
    meter("Quality", quality.score, "good"),
    meter("Toxicity", toxicity.score, "bad"),
    meter("Spam", spam.score, "bad"),
    toxicity.score >= SUSPECT &&
      warning(`This reads as ${toxicity.label.replaceAll("_", " ")}. It may be held until a moderator has seen it.`),
    spam.score >= SUSPECT && warning("This reads like spam."),
  ];
}

function forecastOf({ expected, after_a_day: day, viral_score: rank, viral, drivers, suggestions, horizon_days: days }) {
  return [
    h("p", { class: "quiet small" }, `In its first ${days} days, nine times in ten:`),
    h("dl", { class: "ranges" }, Object.entries(expected).map(([name, range]) => h("div", {}, h("dt", {}, title(name)), h("dd", {}, h("strong", {}, count(range.expected)), h("span", { class: "quiet" }, ` ${count(range.low)}–${count(range.high)}`))))),
    day && h("p", { class: "quiet small" }, `After one day: ${Object.entries(day).map(([name, range]) => `${count(range.low)}–${count(range.high)} ${name}`).join(", ")}.`),
    meter("Viral score", rank.score, "good", rank.definition),
    viral.probability !== null && meter("Chance to go viral", viral.probability, "good", viral.definition),
    drivers.length > 0 && h("h4", {}, "What moves the likes"),
    h("ul", { class: "suggestions" }, drivers.map(({ text }) => h("li", {}, text))),
    suggestions.length > 0 && h("h4", {}, "What would raise it"),
    h("ul", { class: "suggestions" }, suggestions.map(({ message }) => h("li", {}, message))),
  ];
}

function meter(name, score, tone, hint = "") {
  const share = Math.max(0, Math.min(1, score));
  const percent = `${Math.round(share * 100)} %`;
  return h(
    "div",
    { class: "meter", title: hint || false },
    h("span", {}, name),
    h("span", { class: "track", "aria-hidden": "true" }, h("span", { class: "bar", vars: { width: `${share * 100}%` }, data: { tone } })),
    h("span", { class: "number" }, percent),
  );
}

const warning = (words) => h("p", { class: "warning" }, icon("warning"), words);

function languageName({ code }) {
  if (!code || code === "und") return "Language unclear";
  try {
    return LANGUAGES.of(code);
  } catch {
    return code;
  }
}
