/**
 * What somebody saw, told to the server in batches.
 *
 * Every event has an id of its own, so sending one twice counts once. What could not be sent is
 * kept in localStorage until the next visit; on leaving, it goes with `keepalive` (a beacon
 * cannot carry the token).
 */

import { call } from "./api.js";
import { newId, send } from "./http.js";
import { accessTokenNow, session } from "./session.js";

const FLUSH_MS = 5_000;
const BATCH = 100;
// Browsers send at most 64 KiB with keepalive.
const LAST_BATCH = 60;
const MOST_KEPT = 500;

const lastWords = [];
let isSending = false;
let timer = 0;

/** Note an event: {kind, post_id?, watch_ms?, dwell_ms?, slate_id?, position?, query?, target_id?}. */
export function record(event) {
  if (!session()) return;
  const filled = Object.entries(event).filter(([, value]) => value !== undefined && value !== null);
  const noted = { event_id: newId(), occurred_at: new Date().toISOString(), ...Object.fromEntries(filled) };
  write([...read(), noted]);
  timer ||= setTimeout(flush, FLUSH_MS);
}

/** Send what is noted. Failures keep it for the next time, refusals drop it. */
export async function flush() {
  clearTimeout(timer);
  timer = 0;
  const batch = read().slice(0, BATCH);
  if (isSending || !batch.length || !navigator.onLine) return;
  isSending = true;
  try {
    await call("POST", "/user-behavior", { body: { events: batch } });
    forget(batch);
  } catch (error) {
    if (error.status >= 400 && ![401, 408, 429].includes(error.status) && error.status < 500) forget(batch);
  } finally {
    isSending = false;
    if (read().length) timer ||= setTimeout(flush, FLUSH_MS);
  }
}

/** Call `tell` when the page is hidden or left, before the last events go out. */
export const onLeaving = (tell) => lastWords.push(tell);

function flushOnLeaving() {
  for (const tell of lastWords) tell();
  const token = accessTokenNow();
  const batch = read().slice(-LAST_BATCH);
  if (!token || !batch.length) return;
  send("POST", "/user-behavior", { token, body: { events: batch }, keepalive: true }).then(
    () => forget(batch),
    () => {},
  );
}

const name = () => `socialml.events.${session()?.me.id ?? 0}`;

function read() {
  try {
    return JSON.parse(localStorage.getItem(name())) ?? [];
  } catch {
    return [];
  }
}

const write = (events) => localStorage.setItem(name(), JSON.stringify(events.slice(-MOST_KEPT)));

function forget(sent) {
  const ids = new Set(sent.map((event) => event.event_id));
  write(read().filter((event) => !ids.has(event.event_id)));
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") flushOnLeaving();
});
addEventListener("pagehide", flushOnLeaving);
addEventListener("online", flush);
