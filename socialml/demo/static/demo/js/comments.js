/** Comments of a post with their replies; one's own appear at once. */

import { commentAdd, commentDelete, commentsPage } from "./api.js";
import { openSheet } from "./dialog.js";
import { attribute, fill, h } from "./dom.js";
import { clearErrors, field, formError, showErrors, whileBusy } from "./forms.js";
import { newId } from "./http.js";
import { icon } from "./icons.js";
import { avatar, nameOf } from "./people.js";
import { openProfile } from "./profile.js";
import { openReport } from "./report.js";
import { session } from "./session.js";
import { toast, toastError } from "./toasts.js";
import { ago, plural } from "./words.js";

const PAGE = 20;
const REPLIES = 50;

/** Open the comments of `post`; `onChange` is told by how many there are more or fewer. */
export function openComments(post, onChange) {
  new Comments(post, onChange);
}

class Comments {
  constructor(post, onChange) {
    this.post = post;
    this.onChange = onChange;
    this.parent = null;
    this.list = h("ul", { class: "comments" });
    this.more = h("button", { type: "button", class: "button", hidden: true }, "Earlier comments");
    this.more.addEventListener("click", () => this.#load());
    this.form = this.#form();
    this.sheet = openSheet({
      title: "Comments",
      body: [this.list, this.more],
      foot: this.form,
    });
    this.#load();
  }

  async #load() {
    await whileBusy(this.more, async () => {
      try {
        const { data } = await commentsPage(this.post.id, { cursor: this.cursor, limit: PAGE });
        this.cursor = data.next;
        this.more.hidden = !data.next;
        this.list.append(...data.results.map((comment) => this.#item(comment)));
        this.#empty();
      } catch (error) {
        fill(this.list, h("li", { class: "error", role: "alert" }, error.message));
      }
    });
  }

  #empty() {
    this.list.querySelector(".nothing")?.remove();
    if (!this.list.children.length) {
      this.list.append(h("li", { class: "nothing quiet" }, "Nobody has said anything yet. Be the first."));
    }
  }

  #form() {
    this.input = h("textarea", {
      name: "content",
      rows: "1",
      required: true,
      maxlength: document.body.dataset.longestPost,
      placeholder: "Say something",
      autocomplete: "off",
    });
    this.replying = h("p", { class: "replying", hidden: true });
    this.button = h("button", { class: "round primary", "aria-label": "Send the comment" }, icon("send"));
    const form = h(
      "form",
      { class: "sheet-foot comment-form", novalidate: true },
      this.replying,
      h("div", { class: "row" }, avatar(me()), field("Your comment", this.input), this.button),
      formError(),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    return form;
  }

  #send() {
    const content = this.input.value.trim();
    if (!content || this.button.disabled) return;
    clearErrors(this.form);
    const draft = this.parent ? { content, parent: this.parent.id } : { content };
    const shown = this.#item(
      { id: 0, author: me(), content, commented_at: new Date().toISOString(), reply_count: 0, depth: draft.parent ? 1 : 0 },
      { isSending: true },
    );
    this.#place(shown, this.parent);
    this.input.value = "";
    whileBusy(this.button, () => this.#sent(draft, shown));
  }

  async #sent(draft, shown) {
    try {
      const { data, message } = await commentAdd(this.post.id, draft, this.#keyOf(draft));
      this.unanswered = null;
      shown.replaceWith(this.#item(data));
      if (data.moderation === "visible") this.onChange(1);
      else toast(message);
      this.#reply(null);
    } catch (error) {
      if (!error.isOffline) this.unanswered = null;
      shown.remove();
      this.#empty();
      this.input.value = draft.content;
      showErrors(this.form, error);
    }
  }

  /** Return one key for one comment: sent again after a lost answer, it is made once. */
  #keyOf(draft) {
    const words = JSON.stringify(draft);
    if (this.unanswered?.words !== words) this.unanswered = { words, key: newId() };
    return this.unanswered.key;
  }

