/**
 * The swiping list: one post in front, the next ones ready, more asked for before the end.
 *
 * `source(cursor, limit)` answers a page of the API. A page is a slate's: its id goes with every
 * event, so that the server learns from what it showed.
 */

import { lessSet } from "./api.js";
import { Card } from "./card.js";
import { attribute, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { toast, toastError } from "./toasts.js";
import { watchBegin, watchEnd } from "./watching.js";

const PAGE = 10;
// Ask for the next page while so many are left below.
const AHEAD = 4;
// Videos this many cards away are loaded.
const NEAR = 1;
// What `behavior: "smooth"` turns into for those who want less motion.
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Feed {
  constructor(root, { onFront = () => {} } = {}) {
    this.root = root;
    this.onFront = onFront;
    this.generation = 0;
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), {
      root,
      threshold: 0.6,
    });
    root.addEventListener("less", ({ detail: card }) => this.#less(card));
    root.addEventListener("gone", ({ detail: card }) => this.#remove(card));
  }

  /** Show another list from its start. `empty` is {title, text} for one that holds nothing. */
  async open({ label, source, empty }) {
    this.close();
    Object.assign(this, { source, empty, cursor: null, isDone: false, isLoading: false });
    attribute(this.root, "aria-label", label);
    fill(this.root, skeleton(), skeleton());
    this.root.scrollTop = 0;
    await this.#more();
  }

  /** Let go of everything: what is in front has been watched. */
  close() {
    watchEnd();
    for (const card of this.cards ?? []) card.player?.unload();
    this.generation += 1;
    this.cards = [];
    this.front = null;
    this.observer.disconnect();
  }

  /** Bring the next card to the front, or with -1 the one before. */
  step(by) {
    const place = this.cards.indexOf(this.front) + by;
    const target = this.cards[place]?.element ?? (by > 0 ? this.root.lastElementChild : null);
    if (!target) return;
    target.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "start" });
    target.focus({ preventScroll: true });
  }

  async #more() {
    if (this.isLoading || this.isDone) return;
    const { generation } = this;
    this.isLoading = true;
    attribute(this.root, "aria-busy", "true");
    try {
      const { data, insights } = await this.source(this.cursor, PAGE);
      if (generation !== this.generation) return;
      this.cursor = data.next;
      this.isDone = !data.next;
      this.#append(data.results, insights);
    } catch (error) {
      if (generation !== this.generation) return;
      this.#failed(error);
    } finally {
      if (generation === this.generation) {
        this.isLoading = false;
        attribute(this.root, "aria-busy", null);
      }
    }
  }

  #append(posts, insights) {
    const known = new Set(this.cards.map((card) => card.post.id));
    const fresh = posts.filter((post) => !known.has(post.id)).map((post) => this.#card(post, insights));
    this.cards.push(...fresh);
    for (const waiting of this.root.querySelectorAll(".skeleton, .state")) waiting.remove();
    this.root.append(...fresh.map((card) => card.element));
    if (!this.cards.length && !this.isDone) this.#more();
    else if (!this.cards.length) this.root.append(state({ icon: "sparkle", ...this.empty }));
    else if (this.isDone) this.root.append(this.#end());
    else this.root.append(skeleton());
    this.#number();
  }

  #card(post, insights) {
    const card = new Card(post);
    card.slateId = insights.slate_id;
    this.observer.observe(card.element);
    return card;
  }

  #failed(error) {
    for (const waiting of this.root.querySelectorAll(".skeleton, .state")) waiting.remove();
    const { generation } = this;
    const again = async () => {
      if (generation !== this.generation) return;
      // A cursor outlives its list in rare cases: then from the start.
      if (error.code === "invalid_cursor") this.cursor = null;
      this.root.querySelector(".state")?.replaceWith(skeleton());
      await this.#more();
    };
    this.root.append(
      state({
        icon: error.isOffline ? "cloud" : "warning",
        title: error.isOffline ? "No connection" : "That did not work",
        text: error.message,
        action: { label: "Try again", run: again },
      }),
    );
    addEventListener("online", again, { once: true });
  }

  #end() {
    return state({
      icon: "check",
      title: "You are all caught up",
      text: "That was everything for now.",
      action: {
        label: "Back to the top",
        run: () => this.root.scrollTo({ top: 0, behavior: calm.matches ? "auto" : "smooth" }),
      },
    });
  }

  #seen(entries) {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      const card = this.cards.find(({ element }) => element === entry.target);
      if (card && card !== this.front) this.#bringToFront(card);
    }
  }

  #bringToFront(card) {
    this.front?.player?.pause();
    this.front = card;
    const place = this.cards.indexOf(card);
    this.cards.forEach((other, at) => {
      const distance = Math.abs(at - place);
      other.element.toggleAttribute("data-front", other === card);
      if (distance <= NEAR) other.player?.load();
      else other.player?.unload();
    });
    card.player?.play();
    watchBegin({ post: card.post, slateId: card.slateId, player: card.player });
    this.onFront(card);
    if (this.cards.length - place <= AHEAD) this.#more();
  }

  #remove(card) {
    const place = this.cards.indexOf(card);
    if (place < 0) return;
    const hadFocus = card.element.contains(document.activeElement) || document.activeElement === document.body;
    if (this.front === card) {
      watchEnd();
      this.front = null;
    }
    card.player?.unload();
    this.observer.unobserve(card.element);
    this.cards.splice(place, 1);
    card.element.remove();
    this.#number();
    const next = this.cards[place] ?? this.cards[place - 1];
    if (next && hadFocus) next.element.focus({ preventScroll: true });
    if (!this.cards.length && !this.isLoading) this.#more();
  }

  async #less(card) {
    const place = this.cards.indexOf(card);
    this.#remove(card);
    const putBack = () => {
      if (this.cards.includes(card)) return;
      const before = this.cards[place]?.element ?? this.root.querySelector(".skeleton, .state");
      this.cards.splice(place, 0, card);
      this.root.insertBefore(card.element, before);
      this.observer.observe(card.element);
      this.#number();
      card.element.scrollIntoView({ block: "start" });
      card.element.focus({ preventScroll: true });
    };
    try {
      const { message } = await lessSet(card.post.id, true);
      toast(message, {
        action: {
          label: "Undo",
          run: () => lessSet(card.post.id, false).then(putBack, toastError),
        },
      });
    } catch (error) {
      putBack();
      toastError(error);
    }
  }

  #number() {
    this.cards.forEach(({ element }, at) => {
      attribute(element, "aria-posinset", at + 1);
      attribute(element, "aria-setsize", this.isDone ? this.cards.length : -1);
    });
  }
}

/** A card-sized notice: nothing here, nothing works, nothing more. */
function state({ icon: name, title, text, action = null }) {
  return h(
    "div",
    { class: "state", tabindex: "-1", role: "status" },
    icon(name),
    h("h2", {}, title),
    h("p", {}, text),
    action && h("button", { type: "button", class: "button primary", on: { click: action.run } }, action.label),
  );
}

function skeleton() {
  const line = (width) => h("span", { class: "bone", vars: { width } });
  return h(
    "div",
    { class: "skeleton", "aria-hidden": "true" },
    h("div", { class: "bones" }, line("85%"), line("70%"), line("40%")),
    h("div", { class: "bones low" }, line("35%"), line("55%")),
  );
}
