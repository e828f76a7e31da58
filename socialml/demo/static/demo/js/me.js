/** One's own place: the profile, what ranks for one, and the way out. */

import { preferencesChange, preferencesRead, profileReset } from "./api.js";
import { confirmSheet, openSheet } from "./dialog.js";
import { h } from "./dom.js";
import { flush } from "./events.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";
import { openProfile } from "./profile.js";
import { session, signOut } from "./session.js";
import { openShortcuts } from "./shortcuts.js";
import { toast, toastError } from "./toasts.js";

/** Open one's own menu; `reload` shows the feed anew after what changes it. */
export function openMe({ reload }) {
  const { me } = session();
  const account = { id: me.id, username: me.username, display_name: me.displayName };
  const sheet = openSheet({
    title: account.display_name || account.username,
    kind: "small",
    body: [
      h("div", { class: "row" }, avatar(account), h("span", { class: "quiet" }, `@${me.username}`)),
      h("ul", { class: "menu" },
        entry("person", "Profile", () => openProfile(me.id)),
        entry("save", "Saved posts", () => (location.hash = "#/saved")),
        entry("tune", "What ranks for you", () => openControls({ reload })),
        entry("keyboard", "Keyboard shortcuts", openShortcuts),
        h("li", {}, h("a", { href: "/dashboard" }, icon("chart"), "Dashboard")),
        h("li", {}, h("a", { href: "/docs" }, icon("docs"), "The API, described")),
        entry("out", "Sign out", leave),
      ),
    ],
  });

  function entry(symbol, words, run) {
    const act = () => {
      sheet.close();
      run();
    };
    return h("li", {}, h("button", { type: "button", on: { click: act } }, icon(symbol), words));
  }

  async function leave() {
    await flush();
    await signOut();
  }
}

async function openControls({ reload }) {
  const personal = h("input", { type: "checkbox", role: "switch", id: "is-personalised", disabled: true });
  openSheet({
    title: "What ranks for you",
    kind: "small",
    body: [
      h("div", { class: "row between" }, h("label", { for: "is-personalised" }, "Rank for me"), personal),
      h("p", { class: "quiet" }, "Without it you get the newest posts, and no profile of you is kept or read."),
      h("h3", {}, "Start afresh"),
      h("p", { class: "quiet" }, "Forget what was learned from what you did. What you follow, like and chose stays."),
      h("button", { type: "button", class: "button danger", on: { click: reset } }, "Forget what was learned"),
    ],
  });
  personal.addEventListener("change", async () => {
    try {
      const { message } = await preferencesChange({ is_personalised: personal.checked });
      toast(message, { tone: "good" });
      reload();
    } catch (error) {
      personal.checked = !personal.checked;
      toastError(error);
    }
  });
  try {
    const { data } = await preferencesRead();
    personal.checked = data.is_personalised;
    personal.disabled = false;
  } catch (error) {
    toastError(error);
  }

  async function reset() {
    const text = "Your feed starts as a newcomer's. This cannot be taken back.";
    if (!(await confirmSheet({ title: "Forget what was learned?", text, yes: "Forget" }))) return;
    try {
      const { message } = await profileReset();
      toast(message, { tone: "good" });
      reload();
    } catch (error) {
      toastError(error);
    }
  }
}
