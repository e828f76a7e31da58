/** Places of this client, by the part of the address after #. Each is a list that can be swiped. */

import { feedPage, postRead, postsPage, savedPage, soundReels } from "./api.js";

export const TABS = {
  for_you: { words: "For you", symbol: "sparkle" },
  following: { words: "Following", symbol: "people" },
  latest: { words: "Latest", symbol: "clock" },
  reels: { words: "Reels", symbol: "film" },
};

const EMPTY = {
  for_you: { title: "Nothing yet", text: "As soon as somebody posts, it is here." },
  following: { title: "You follow nobody yet", text: "Follow somebody in For you or Discover, and their posts come here." },
  latest: { title: "Nothing yet", text: "As soon as somebody posts, it is here." },
  reels: { title: "No reels left", text: "You have seen them all. Upload one with the plus." },
};

/** Return {tab, label, source, empty} of an address such as "#/for_you" or "#/tag/music". */
export function placeOf(hash) {
  const [name = "", ...rest] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  if (name in TABS) return tab(name);
  const [first, second] = rest;
  if (name === "tag" && first) {
    return list(`#${first}`, (cursor, limit) => postsPage({ hashtag: first }, cursor, limit));
  }
  if (name === "search" && first) {
    return list(`“${first}”`, (cursor, limit) => postsPage({ q: first }, cursor, limit));
  }
  if (name === "by" && first) {
    return list(`@${second ?? first}`, (cursor, limit) => postsPage({ author: first }, cursor, limit));
  }
  if (name === "sound" && first) {
    return list("One sound", (cursor, limit) => soundReels(first, cursor, limit));
  }
  if (name === "saved") return list("Saved", savedPage, "Save a post, and it is kept here.");
  if (name === "post" && first) return list("Post", () => single(first));
  return tab("for_you");
}

const tab = (name) => ({
  tab: name,
  label: TABS[name].words,
  source: (cursor, limit) => feedPage(name, cursor, limit),
  empty: EMPTY[name],
});

const list = (label, source, text = "No post is to be found here.") => ({
  tab: null,
  label,
  source,
  empty: { title: "Nothing here", text },
});

async function single(id) {
  const { data, insights } = await postRead(id);
  return { data: { results: [data], next: null }, insights };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
