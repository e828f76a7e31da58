/** An account: who it is, and what one can do about it. */

import { blockSet, muteSet, profileRead } from "./api.js";
import { confirmSheet, openSheet } from "./dialog.js";
import { fill, h } from "./dom.js";
import { record } from "./events.js";
import { avatar, followButton, nameOf } from "./people.js";
import { session } from "./session.js";
import { toast, toastError } from "./toasts.js";
import { count, day } from "./words.js";

/** Open the profile of the account with this id. */
export async function openProfile(id) {
  const sheet = openSheet({ title: "Profile", body: h("p", { class: "quiet", role: "status" }, "Looking it up …") });
  try {
    const { data } = await profileRead(id);
    fill(sheet.body, profile(data, sheet));
    if (id !== session().me.id) record({ kind: "profile_view", target_id: id });
  } catch (error) {
    fill(sheet.body, h("p", { class: "error", role: "alert" }, error.message));
  }
}

function profile(account, sheet) {
  const isMe = account.id === session().me.id;
  const see = () => {
    sheet.close();
    location.hash = `#/by/${account.id}/${encodeURIComponent(account.username)}`;
  };
  return h(
    "div",
    { class: "profile" },
    avatar(account, { size: "l" }),
    h("h3", {}, nameOf(account)),
    h("p", { class: "quiet" }, `@${account.username} · here since ${day(account.joined_at)}`),
    account.bio && h("p", {}, account.bio),
    h("dl", { class: "figures" }, figure("Posts", account.post_count), figure("Followers", account.follower_count), figure("Following", account.following_count)),
    account.interests?.length > 0 && h("p", { class: "chips" }, account.interests.map((word) => h("span", { class: "chip" }, word))),
    account.followed_by && h("p", { class: "quiet small" }, "Follows you"),
    h("div", { class: "row centre" }, followButton(account, Boolean(account.following)), h("button", { type: "button", class: "button", on: { click: see } }, "See posts")),
    !isMe && h("div", { class: "row centre" }, mute(account), block(account, sheet)),
  );
}

function figure(name, number) {
  return h("div", {}, h("dd", {}, count(number)), h("dt", {}, name));
}

function mute(account) {
  let isMuted = account.muted;
  const button = h("button", { type: "button", class: "link" });
  const paint = () => (button.textContent = isMuted ? "Hear from them again" : "Mute");
  button.addEventListener("click", async () => {
    try {
      const { message } = await muteSet(account.id, !isMuted);
      isMuted = !isMuted;
      paint();
      toast(message || "Taken back");
    } catch (error) {
      toastError(error);
    }
  });
  paint();
  return button;
}

function block(account, sheet) {
  const act = async () => {
    const text = "Neither of you will see the other any more.";
    if (!(await confirmSheet({ title: `Block @${account.username}?`, text, yes: "Block" }))) return;
    try {
      const { message } = await blockSet(account.id, true);
      sheet.close();
      toast(message);
    } catch (error) {
      toastError(error);
    }
  };
  return h("button", { type: "button", class: "link", on: { click: act } }, "Block");
}
