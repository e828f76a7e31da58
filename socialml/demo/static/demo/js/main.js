/** Where everything starts: who is signed in decides between the way in and the posts. */

import { openCompose } from "./compose.js";
import { openDiscover } from "./discover.js";
import { attribute, byId, fill, h } from "./dom.js";
import { flush } from "./events.js";
import { Feed } from "./feed.js";
import { icon } from "./icons.js";
import { openMe } from "./me.js";
import { placeOf, TABS } from "./places.js";
import { soundToggle } from "./player.js";
import { onSession, session, signIn } from "./session.js";
import { listenForKeys } from "./shortcuts.js";
import { toastError } from "./toasts.js";
import { showWelcome } from "./welcome.js";

const feed = new Feed(byId("feed"), {
  onFront: ({ element }) => (byId("app").dataset.front = element.dataset.kind),
});

function show() {
  const isIn = Boolean(session());
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  byId("app").hidden = !isIn;
  byId("welcome").hidden = isIn;
  if (isIn) {
    fill(byId("welcome"));
    go();
    flush();
  } else {
    feed.close();
    fill(feed.root);
    showWelcome(byId("welcome"));
  }
}

function go() {
  if (!session()) return;
  const place = placeOf(location.hash);
  for (const link of document.querySelectorAll("#tabs a, #dock a")) {
    attribute(link, "aria-current", link.dataset.tab === place.tab ? "page" : null);
  }
  byId("tabs").hidden = !place.tab;
  byId("heading").hidden = Boolean(place.tab);
  fill(
    byId("heading"),
    h("a", { class: "round", href: "#/for_you", "aria-label": "Back to For you" }, icon("back")),
    h("h1", {}, place.label),
  );
  document.title = `${place.label} · SocialML`;
  byId("app").dataset.front = "post";
  feed.open(place);
}

function furnish() {
  fill(
    byId("tabs"),
    Object.entries(TABS).map(([name, { words, symbol }]) =>
      h("a", { href: `#/${name}`, data: { tab: name } }, icon(symbol), h("span", {}, words)),
    ),
  );
  const button = (symbol, words, run, kind = "") =>
    h("button", { type: "button", class: kind, on: { click: run } }, icon(symbol), h("span", {}, words));
  fill(
    byId("dock"),
    h("a", { href: "#/for_you", data: { tab: "for_you" } }, icon("home"), h("span", {}, "Home")),
    button("search", "Discover", openDiscover),
    button("plus", "New post", () => openCompose(), "new"),
    h("a", { href: "#/reels", data: { tab: "reels" } }, icon("film"), h("span", {}, "Reels")),
    button("person", "Me", () => openMe({ reload: go })),
  );
  const stepping = (symbol, words, by) =>
    h("button", { type: "button", class: "round", "aria-label": words, on: { click: () => feed.step(by) } }, icon(symbol));
  fill(byId("stepper"), stepping("up", "Post before", -1), stepping("down", "Next post", 1));
}

/** A link of the form #sign-in=NAME:PASSWORD signs in; what stands after # never leaves the browser. */
async function signInByLink() {
  const found = /^#sign-in=([^:]+):(.+)$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", "#/for_you");
  try {
    await signIn(decodeURIComponent(found[1]), decodeURIComponent(found[2]));
  } catch (error) {
    toastError(error);
  }
}

function watchConnection() {
  const paint = () => (byId("offline").hidden = navigator.onLine);
  addEventListener("online", paint);
  addEventListener("offline", paint);
  paint();
}

furnish();
watchConnection();
listenForKeys(() => ({ feed, compose: openCompose, sound: soundToggle }));
addEventListener("hashchange", () => (location.hash.startsWith("#sign-in=") ? signInByLink() : go()));
// Tapping the place one is at already starts it anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest("#tabs a, #dock a");
  if (link && link.getAttribute("href") === location.hash) go();
});
byId("app").querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  feed.root.focus();
});
await signInByLink();
onSession(show);
show();
