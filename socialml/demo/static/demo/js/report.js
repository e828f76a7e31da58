/** Telling a moderator. */

import { commentReport, postReport } from "./api.js";
import { openSheet } from "./dialog.js";
import { h } from "./dom.js";
import { clearErrors, field, formError, showErrors, whileBusy } from "./forms.js";
import { toast } from "./toasts.js";

const REASONS = {
  spam: "Spam",
  harassment: "Bullying or harassment",
  hate: "Hate",
  violence: "Violence",
  sexual: "Sexual content",
  self_harm: "Self-harm",
  misinformation: "Misinformation",
  intellectual_property: "Somebody else's work",
  other: "Something else",
};

/** Report `post`, or `comment` on it where one is given. */
export function openReport(post, comment = null) {
  const reason = h(
    "select",
    { name: "reason", autofocus: true },
    Object.entries(REASONS).map(([value, words]) => h("option", { value }, words)),
  );
  const note = h("textarea", { name: "note", rows: "3", maxlength: "1000" });
  const button = h("button", { class: "button danger" }, "Send the report");
  const form = h(
    "form",
    { novalidate: true },
    field("What is wrong?", reason),
    field("Anything to add?", note, { hint: "A moderator reads it. Its author does not learn who reported." }),
    formError(),
    h("div", { class: "row end" }, button),
  );
  const sheet = openSheet({ title: comment ? "Report this comment" : "Report this post", kind: "small", body: form });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    const draft = { reason: reason.value, note: note.value };
    whileBusy(button, async () => {
      try {
        const { message } = comment
          ? await commentReport(post.id, comment.id, draft)
          : await postReport(post.id, draft);
        sheet.close();
        toast(message, { tone: "good" });
      } catch (error) {
        showErrors(form, error);
      }
    });
  });
}
