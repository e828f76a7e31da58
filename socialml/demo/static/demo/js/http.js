/** One request: JSON both ways, and every failure as an ApiError with the server's own words. */

export class ApiError extends Error {
  constructor(message, { status = 0, code = "", fields = {}, requestId = "", retryAfter = 0 } = {}) {
    super(message);
    this.name = "ApiError";
    Object.assign(this, { status, code, fields, requestId, retryAfter });
  }

  /** The server was not reached: the same may well work later. */
  get isOffline() {
    return this.status === 0;
  }
}

/**
 * Send a request and return {data, message, insights}; data is null where nothing is answered.
 * `key` is the Idempotency-Key: a repeated POST with the same one has its effect once.
 */
export async function send(method, path, { token, query, body, key, signal, keepalive = false } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      signal,
      keepalive,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  return understood(response.status, await response.text(), response.headers.get("Retry-After"));
}

/** Return what an answer says, or throw what it refuses. */
export function understood(status, text, retryAfter = null) {
  if (status === 204) return { data: null, message: "", insights: {} };
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new ApiError("The answer could not be read: try again.", { status });
  }
  if (status < 400) {
    return { data: answer.data, message: answer.message, insights: answer.ml_insights ?? {} };
  }
  throw new ApiError(answer.message, {
    status,
    code: answer.error?.code,
    fields: answer.error?.fields,
    requestId: answer.request_id,
    retryAfter: Number(retryAfter) || 0,
  });
}

export const unreachable = () =>
  new ApiError("The server cannot be reached. Check your connection and try again.");

/** Return a name that nobody else makes: of a request, an event. */
export function newId() {
  // randomUUID exists on secure origins alone; this client may be tried on a plain one.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given).toString();
  return search ? `/api${path}?${search}` : `/api${path}`;
}
