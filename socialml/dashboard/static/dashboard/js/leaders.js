/** What and who did best. */

import { h } from "../../demo/js/dom.js";
import { addressOf } from "./choice.js";
import { METRICS } from "./metrics.js";
import { date, whole } from "./numbers.js";
import { dataTable, panel } from "./parts.js";

const SHOWN = ["views", "likes", "comments", "shares", "saves"];
const LONGEST = 80;

const figures = (of) => SHOWN.map((name) => ({ name: METRICS[name], number: true, of: (row) => whole(of(row)[name]) }));

export function posts(data) {
  const words = ({ id, kind, content }) => {
    const letters = [...content];
    const text = letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")} …` : content;
    return h("a", { href: `/#/post/${id}`, dir: "auto" }, text || `A ${kind}`);
  };
  return panel(
    { title: "Posts", about: `Those of the newest 500 with the most ${METRICS[data.metric].toLowerCase()} in this period.`, kind: "wide", csv: data.csv("posts") },
    dataTable({
      caption: "Posts",
      columns: [
        { name: "Post", of: words },
        { name: "Published", of: (post) => date(post.published_at) },
        ...figures((post) => post.period),
      ],
      rows: data.top_posts,
      empty: "Nothing happened to these posts in this period.",
    }),
  );
}

export function creators(data) {
  return panel(
    { title: "Creators", about: `With the most ${METRICS[data.metric].toLowerCase()} on their posts.`, csv: data.csv("creators") },
    dataTable({
      caption: "Creators",
      columns: [
        { name: "Creator", of: ({ author }) => h("a", { href: addressOf({ scope: "creator", user_id: author.id }) }, author.username) },
        ...figures((creator) => creator),
        { name: "Followers", number: true, of: (creator) => whole(creator.followers_gained) },
      ],
      rows: data.top_creators,
    }),
  );
}

export function categories(data) {
  return panel(
    { title: "Content", about: "Categories that people liked, saved, shared and commented in most.", csv: data.csv("categories") },
    dataTable({
      caption: "Categories",
      columns: [{ name: "Category", of: (one) => one.category }, ...figures((one) => one)],
      rows: data.top_categories,
    }),
  );
}
