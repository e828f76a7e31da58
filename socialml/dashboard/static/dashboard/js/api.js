/** The endpoints this page uses. All are described at /docs. */

import { call } from "../../demo/js/api.js";
import { understood, unreachable } from "../../demo/js/http.js";
import { accessToken } from "../../demo/js/session.js";

export const dashboard = (query, options = {}) => call("GET", "/analytics/dashboard", { query, ...options });

export const models = (options = {}) => call("GET", "/analytics/models", options);

export const segments = (query, options = {}) => call("GET", "/analytics/segments", { query, ...options });

// Without it Excel takes the file for another encoding than UTF-8.
const BYTE_ORDER_MARK = "\ufeff";

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

async function ask(path, query, headers, signal) {
  const token = await accessToken();
  let response;
  try {
    response = await fetch(`/api${path}?${new URLSearchParams(query)}`, {
      headers: { ...headers, Authorization: `Bearer ${token}` },
      signal,
      credentials: "omit",
      cache: "no-store",
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
  if (!response.ok) understood(response.status, await response.text(), response.headers.get("Retry-After"));
  return response;
}
