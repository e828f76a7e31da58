/** The start: who is signed in, what they chose, and the sections that show it. */

import { byId, fill, h } from "../../demo/js/dom.js";
import { onSession, session, signIn } from "../../demo/js/session.js";
import { creatorRead, dashboard, models as modelsRead, segments as segmentsRead } from "./api.js";
import { chartsForget } from "./chart.js";
import { choice, choose, daysOf, onWalk, queryOf, settle } from "./choice.js";
import { showControls } from "./controls.js";
import { models, moderation } from "./keeping.js";
import { categories, creators, posts } from "./leaders.js";
import { liveStrip } from "./live.js";
import { actives, overview, sentiment, trend } from "./overview.js";
import { failed } from "./parts.js";
import { funnel, retention } from "./people.js";
import { segments } from "./segments.js";
import { showAccount, showSignIn } from "./welcome.js";

const AUTHORS = [overview, trend, funnel, sentiment, posts];
const PLATFORMS = [overview, trend, funnel, actives, retention, creators, categories, sentiment, moderation];

let asked = new AbortController();
let live = null;
// As the last answer told; a refusal tells none.
let scopes = ["own"];

async function show() {
  asked.abort();
  asked = new AbortController();
  live?.end();
  live = null;
  showAccount(byId("account"));
  byId("controls").hidden = !session();
  if (!session()) return showWayIn();
  const { signal } = asked;
  byId("content").setAttribute("aria-busy", "true");
  try {
    const data = await read(signal);
    if (!signal.aborted) paint(data);
  } catch (error) {
    if (signal.aborted) return;
    showControls(byId("controls"), { ...choice(), scope: choice().scope || "own" }, { scopes, changed });
    fill(byId("content"), failed(error, show));
  } finally {
    if (!signal.aborted) byId("content").removeAttribute("aria-busy");
  }
}

function showWayIn() {
  scopes = ["own"];
  // What was being read when the session ended is read no more.
  byId("content").removeAttribute("aria-busy");
  showSignIn(byId("content"));
  chartsForget();
}

/** Ask for what was chosen; who may see everybody's figures, and chose nothing, gets those. */
async function read(signal) {
  const chosen = choice();
  const { data } = await dashboard(queryOf(chosen), { signal });
  if (chosen.scope || !data.scopes.includes("platform")) return data;
  return (await dashboard(queryOf(settle({ scope: "platform" })), { signal })).data;
}

function paint(data) {
  const chosen = { ...choice(), scope: data.scope };
  const query = queryOf(chosen);
  const shown = { ...data, csv: (table) => () => ({ ...query, table }) };
  const sections = data.scope === "platform" ? PLATFORMS : AUTHORS;
  const { scope, user_id: userId } = query;
  live = liveStrip({ scope, ...(userId && { user_id: userId }) });
  const more = { segments: h("div", { class: "wide" }), models: h("div", { class: "wide" }) };
  scopes = data.scopes;
  showControls(byId("controls"), chosen, { scopes, changed });
  fill(byId("content"), live.strip, sections.map((section) => section(shown)), more.segments, more.models);
  chartsForget();
  if (userId) nameCreator(userId);
  if (data.scope !== "platform") return;
  const { signal } = asked;
  const { csv } = shown;
  showLater(more.segments, () => segmentsRead(daysOf(choice()), { signal }), (found) => segments({ ...found, csv }), signal);
  showLater(more.models, () => modelsRead({ signal }), (found) => models({ ...found, csv }), signal);
}

/** Say who it is whose number stands in the address; whose profile cannot be read keeps the number. */
async function nameCreator(id) {
  const place = byId("of-creator");
  const found = await creatorRead(id).catch(() => null);
  if (found) fill(place, `@${found.data.username}`);
}

/** Fill `place` with the section of what `read` answers: the page does not wait for it. */
async function showLater(place, read, section, signal) {
  try {
    fill(place, section((await read()).data));
  } catch (error) {
    if (!signal.aborted) fill(place, failed(error, () => showLater(place, read, section, signal)));
  }
}

function changed(changes) {
  choose(changes);
  showAgain();
}

/** Show what is chosen now. All is made anew: put the focus where it was, or else where the figures begin. */
async function showAgain() {
  const { id, textContent: words } = document.activeElement;
  const hadFocus = document.activeElement !== document.body;
  await show();
  if (!hadFocus || document.activeElement !== document.body) return;
  const buttons = [...document.querySelectorAll("#controls button, .live button")];
  const again = (id && byId(id)) || buttons.find((button) => button.textContent === words) || byId("content");
  again.focus({ preventScroll: true });
}

/** A link of the form #sign-in=NAME:PASSWORD signs in; what stands after # never leaves the browser. */
async function signInByLink() {
  const found = /^#sign-in=([^:]+):(.+)$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname + location.search);
  await signIn(decodeURIComponent(found[1]), decodeURIComponent(found[2])).catch(() => {});
}

await signInByLink();
onSession(show);
onWalk(showAgain);
show();
