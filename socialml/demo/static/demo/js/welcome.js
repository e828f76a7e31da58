/** The way in: sign in, or look around as somebody new. */

import { categories } from "./api.js";
import { attribute, fill, h } from "./dom.js";
import { clearErrors, field, formError, showErrors, whileBusy } from "./forms.js";
import { newId } from "./http.js";
import { signIn, signUp } from "./session.js";
import { title } from "./words.js";

const MOST_INTERESTS = 20;

/** Fill `place` with the way in; once it worked, the session says so. */
export function showWelcome(place) {
  const panel = h("div", { class: "welcome-panel" });
  const tabs = { in: ["Sign in", signInForm], new: ["I am new", signUpForm] };
  const buttons = Object.entries(tabs).map(([name, [words]]) =>
    h("button", { type: "button", on: { click: () => choose(name) }, data: { tab: name } }, words),
  );
  const choose = (name) => {
    for (const button of buttons) attribute(button, "aria-pressed", button.dataset.tab === name);
    fill(panel, tabs[name][1]());
  };
  fill(
    place,
    h(
      "main",
      { class: "welcome-card" },
      h(
        "div",
        { class: "pitch" },
        h("img", { src: document.querySelector("link[rel=icon]").href, alt: "", width: "56", height: "56" }),
        h("h1", {}, "A feed that says why"),
        h("p", {}, "Swipe, like, ask for less of something, and watch the ranking follow. Every post tells what brought it here."),
        h("p", { class: "small" }, "This page uses nothing but the public API, described at ", h("a", { href: "/docs" }, "/docs"), "."),
      ),
      h("div", { class: "welcome-side" }, h("div", { class: "segments" }, buttons), panel),
    ),
  );
  choose("in");
}

function signInForm() {
  const username = h("input", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  return entryForm({
    button: "Sign in",
    fields: [
      field("Name or email", username),
      field("Password", password, { hint: "The terminal that started this server shows a demo account's, and a link that signs in by itself." }),
    ],
    work: () => signIn(username.value, password.value),
  });
}

function signUpForm() {
  const username = h("input", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", value: `guest-${newId().slice(0, 6)}` });
  const chosen = new Set();
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Interests" });
  const chip = (name) => {
    const button = h("button", { type: "button", class: "chip", "aria-pressed": "false" }, title(name));
    button.addEventListener("click", () => {
      if (chosen.has(name)) chosen.delete(name);
      else if (chosen.size < MOST_INTERESTS) chosen.add(name);
      attribute(button, "aria-pressed", chosen.has(name));
    });
    return button;
  };
  const form = entryForm({
    button: "Look around",
    fields: [
      field("Name", username, { hint: "Without a password the account lives in this browser until you sign out." }),
      h("div", { class: "field", data: { field: "interests" } }, h("span", { class: "label" }, "What do you like?"), chips, h("p", { class: "error" })),
    ],
    work: () => signUp({ username: username.value, interests: [...chosen] }),
  });
  categories().then(
    ({ data }) => fill(chips, data.categories.map(chip)),
    (error) => showErrors(form, error),
  );
  return form;
}

function entryForm({ button: words, fields, work }) {
  const button = h("button", { class: "button primary wide" }, words);
  const form = h("form", { novalidate: true }, fields, formError(), button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    whileBusy(button, () => work().catch((error) => showErrors(form, error)));
  });
  return form;
}
