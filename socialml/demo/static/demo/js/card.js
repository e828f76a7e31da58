/** One post of a feed: its words or its video, who made it, why it is here, and what to do with it. */

import { likeSet, saveSet, shareAdd } from "./api.js";
import { openComments } from "./comments.js";
import { attribute, h } from "./dom.js";
import { icon } from "./icons.js";
import { Mark } from "./marks.js";
import { openMenu } from "./menu.js";
import { avatar, followButton, nameOf } from "./people.js";
import { Player } from "./player.js";
import { openProfile } from "./profile.js";
import { toast, toastError } from "./toasts.js";
import { clicked } from "./watching.js";
import { openWhy } from "./why.js";
import { ago, count, pieces, plural, title } from "./words.js";

const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 40;
// Sizes of text, by how much of it there is.
const SIZES = [
  [60, "xl"],
  [140, "l"],
  [320, "m"],
  [Infinity, "s"],
];
// A colour for each category, around the circle but for the olives, in which no text looks well.
const FIRST_HUE = 130;
const HUES = 310;
const CATEGORIES = (
  "art beauty books comedy dance education fashion fitness food gaming " +
  "health lifestyle music nature news pets science sports technology travel"
).split(" ");

/**
 * The card of a post. `element` is the article; `player` is there for reels. It emits `less` (see
 * less like this) and `gone` (deleted, or its author blocked or muted) on the element.
 */
export class Card {
  constructor(post) {
    this.post = post;
    const isReel = post.kind === "reel" && Boolean(post.media?.video);
    this.player = isReel ? new Player(post.media, { label: `Reel by @${post.author.username}` }) : null;
    this.actions = this.#actions();
    this.frame = h(
      "div",
      { class: "frame" },
      isReel ? this.player.element : words(post),
      h("div", { class: "foot" }, byline(post), isReel && caption(post), tags(post), this.#reason()),
    );
    this.element = h(
      "article",
      {
        class: "card",
        tabindex: "-1",
        "aria-label": `${nameOf(post.author)}: ${post.content.slice(0, 80) || "a reel"}`,
        data: { kind: isReel ? "reel" : "post", id: post.id },
        vars: { hue: hueOf(post) },
      },
      this.frame,
      this.actions,
    );
    if (post.media?.thumbnail) this.frame.prepend(backdrop(post.media.thumbnail));
    this.#tapping();
  }

  like(on = true) {
    return this.likes.set(on);
  }

  toggleLike() {
    return this.likes.toggle();
  }

  toggleSave() {
    return this.saves.toggle();
  }

  comments() {
    clicked(this.post);
    openComments(this.post, (change) => {
      this.post.comment_count += change;
      paintCount(this.commentButton, "Comments", this.post.comment_count);
    });
  }

  why() {
    clicked(this.post);
    openWhy(this.post, { less: () => this.less(), gone: () => this.#emit("gone") });
  }

  less() {
    this.#emit("less");
  }

  menu() {
    openMenu(this.post, { less: () => this.less(), gone: () => this.#emit("gone") });
  }

  async share() {
    const link = `${location.origin}/#/post/${this.post.id}`;
    try {
      if (navigator.share) await navigator.share({ title: "SocialML", text: this.post.content, url: link });
      else await navigator.clipboard.writeText(link);
    } catch (error) {
      if (error.name === "AbortError") return;
      toast(`The link is ${link}`);
    }
    try {
      const { message } = await shareAdd(this.post.id);
      this.post.share_count += 1;
      paintCount(this.shareButton, "Share", this.post.share_count);
      toast(navigator.share ? message : "Link copied", { tone: "good" });
    } catch (error) {
      toastError(error);
    }
  }

  #actions() {
    const { post } = this;
    const like = action("heart", "Like", () => this.toggleLike());
    const save = action("save", "Save", () => this.toggleSave());
    this.commentButton = action("comment", "Comments", () => this.comments(), count(post.comment_count));
    this.shareButton = action("share", "Share", () => this.share(), count(post.share_count));
    const others = post.like_count - (post.liked ? 1 : 0);
    const othersSaved = post.save_count - (post.saved ? 1 : 0);
    this.likes = new Mark({
      on: post.liked,
      send: (on) => likeSet(post.id, on),
      paint: (on) => paintMark(like, on, others + (on ? 1 : 0), ["Like", "Liked"]),
      onAnswer: (data, on) => {
        Object.assign(post, { liked: on, like_count: data.like_count });
        paintMark(like, on, data.like_count, ["Like", "Liked"]);
      },
    });
    this.saves = new Mark({
      on: post.saved,
      send: (on) => saveSet(post.id, on),
      paint: (on) => paintMark(save, on, othersSaved + (on ? 1 : 0), ["Save", "Saved"]),
    });
    return h(
      "div",
      { class: "actions", role: "group", "aria-label": "What to do with this post" },
      like,
      this.commentButton,
      save,
      this.shareButton,
      action("less", "Less like this", () => this.less(), "Less"),
      action("more", "More", () => this.menu(), "More"),
    );
  }

  #reason() {
    const { why } = this.post;
    return h(
      "button",
      {
        type: "button",
        class: "reason",
        "aria-label": `Why am I seeing this? ${why?.reason ?? ""}`,
        on: { click: () => this.why() },
      },
      icon("sparkle"),
      h("span", {}, why?.reason ?? "Why am I seeing this?"),
    );
  }

  #tapping() {
    let last = { at: 0, x: 0, y: 0 };
    let single = 0;
    // A mouse's second press would select the word under it.
    this.frame.addEventListener("mousedown", (event) => {
      if (event.detail > 1) event.preventDefault();
    });
    this.frame.addEventListener("click", (event) => {
      if (event.target.closest("a, button, input")) return;
      const { clientX: x, clientY: y, timeStamp: at } = event;
      const isDouble =
        at - last.at < DOUBLE_TAP_MS && Math.hypot(x - last.x, y - last.y) < DOUBLE_TAP_PX;
      clearTimeout(single);
      last = { at: isDouble ? 0 : at, x, y };
      if (isDouble) {
        this.#burst(x, y);
        this.like();
      } else if (this.player && !getSelection()?.toString()) {
        single = setTimeout(() => this.player.toggle(), DOUBLE_TAP_MS);
      }
    });
  }

  #burst(x, y) {
    const box = this.frame.getBoundingClientRect();
    const heart = h(
      "span",
      { class: "burst", vars: { x: `${x - box.left}px`, y: `${y - box.top}px` } },
      icon("heart"),
    );
    this.frame.append(heart);
    setTimeout(() => heart.remove(), 900);
  }

  #emit(name) {
    this.element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: this }));
  }
}

