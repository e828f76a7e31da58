/**
 * Who is signed in. Tokens are kept in localStorage, so that all tabs share one session.
 *
 * A refresh token works once. Tabs therefore refresh one at a time, under a lock, and each first
 * looks whether another has just done it. The page's policy lets no foreign script run, which is
 * what makes localStorage tolerable here.
 */

import { ApiError, send } from "./http.js";

const KEY = "socialml.session";
const LOCK = "socialml.refresh";
// An access token this close to its end is refreshed first.
const MARGIN_MS = 30_000;
// A tab of another process may see this late what the tab that held the lock before it has stored.
const RIVAL_MS = 2_000;
const LOOK_MS = 50;

const changes = new EventTarget();
let timer = 0;

/** Call `listener` after somebody has signed in or out, in this tab or another. */
export const onSession = (listener) => changes.addEventListener("change", listener);

export function session() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export async function signIn(username, password) {
  const { data } = await send("POST", "/auth/token", { body: { username, password } });
  await adopt(data);
}

/** Make an account; its first tokens sign in. Without a password it lives on them alone. */
export async function signUp(draft) {
  const { data } = await send("POST", "/profile", { body: draft });
  await adopt(data.tokens, data);
}

export async function signOut() {
  const kept = session();
  store(null);
  changes.dispatchEvent(new Event("change"));
  if (!kept) return;
  try {
    await send("POST", "/auth/logout", { token: kept.access });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Signed out here all the same; the token ends by itself within minutes.
  }
}

/** Return an access token that holds for a while. Throws an ApiError where nobody is signed in. */
export async function accessToken() {
  const kept = session();
  if (kept && isFresh(kept)) return kept.access;
  return refresh(kept?.access);
}

/** Return the access token if it needs no refresh, else null: for what cannot wait. */
export function accessTokenNow() {
  const kept = session();
  return kept && kept.expiresAt > Date.now() ? kept.access : null;
}

/** Return a newer access token than `stale`. */
export async function refresh(stale) {
  return locked(async () => {
    const kept = session();
    if (!kept) throw signedOut();
    if (kept.access !== stale && isFresh(kept)) return kept.access;
    try {
      const { data } = await send("POST", "/auth/token/refresh", { body: { refresh: kept.refresh } });
      store({ ...kept, ...stamped(data) });
      return data.access;
    } catch (error) {
      if (error.status !== 401) throw error;
      const rivals = await newerThan(kept.access);
      if (rivals) return rivals;
      store(null);
      changes.dispatchEvent(new Event("change"));
      throw error;
    }
  });
}

async function adopt(tokens, profile = null) {
  const me = profile ?? (await send("GET", "/profile", { token: tokens.access })).data;
  store({ me: { id: me.id, username: me.username, displayName: me.display_name }, ...stamped(tokens) });
  changes.dispatchEvent(new Event("change"));
}

function stamped({ access, refresh: next, expires_in: seconds }) {
  return { access, refresh: next, expiresAt: Date.now() + seconds * 1000 };
}

function store(value) {
  if (value) localStorage.setItem(KEY, JSON.stringify(value));
  else localStorage.removeItem(KEY);
  plan();
}

const isFresh = (kept) => kept.expiresAt - MARGIN_MS > Date.now();

const signedOut = () => new ApiError("Sign in first.", { status: 401, code: "not_authenticated" });

function locked(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

async function newerThan(access) {
  for (let waited = 0; waited < RIVAL_MS; waited += LOOK_MS) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    const kept = session();
    if (kept && kept.access !== access) return kept.access;
  }
  return null;
}

/** Refresh shortly before the end while somebody looks on, so that leaving finds a token at hand. */
function plan() {
  clearTimeout(timer);
  const kept = session();
  if (!kept) return;
  const wait = Math.max(kept.expiresAt - MARGIN_MS - Date.now(), 1_000);
  timer = setTimeout(() => {
    if (document.visibilityState === "visible") accessToken().catch(() => {});
  }, wait);
}

addEventListener("storage", (event) => {
  if (event.key !== KEY && event.key !== null) return;
  plan();
  const before = event.oldValue && JSON.parse(event.oldValue).me.id;
  const after = event.newValue && JSON.parse(event.newValue).me.id;
  if (before !== after) changes.dispatchEvent(new Event("change"));
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") plan();
});
plan();
