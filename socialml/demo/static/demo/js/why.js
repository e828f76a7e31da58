/** Why a post is here: what proposed it, with how much each part gave or took. */

import { muteSet, whyRead } from "./api.js";
import { fill, h } from "./dom.js";
import { openSheet } from "./dialog.js";
import { authorHide } from "./menu.js";
import { title, when } from "./words.js";

const SOURCE_WORDS = {
  personal: "Ranked for you alone",
  cohort: "Ranked for people who use this as you do",
  trending: "What gathers attention right now",
  newest: "The newest; no profile was read",
  following: "From those you follow; no profile was read",
};

/** Open the explanation of `post`; `less` asks for less like it, `gone` is called once its author is muted. */
export async function openWhy(post, { less, gone }) {
  const sheet = openSheet({
    title: "Why am I seeing this?",
    body: h("p", { class: "quiet", role: "status" }, "Looking it up …"),
    foot: h(
      "footer",
      { class: "sheet-foot row" },
      h("button", { type: "button", class: "button", data: { do: "less" }, on: { click: askLess } }, "Less like this"),
      h("button", { type: "button", class: "button", on: { click: mute } }, `Mute @${post.author.username}`),
    ),
  });

  function askLess() {
    sheet.close();
    less();
  }

  function mute() {
    sheet.close();
    authorHide(muteSet, post, gone);
  }

  try {
    const { data } = await whyRead(post.id);
    fill(sheet.body, explanation(data));
  } catch (error) {
    fill(sheet.body, h("p", { class: "error", role: "alert" }, error.message));
  }
}

function explanation(why) {
  const strongest = Math.max(...why.explanation.map((part) => Math.abs(part.contribution)), 0);
  return [
    h("p", { class: "lead" }, why.reason),
    h("p", { class: "quiet" }, SOURCE_WORDS[why.source] ?? title(why.source)),
    why.explanation.length > 0 && h("h3", {}, "What it is made of"),
    h("ul", { class: "shares" }, why.explanation.map((part) => share(part, strongest))),
    facts(why),
  ];
}

function share({ source, contribution, words }, strongest) {
  const width = strongest ? `${(Math.abs(contribution) / strongest) * 100}%` : "0%";
  const sign = contribution < 0 ? "−" : "+";
  return h(
    "li",
    { class: "share", data: { sign: contribution < 0 ? "down" : "up" } },
    h(
      "span",
      { class: "share-head" },
      h("span", {}, words.charAt(0).toUpperCase() + words.slice(1)),
      h("span", { class: "number" }, `${sign}${Math.abs(contribution).toFixed(3)}`),
    ),
    h("span", { class: "track", "aria-hidden": "true" }, h("span", { class: "bar", vars: { width } })),
    h("span", { class: "quiet small" }, source),
  );
}

function facts(why) {
  const known = [
    ["Score", why.score?.toFixed(3)],
    ["Place in the list", why.position === null ? null : why.position + 1],
    ["Model", why.model_version],
    ["Ranked", why.computed_at && when(why.computed_at)],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h("dl", { class: "facts" }, known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
