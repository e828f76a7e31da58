/** The endpoints this page uses. All are described at /docs. */

import { call } from "../../demo/js/api.js";
import { understood, unreachable } from "../../demo/js/http.js";
import { accessToken, refresh } from "../../demo/js/session.js";

// Without it Excel takes the file for another encoding than UTF-8.
const BYTE_ORDER_MARK = "\ufeff";

export const dashboard = (query, options = {}) => call("GET", "/analytics/dashboard", { query, ...options });

export const models = (options = {}) => call("GET", "/analytics/models", options);

export const segments = (query, options = {}) => call("GET", "/analytics/segments", { query, ...options });

export const creatorRead = (id) => call("GET", "/profile", { query: { user_id: id } });

/** Return one table as {blob, name}, ready to be saved. */
export async function table(query) {
  const response = await ask("/analytics/export", query, { Accept: "text/csv" });
  const named = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  const blob = new Blob([BYTE_ORDER_MARK, await response.blob()], { type: "text/csv" });
  return { blob, name: named?.[1] ?? "socialml.csv" };
}

/** Return the stream of what goes on now, from after the event called `lastId`. */
export async function stream(query, { lastId, signal }) {
  const headers = { Accept: "text/event-stream", ...(lastId && { "Last-Event-ID": lastId }) };
  return (await ask("/analytics/live", query, headers, signal)).body;
}

/** As `call` does for JSON: a token that was refused is refreshed once, and a session that is over ends. */
async function ask(path, query, headers, signal) {
  const token = await accessToken();
  const response = await fetched(path, query, { ...headers, Authorization: `Bearer ${token}` }, signal);
  if (response.status !== 401) return accepted(response);
  return accepted(await fetched(path, query, { ...headers, Authorization: `Bearer ${await refresh(token)}` }, signal));
}

async function fetched(path, query, headers, signal) {
  try {
    return await fetch(`/api${path}?${new URLSearchParams(query)}`, { headers, signal, credentials: "omit", cache: "no-store" });
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
}

async function accepted(response) {
  if (!response.ok) understood(response.status, await response.text(), response.headers.get("Retry-After"));
  return response;
}
