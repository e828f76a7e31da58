/** What else can be done with a post. */

import { blockSet, muteSet, postDelete } from "./api.js";
import { confirmSheet, openSheet } from "./dialog.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openReport } from "./report.js";
import { session } from "./session.js";
import { toast, toastError } from "./toasts.js";

/** Open the menu of `post`; `gone` is called where it is not to be seen any more. */
export function openMenu(post, { less, gone }) {
  const isMine = post.author.id === session().me.id;
  const name = `@${post.author.username}`;
  const sheet = openSheet({
    title: "More",
    kind: "small",
    body: h(
      "ul",
      { class: "menu" },
      !isMine && entry("less", "Less like this", less),
      entry("link", "Copy the link", () => copy(`${location.origin}/#/post/${post.id}`)),
      !isMine && entry("mute", `Mute ${name}`, () => authorHide(muteSet, post, gone)),
      !isMine && entry("block", `Block ${name}`, block),
      !isMine && entry("flag", "Report", () => openReport(post)),
      isMine && entry("trash", "Delete", remove),
    ),
  });

  function entry(symbol, words, run) {
    const act = () => {
      sheet.close();
      run();
    };
    return h("li", {}, h("button", { type: "button", on: { click: act } }, icon(symbol), words));
  }

  async function block() {
    const isSure = await confirmSheet({
      title: `Block ${name}?`,
      text: "Neither of you will see the other any more.",
      yes: "Block",
    });
    if (isSure) await authorHide(blockSet, post, gone);
  }

  async function remove() {
    const isSure = await confirmSheet({ title: "Delete this post?", text: "It cannot be brought back.", yes: "Delete" });
    if (!isSure) return;
    try {
      await postDelete(post.id, post.kind);
      gone();
      toast("Deleted");
    } catch (error) {
      toastError(error);
    }
  }
}

/** Mute or block the author of `post` by `set`, and offer to take it back. */
export async function authorHide(set, { author }, gone) {
  try {
    const { message } = await set(author.id, true);
    gone();
    toast(`${message}: @${author.username}`, {
      action: { label: "Undo", run: () => set(author.id, false).then(() => toast("Taken back"), toastError) },
    });
  } catch (error) {
    toastError(error);
  }
}

async function copy(link) {
  try {
    await navigator.clipboard.writeText(link);
    toast("Link copied", { tone: "good" });
  } catch {
    toast(`The link is ${link}`);
  }
}
