/** Writing a post, with what the models read in it while it is written, or uploading a reel. */

import { categories, postPublish } from "./api.js";
import { openSheet } from "./dialog.js";
import { attribute, h } from "./dom.js";
import { clearErrors, field, formError, showErrors, whileBusy } from "./forms.js";
import { newId } from "./http.js";
import { Insights } from "./insights.js";
import { session } from "./session.js";
import { toast, toastError } from "./toasts.js";
import { uploadReel, VideoChoice } from "./upload.js";
import { title } from "./words.js";

const WARN_LEFT = 100;
// By account: what was written and not published. A tap beside the sheet must not cost it.
const drafts = new Map();
const longest = () => Number(document.body.dataset.longestPost);

/** Open the composer; `kind` is "post" or "reel". */
export function openCompose(kind = "post") {
  new Composer(kind);
}

class Composer {
  constructor(kind) {
    this.author = session().me.id;
    const { key = newId(), content = "", category = "" } = drafts.get(this.author) ?? {};
    // One key for one draft: a second press after a lost answer publishes nothing twice.
    this.key = key;
    this.insights = new Insights();
    this.video = new VideoChoice({ onChange: () => this.#ready() });
    this.content = h("textarea", {
      name: "content",
      rows: "5",
      autofocus: true,
      placeholder: "What is going on? #hashtags welcome",
      on: { input: () => this.#changed() },
    });
    this.category = h("select", { name: "category", on: { change: () => this.#changed() } }, h("option", { value: "" }, "None"));
    this.left = h("span", { class: "left quiet" });
    this.button = h("button", { class: "button primary" }, "Publish");
    this.form = h(
      "form",
      { class: "compose", novalidate: true },
      h("div", { class: "compose-main" }, this.#kinds(), this.video.element, this.#text(), field("Category", this.category), formError()),
      this.insights.element,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#publish();
    });
    this.form.id = "compose";
    attribute(this.button, "form", "compose");
    this.sheet = openSheet({
      title: "New post",
      kind: "wide",
      body: this.form,
      foot: h("footer", { class: "sheet-foot row end" }, this.left, this.button),
      onClose: () => {
        this.insights.stop();
        this.video.release();
        this.#keep();
      },
    });
    this.content.value = content;
    this.#choose(kind);
    this.#fillCategories(category);
  }

  #text() {
    return field("Text", this.content);
  }

  #kinds() {
    const kinds = { post: "Post", reel: "Reel" };
    this.kinds = Object.entries(kinds).map(([value, words]) =>
      h("label", {}, h("input", { type: "radio", name: "kind", value, on: { change: () => this.#choose(value) } }), words),
    );
    return h("fieldset", { class: "segments" }, h("legend", { class: "unseen" }, "What to publish"), this.kinds);
  }

  #choose(kind) {
    this.kind = kind;
    for (const label of this.kinds) {
      const radio = label.firstChild;
      radio.checked = radio.value === kind;
    }
    this.video.element.hidden = kind !== "reel";
    this.content.rows = kind === "reel" ? 3 : 5;
    this.#changed();
  }

  #keep() {
    const [content, category] = [this.content.value, this.category.value];
    if (this.isOut || !content.trim()) drafts.delete(this.author);
    else drafts.set(this.author, { key: this.key, content, category });
  }

  async #fillCategories(chosen) {
    try {
      const { data } = await categories();
      this.category.append(...data.categories.map((name) => h("option", { value: name, selected: name === chosen }, title(name))));
      if (chosen) this.#changed();
    } catch (error) {
      toastError(error);
    }
  }

  #changed() {
    const left = longest() - [...this.content.value].length;
    this.left.textContent = left < WARN_LEFT ? `${left} left` : "";
    this.left.dataset.over = left < 0 ? "yes" : "no";
    this.insights.look({ content: this.content.value.trim(), category: this.category.value, kind: this.kind });
    this.#ready();
  }

  #ready() {
    const isReel = this.kind === "reel";
    this.button.disabled = isReel ? !this.video.file : !this.content.value.trim();
    this.button.textContent = isReel ? "Upload" : "Publish";
  }

  async #publish() {
    clearErrors(this.form);
    const draft = { content: this.content.value.trim() };
    if (this.category.value) draft.category = this.category.value;
    if (this.kind === "reel") return this.#upload(draft);
    return whileBusy(this.button, async () => {
      try {
        const { data, message } = await postPublish(draft, this.key);
        this.#done();
        toast(message, { tone: "good", action: { label: "See it", run: () => (location.hash = `#/post/${data.id}`) } });
      } catch (error) {
        this.#refused(error);
      }
    });
  }

  #upload(draft) {
    return whileBusy(this.button, async () => {
      try {
        const data = await uploadReel({ ...draft, video: this.video.file }, {
          key: this.key,
          onProgress: (progress) => this.video.progress(progress),
          isGivenUp: () => !this.sheet.element.isConnected,
        });
        this.#done();
        toast("Your reel is out", { tone: "good", action: { label: "See it", run: () => (location.hash = `#/post/${data.id}`) } });
      } catch (error) {
        this.video.progress(null);
        this.#refused(error);
      }
    });
  }

  /** It is out, even where the sheet was closed meanwhile. */
  #done() {
    this.isOut = true;
    drafts.delete(this.author);
    this.sheet.close();
  }

  #refused(error) {
    if (error.name === "AbortError") return;
    // Where the server answered, a changed draft is another request.
    if (!error.isOffline) this.key = newId();
    if (this.sheet.element.isConnected) showErrors(this.form, error);
    else toastError(error);
  }
}