  #place(item, parent) {
    const under = parent && this.list.querySelector(`[data-comment="${parent.id}"] > .replies`);
    if (under) under.prepend(item);
    else this.list.prepend(item);
    this.#empty();
    item.scrollIntoView({ block: "nearest" });
  }

  #item(comment, { isSending = false } = {}) {
    const replies = h("ul", { class: "replies" });
    const item = h(
      "li",
      { class: "comment", data: { comment: comment.id, held: comment.moderation === "held" ? "yes" : "no" } },
      comment.author ? avatar(comment.author, { size: "s" }) : h("span", { class: "avatar", data: { size: "s" } }),
      h(
        "div",
        { class: "comment-body" },
        h("p", { class: "comment-head" }, who(comment, this.sheet), h("span", { class: "quiet" }, isSending ? "Sending …" : ago(comment.commented_at))),
        h("p", { class: "comment-text", dir: "auto" }, comment.is_deleted ? "This comment was deleted." : comment.content),
        comment.moderation === "held" && h("p", { class: "quiet small" }, "Held for review: only you see it."),
        !isSending && !comment.is_deleted && this.#tools(comment, () => item, replies),
      ),
      replies,
    );
    return item;
  }

  #tools(comment, item, replies) {
    const isMine = comment.author?.id === session().me.id;
    const repliesButton =
      comment.reply_count > 0 &&
      h("button", { type: "button", class: "link", "aria-expanded": "false" }, plural(comment.reply_count, "reply", "replies"));
    if (repliesButton) repliesButton.addEventListener("click", () => this.#replies(comment, replies, repliesButton));
    return h(
      "div",
      { class: "tools" },
      h("button", { type: "button", class: "link", on: { click: () => this.#reply(comment) } }, "Reply"),
      repliesButton,
      isMine && h("button", { type: "button", class: "link", on: { click: () => this.#delete(comment, item()) } }, "Delete"),
      !isMine &&
        h("button", { type: "button", class: "link", on: { click: () => openReport(this.post, comment) } }, "Report"),
    );
  }

  #reply(comment) {
    this.parent = comment;
    this.replying.hidden = !comment;
    if (!comment) return;
    fill(
      this.replying,
      `Replying to @${comment.author?.username ?? "somebody"} `,
      h("button", { type: "button", class: "link", on: { click: () => this.#reply(null) } }, "Cancel"),
    );
    this.input.focus();
  }

  async #replies(comment, place, button) {
    attribute(button, "aria-expanded", "true");
    await whileBusy(button, async () => {
      try {
        const first = this.#append(place, comment, await this.#repliesPage(comment));
        button.remove();
        focusIn(first);
      } catch (error) {
        attribute(button, "aria-expanded", "false");
        toastError(error);
      }
    });
  }

  async #repliesPage(comment, cursor) {
    return (await commentsPage(this.post.id, { parent: comment.id, cursor, limit: REPLIES })).data;
  }

  /** Put a page of replies at the end of `place`, with a button for those after it; return the first. */
  #append(place, comment, { results, next }) {
    const isShown = (id) => place.querySelector(`:scope > [data-comment="${id}"]`);
    const fresh = results.filter(({ id }) => !isShown(id)).map((reply) => this.#item(reply));
    place.append(...fresh);
    if (next) place.append(this.#laterReplies(comment, next));
    return fresh[0];
  }

  #laterReplies(comment, cursor) {
    const button = h("button", { type: "button", class: "link" }, "More replies");
    const line = h("li", { class: "tools" }, button);
    button.addEventListener("click", () =>
      whileBusy(button, async () => {
        try {
          const data = await this.#repliesPage(comment, cursor);
          const first = this.#append(line.parentNode, comment, data);
          line.remove();
          focusIn(first);
        } catch (error) {
          toastError(error);
        }
      }),
    );
    return line;
  }

  async #delete(comment, item) {
    const { nextSibling, parentNode } = item;
    item.remove();
    try {
      await commentDelete(this.post.id, comment.id);
      this.onChange(-1);
      this.#empty();
    } catch (error) {
      parentNode.insertBefore(item, nextSibling);
      toastError(error);
    }
  }
}

/** The button that asked for this is gone: go on here. */
const focusIn = (item) => item?.querySelector("button")?.focus();

function who(comment) {
  if (!comment.author) return h("strong", {}, "Somebody who left");
  return h(
    "button",
    { type: "button", class: "plain", on: { click: () => openProfile(comment.author.id) } },
    h("strong", {}, nameOf(comment.author)),
  );
}

function me() {
  const { id, username, displayName } = session().me;
  return { id, username, display_name: displayName };
}
