/** Searching, what trends, and whom to follow. */

import { peopleToFollow, trendingHashtags } from "./api.js";
import { openSheet } from "./dialog.js";
import { fill, h } from "./dom.js";
import { record } from "./events.js";
import { icon } from "./icons.js";
import { avatar, followButton, nameOf } from "./people.js";
import { openProfile } from "./profile.js";
import { plural } from "./words.js";

const SHOWN = 8;

export function openDiscover() {
  const trends = h("ul", { class: "list" });
  const people = h("ul", { class: "list" });
  const input = h("input", { type: "search", name: "q", maxlength: "100", placeholder: "Words or a #hashtag", "aria-label": "Search posts", autofocus: true });
  const form = h("form", { class: "row search", role: "search" }, input, h("button", { class: "round primary", "aria-label": "Search" }, icon("search")));
  const sheet = openSheet({
    title: "Discover",
    body: [form, h("h3", {}, "Trending hashtags"), trends, h("h3", {}, "People for you"), people],
  });
  const go = (hash) => {
    sheet.close();
    location.hash = hash;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = input.value.trim();
    if (!words) return;
    record({ kind: "search", query: words });
    go(words.startsWith("#") ? `#/tag/${encodeURIComponent(words.slice(1))}` : `#/search/${encodeURIComponent(words)}`);
  });
  show(trends, trendingHashtags(SHOWN), "Nothing stands out right now.", (trend) => trendLine(trend, go));
  show(people, peopleToFollow(SHOWN), "Follow and like a little first.", personLine);
}

async function show(list, request, nothing, line) {
  fill(list, h("li", { class: "quiet" }, "Looking …"));
  try {
    const { data } = await request;
    fill(list, data.results.length ? data.results.map(line) : h("li", { class: "quiet" }, nothing));
  } catch (error) {
    fill(list, h("li", { class: "error", role: "alert" }, error.message));
  }
}

function trendLine({ hashtag, evidence }, go) {
  const facts = [
    evidence.accounts && plural(evidence.accounts, "account"),
    evidence.posts && plural(evidence.posts, "post"),
  ].filter(Boolean);
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "line", on: { click: () => go(`#/tag/${encodeURIComponent(hashtag)}`) } },
      h("strong", {}, `#${hashtag}`),
      h("span", { class: "quiet small" }, facts.join(", ")),
    ),
  );
}

function personLine(person) {
  const account = { id: person.id, username: person.username, display_name: person.display_name };
  return h(
    "li",
    { class: "row" },
    h(
      "button",
      { type: "button", class: "author", "aria-label": `Profile of ${nameOf(account)}`, on: { click: () => openProfile(account.id) } },
      avatar(account),
      h("span", { class: "names" }, h("strong", {}, nameOf(account)), h("span", { class: "quiet small" }, person.reason ?? "")),
    ),
    followButton(account, false),
  );
}