function action(name, label, run, text = "") {
  return h(
    "button",
    {
      type: "button",
      class: "action",
      "aria-label": text && text !== label ? `${label}, ${text}` : label,
      title: label,
      data: { action: name },
      on: { click: run },
    },
    icon(name),
    h("span", { class: "count" }, text),
  );
}

function paintMark(button, on, number, [off, done]) {
  attribute(button, "aria-pressed", on);
  attribute(button, "aria-label", `${on ? done : off}, ${number}`);
  button.lastChild.textContent = count(number);
}

function paintCount(button, label, number) {
  attribute(button, "aria-label", `${label}, ${number}`);
  button.lastChild.textContent = count(number);
}

function words(post) {
  const size = SIZES.find(([most]) => post.content.length <= most)[1];
  return h(
    "div",
    { class: "words", data: { size } },
    post.category && h("p", { class: "category" }, title(post.category)),
    h("p", { class: "text", lang: post.language || false, dir: "auto" }, linked(post)),
  );
}

function caption(post) {
  if (!post.content) return null;
  const text = h("p", { class: "caption", lang: post.language || false, dir: "auto" }, linked(post));
  const more = h("button", { type: "button", class: "link", "aria-expanded": "false", hidden: true }, "more");
  // How much of it fits is known once it is laid out.
  new ResizeObserver(() => {
    if (!text.classList.contains("open")) more.hidden = text.scrollHeight <= text.clientHeight + 1;
  }).observe(text);
  more.addEventListener("click", () => {
    const isOpen = text.classList.toggle("open");
    more.textContent = isOpen ? "less" : "more";
    attribute(more, "aria-expanded", isOpen);
  });
  return h("div", {}, text, more);
}

const linked = (post) =>
  pieces(post.content).map((piece) => (piece.tag ? tagLink(post, piece.tag) : piece));

function tagLink(post, tag) {
  return h(
    "a",
    { href: `#/tag/${encodeURIComponent(tag)}`, class: "tag", on: { click: () => clicked(post) } },
    `#${tag}`,
  );
}

/** The sound of a reel, and the hashtags that the text does not show already. */
function tags(post) {
  const shown = post.content.toLowerCase();
  const rest = post.hashtags.filter((tag) => !shown.includes(`#${tag}`)).slice(0, 4);
  const links = [post.sound_id && soundLink(post), ...rest.map((tag) => tagLink(post, tag))].filter(Boolean);
  return links.length ? h("p", { class: "tags" }, links) : null;
}

function soundLink(post) {
  const to = { href: `#/sound/${post.sound_id}`, class: "tag", "aria-label": "All reels with this sound" };
  return h("a", { ...to, on: { click: () => clicked(post) } }, "♫ Sound");
}

function byline(post) {
  const { author } = post;
  return h(
    "div",
    { class: "byline" },
    h(
      "button",
      {
        type: "button",
        class: "author",
        "aria-label": `Profile of ${nameOf(author)}`,
        on: { click: () => openProfile(author.id) },
      },
      avatar(author),
      h(
        "span",
        { class: "names" },
        h("strong", {}, nameOf(author)),
        h("span", { class: "quiet" }, `@${author.username} · ${ago(post.published_at)}`),
      ),
    ),
    followButton(author, post.following),
    h("span", { class: "views quiet" }, plural(post.view_count, "view")),
  );
}

function backdrop(thumbnail) {
  return h("img", { class: "backdrop", src: thumbnail, alt: "", loading: "lazy", decoding: "async" });
}

function hueOf(post) {
  const place = CATEGORIES.indexOf(post.category);
  return String(place < 0 ? (post.id * 47) % 360 : (place * HUES) / CATEGORIES.length + FIRST_HUE);
}
