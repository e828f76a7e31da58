/** The endpoints this client uses, by what they do. All are described at /docs. */

import { newId, send } from "./http.js";
import { accessToken, refresh } from "./session.js";

export { ApiError } from "./http.js";

const FEEDS = {
  for_you: ["/feed", { mode: "for_you" }],
  following: ["/feed", { mode: "following" }],
  latest: ["/feed", { mode: "latest" }],
  reels: ["/reels", {}],
};

/** Send a signed-in request; a token that was refused is refreshed once. */
export async function call(method, path, options = {}) {
  const token = await accessToken();
  try {
    return await send(method, path, { ...options, token });
  } catch (error) {
    if (error.status !== 401) throw error;
    return send(method, path, { ...options, token: await refresh(token) });
  }
}

const post = (path, body, options = {}) => call("POST", path, { body, key: newId(), ...options });

export const feedPage = (name, cursor, limit) => {
  const [path, query] = FEEDS[name];
  return call("GET", path, { query: { ...query, limit, cursor } });
};
export const postsPage = (filters, cursor, limit) =>
  call("GET", "/post", { query: { ...filters, limit, cursor } });
export const savedPage = (cursor, limit) => call("GET", "/post/saved", { query: { limit, cursor } });
export const soundReels = (id, cursor, limit) =>
  call("GET", `/sounds/${id}/reels`, { query: { limit, cursor } });
export const postRead = (id) => call("GET", `/post/${id}`);
export const postDelete = (id, kind) =>
  call("DELETE", kind === "reel" ? `/reels/${id}` : `/post/${id}`);
export const categories = () => send("GET", "/post/categories");

export const likeSet = (id, on) => call(on ? "PUT" : "DELETE", `/post/${id}/like`);
export const saveSet = (id, on) => call(on ? "PUT" : "DELETE", `/post/${id}/save`);
export const lessSet = (id, on) => call(on ? "PUT" : "DELETE", `/post/${id}/less`);
export const shareAdd = (id) => call("POST", `/post/${id}/share`, { key: newId() });
export const whyRead = (id) => call("GET", `/post/${id}/why`);
export const postReport = (id, draft) => post(`/post/${id}/report`, draft);

export const commentsPage = (id, { parent, cursor, limit }) =>
  call("GET", `/post/${id}/comments`, { query: { parent, cursor, limit } });
export const commentAdd = (id, draft, key) => post(`/post/${id}/comments`, draft, { key });
export const commentDelete = (id, commentId) => call("DELETE", `/post/${id}/comments/${commentId}`);
export const commentReport = (id, commentId, draft) =>
  post(`/post/${id}/comments/${commentId}/report`, draft);

export const profileRead = (id) => call("GET", "/profile", { query: { user_id: id } });
export const followSet = (id, on) => call(on ? "PUT" : "DELETE", `/profile/${id}/follow`);
export const muteSet = (id, on) => call(on ? "PUT" : "DELETE", `/profile/${id}/mute`);
export const blockSet = (id, on) => call(on ? "PUT" : "DELETE", `/profile/${id}/block`);
export const preferencesRead = () => call("GET", "/profile/preferences");
export const preferencesChange = (changes) => call("PATCH", "/profile/preferences", { body: changes });
export const profileReset = () => call("POST", "/profile/preferences/reset", { key: newId() });

export const textRead = (text, signal) => call("POST", "/sentiment", { body: { text }, signal });
export const reachForecast = (draft, signal) =>
  call("POST", "/engagement/predict", { body: draft, signal });
export const postPublish = (draft, key) => post("/post", draft, { key });
export const reelRead = (id) => call("GET", `/reels/${id}`);
export const uploadStart = (draft, key) => post("/reels/uploads", draft, { key });
export const uploadRead = (id) => call("GET", `/reels/uploads/${id}`);
export const uploadFinish = (id, words) => post(`/reels/uploads/${id}/finish`, words);

export const trendingHashtags = (limit) => call("GET", "/trends/hashtags", { query: { limit } });
export const peopleToFollow = (limit) =>
  call("GET", "/recommendations", { query: { type: "users", limit } });
