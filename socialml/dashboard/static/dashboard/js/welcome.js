/** The way in: the account that is signed in at / is signed in here too. */

import { fill, h } from "../../demo/js/dom.js";
import { clearErrors, field, formError, showErrors, whileBusy } from "../../demo/js/forms.js";
import { session, signIn, signOut } from "../../demo/js/session.js";

/** Fill `place` with the form; once it worked, the session says so. */
export function showSignIn(place) {
  const username = h("input", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const button = h("button", { class: "button primary" }, "Sign in");
  const form = h("form", { class: "sign-in panel", novalidate: true }, h("h2", {}, "Sign in"), field("Name or email", username), field("Password", password), formError(), button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    whileBusy(button, () => signIn(username.value, password.value).catch((error) => showErrors(form, error)));
  });
  fill(place, form);
}

/** Fill `place` with who is signed in, and the way out. */
export function showAccount(place) {
  const { me } = session() ?? {};
  fill(place, me && [h("span", { class: "me" }, me.username), h("button", { type: "button", class: "button small", on: { click: signOut } }, "Sign out")]);
}
