/** Fields with their errors beside them, as the API names them. */

import { attribute, h } from "./dom.js";

/** Return a labelled field around `input`, which needs a name. */
export function field(label, input, { hint = "" } = {}) {
  const id = `field-${input.name}`;
  input.id = id;
  attribute(input, "aria-describedby", `${id}-hint ${id}-error`);
  return h(
    "div",
    { class: "field", data: { field: input.name } },
    h("label", { for: id }, label),
    input,
    h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "error", id: `${id}-error` }),
  );
}

/** Return the line of a form that says what is wrong with it as a whole. */
export const formError = () => h("p", { class: "error form-error", role: "alert" });

/** Show an ApiError: each field's words beside the field, the message where no field has one. */
export function showErrors(form, error) {
  clearErrors(form);
  let first = null;
  for (const [name, texts] of Object.entries(error.fields ?? {})) {
    const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!place) continue;
    place.querySelector(".error").textContent = words(texts);
    const input = place.querySelector("input, textarea, select");
    input?.setAttribute("aria-invalid", "true");
    first ??= input;
  }
  if (first) first.focus();
  else form.querySelector(".form-error").textContent = error.message;
}

export function clearErrors(form) {
  for (const place of form.querySelectorAll(".error")) place.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** Run `work` while the button says that it is busy. */
export async function whileBusy(button, work) {
  button.disabled = true;
  attribute(button, "aria-busy", "true");
  try {
    return await work();
  } finally {
    button.disabled = false;
    attribute(button, "aria-busy", null);
  }
}

function words(texts) {
  if (typeof texts === "string") return texts;
  if (Array.isArray(texts)) return texts.map(words).filter(Boolean).join(" ");
  return Object.values(texts).map(words).join(" ");
}
