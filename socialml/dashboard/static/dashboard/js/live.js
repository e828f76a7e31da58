/** What goes on now: server-sent events, read by fetch because an EventSource sends no token. */

import { attribute, fill, h } from "../../demo/js/dom.js";
import { stream } from "./api.js";
import { METRICS } from "./metrics.js";
import { whole } from "./numbers.js";

const LONGEST_WAIT_MS = 60_000;
const TODAY = ["views", "likes", "comments", "followers_gained"];

// Another range makes the strip anew: who paused it has not asked for it to go on.
let isPaused = false;

/** Return the strip of live figures; it listens while it is in the page and looked at. */
export function liveStrip(query) {
  const figures = h("dl", { class: "live-figures" });
  const at = h("span", { class: "live-at" }, "connecting …");
  const pause = h("button", { type: "button", class: "button small", "aria-pressed": isPaused }, "Pause");
  const strip = h("section", { class: "live", "aria-label": "Now" }, h("h2", {}, "Today"), figures, h("div", { class: "live-foot" }, at, pause));
  let listening = null;

  function start() {
    if (listening || document.hidden) return;
    listening = new AbortController();
    listen(query, listening.signal, {
      heard: (counts) => fill(figures, facts(counts)),
      answered: () => (at.textContent = `as of ${new Date().toLocaleTimeString()}`),
      lost: () => (at.textContent = "not connected, trying again"),
    });
  }

  function stop() {
    listening?.abort();
    listening = null;
  }

  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    attribute(pause, "aria-pressed", isPaused);
    stop();
    if (!isPaused) start();
  });
  const look = () => {
    if (document.hidden) stop();
    else if (!isPaused || !figures.hasChildNodes()) start();
  };
  document.addEventListener("visibilitychange", look);
  start();
  return {
    strip,
    end: () => {
      document.removeEventListener("visibilitychange", look);
      stop();
    },
  };
}

/**
 * Ask again and again, as `retry` says, until the signal; paused, once. `heard` gets each event's
 * counts, `answered` is called even where nothing is new.
 */
async function listen(query, signal, { heard, answered, lost }) {
  let lastId = "";
  let retry = 5_000;
  let wait = retry;
  while (!signal.aborted) {
    try {
      for await (const { id, data, retry: told } of events(await stream(query, { lastId, signal }))) {
        retry = told ?? retry;
        lastId = id ?? lastId;
        if (data) heard(JSON.parse(data));
      }
      answered();
      if (isPaused) return;
      wait = retry;
    } catch (error) {
      if (signal.aborted) return;
      lost(error);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    await pauseFor(wait, signal);
  }
}

/** Yield the events of a stream: {id, data, retry}. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const whole = text.split("\n\n");
    text = done ? "" : whole.pop();
    for (const event of whole) if (event) yield parsed(event);
    if (done) return;
  }
}

function parsed(event) {
  const found = {};
  for (const line of event.split("\n")) {
    const [, name, value] = /^(id|data|retry): ?(.*)$/.exec(line) ?? [];
    if (name === "retry") found.retry = Number(value);
    else if (name) found[name] = value;
  }
  return found;
}

/** Wait, but no longer than until the signal or until the browser is online again. */
function pauseFor(ms, signal) {
  return new Promise((done) => {
    const over = new AbortController();
    const end = () => {
      clearTimeout(timer);
      over.abort();
      done();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { signal: over.signal });
    addEventListener("online", end, { signal: over.signal });
  });
}

function facts({ today, online, moderation }) {
  const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, whole(value)));
  return [
    online !== undefined && fact("Online now", online),
    ...TODAY.map((name) => fact(METRICS[name], today[name])),
    moderation && fact("Open cases", moderation.open_cases),
    moderation && fact("Open appeals", moderation.open_appeals),
  ];
}
