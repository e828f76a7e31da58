/**
 * Which post is in front, for how long, as events: an impression, what a player tells while it
 * plays, then a view or a skip.
 */

import { onLeaving, record } from "./events.js";

// As the server does: what was seen for less was not watched.
const SKIP_BELOW_MS = 1_500;

let shown = null;

/** A card has come to the front; `player` is null for a post without a video. */
export function watchBegin({ post, slateId, player }) {
  watchEnd();
  shown = { post, slateId, player, since: performance.now() };
  player?.takeWatchedMs();
  record({ kind: "impression", ...placed(shown) });
  follow(shown);
}

/** The card in front has gone, or the page is being left. */
export function watchEnd() {
  if (!shown) return;
  const { player, since } = shown;
  player?.follow(() => {});
  const watched = player ? player.takeWatchedMs() : Math.round(performance.now() - since);
  record({ kind: watched < SKIP_BELOW_MS ? "skip" : "view", watch_ms: watched, ...placed(shown) });
  shown = null;
}

/** Somebody opened what belongs to a post: its comments, its reason, its hashtag. */
export const clicked = (post) => record({ kind: "click", post_id: post.id });

function follow(showing) {
  showing.player?.follow((kind, ms) => record({ kind, watch_ms: ms, ...placed(showing) }));
}

function placed({ post, slateId }) {
  return { post_id: post.id, slate_id: slateId, position: post.why?.position };
}

let paused = null;
onLeaving(() => {
  paused = shown;
  watchEnd();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || !paused || shown) return;
  // The same showing goes on: a new view begins, but no new impression.
  shown = { ...paused, since: performance.now() };
  paused = null;
  follow(shown);
});
