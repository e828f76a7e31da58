/* The keyboard of the moderators' queue and case pages. Without it every button works. */
"use strict";

{
    const RULINGS = { g: "keep", e: "reduce", r: "remove", s: "suspend" };
    const page = document.querySelector("[data-moderation]");
    const isQueue = page !== null && page.dataset.moderation === "queue";
    const cases = [...document.querySelectorAll("[data-case]")];
    const keys = document.querySelector("[data-keys]");
    const reason = document.querySelector("[data-reason]");
    const rule = document.querySelector("[data-rule]");
    const count = document.querySelector("[data-count]");
    let current = -1;

    const boxes = () => cases.map((one) => one.querySelector("input[name=case]")).filter(Boolean);
    const chosen = () => boxes().filter((box) => box.checked);
    const boxOf = (one) => one && one.querySelector("input[name=case]");

    function show() {
        if (count && isQueue) {
            count.textContent = chosen().length || "";
        }
    }

    function focus(place) {
        if (cases.length === 0) {
            return;
        }
        current = Math.max(0, Math.min(cases.length - 1, place));
        cases[current].focus();
        cases[current].scrollIntoView({ block: "nearest" });
    }

    function toggle(box) {
        if (box) {
            box.checked = !box.checked;
            show();
        }
    }

    function selectAll() {
        const all = boxes();
        const isFull = all.every((box) => box.checked);
        all.forEach((box) => { box.checked = !isFull; });
        show();
    }

    function rulingOf(name) {
        return document.querySelector(`input[name=ruling][value=${name}]`);
    }

    function choose(name) {
        const ruling = rulingOf(name);
        if (!ruling) {
            return;
        }
        if (isQueue && chosen().length === 0 && boxOf(cases[current])) {
            toggle(boxOf(cases[current]));
        }
        ruling.checked = true;
        reason.focus();
    }

    function undo() {
        const ruling = document.querySelector("input[name=ruling]:checked");
        if (ruling) {
            ruling.checked = false;
        } else {
            chosen().forEach((box) => { box.checked = false; });
            show();
        }
        if (isQueue && current >= 0) {
            focus(current);
        }
    }

    function press(selector, inside = document) {
        const found = inside && inside.querySelector(selector);
        if (found) {
            found.click();
        }
    }

    function lift() {
        const around = isQueue ? cases[current] : document;
        press(".veil-lift", around);
    }

    const ANYWHERE = {
        c: () => (isQueue ? press("[data-claim]", cases[current]) : press("[data-claim-form] button")),
        n: () => press("[data-next] button"),
        v: lift,
        "?": () => { keys.open = !keys.open; },
        Escape: undo,
    };
    const IN_QUEUE = {
        j: () => focus(current + 1),
        ArrowDown: () => focus(current + 1),
        k: () => focus(current - 1),
        ArrowUp: () => focus(current - 1),
        x: () => toggle(boxOf(cases[current])),
        a: selectAll,
        o: () => press("[data-open]", cases[current]),
        Enter: () => press("[data-open]", cases[current]),
        "/": () => document.querySelector("[data-search]").focus(),
    };
    const IN_CASE = { q: () => press("[data-queue-link]") };

    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
            return;
        }
        const at = event.target;
        const isWriting = at.matches("input:not([type=checkbox], [type=radio]), select, textarea");
        if (isWriting) {
            if (event.key === "Escape") {
                at.blur();
                undo();
            }
            return;
        }
        // Enter on a button or a link is the browser's.
        if (event.key === "Enter" && at.matches("a, button, summary")) {
            return;
        }
        const own = isQueue ? IN_QUEUE : IN_CASE;
        const ruling = RULINGS[event.key];
        const act = own[event.key] || ANYWHERE[event.key] || (ruling && (() => choose(ruling)));
        if (act) {
            event.preventDefault();
            act();
        }
    });

    document.addEventListener("change", show);
    document.addEventListener("focusin", (event) => {
        const one = event.target.closest("[data-case]");
        if (one) {
            current = cases.indexOf(one);
        }
    });

    if (rule) {
        let filled = "";
        rule.addEventListener("change", () => {
            const text = rule.selectedOptions[0].dataset.text;
            if (reason.value === "" || reason.value === filled) {
                reason.value = text;
            }
            filled = text;
        });
    }

    show();
    if (isQueue) {
        focus(0);
    }
}
