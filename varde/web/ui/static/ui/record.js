// The patient's page: the note follows what is ticked until it is edited, and keys for the panel.

import { keysOn } from "./keys.js";
import { hear } from "./live.js";

const FIRST = "#handle input[type=radio], #handle input[type=checkbox]";
const form = document.querySelector("form[data-handle]");
const note = document.getElementById("note");

if (form instanceof HTMLFormElement && note instanceof HTMLTextAreaElement) {
  const said = () =>
    [...form.querySelectorAll("input[data-says]:checked")]
      .map((one) => /** @type {HTMLElement} */ (one).dataset.says ?? "")
      .join(" ");
  // A form that came back has what was ticked in its note already.
  const begun = (said() ? note.value.trim().replace(said(), "") : note.value).trim();
  let ours = note.value;
  const followed = () => {
    if (note.value !== ours) return; // somebody has written: it is theirs
    note.value = [begun, said()].filter(Boolean).join("\n");
    ours = note.value;
  };
  form.addEventListener("change", followed);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

const told = document.querySelectorAll("[data-alert]");
const last = told[told.length - 1];
if (last instanceof HTMLElement) last.focus(); // what was refused, and where to answer
else addEventListener("load", () => setTimeout(asked)); // going to #… takes the focus away first

function asked() {
  if (location.hash === "#contact") focusFirst("#contact input");
  else if (location.hash === "#handle") focusFirst(FIRST);
}

// The newest stands to the right: a narrow screen begins there.
for (const chart of document.querySelectorAll(".v-chart-scroll")) chart.scrollLeft = chart.scrollWidth;

/** @param {string} selector */
function focusFirst(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.focus();
}

document.addEventListener("keydown", (event) => {
  const where = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (where instanceof HTMLElement && where.closest("input, textarea, select")) {
    if (event.key === "Escape") where.blur();
    return;
  }
  if (event.key === "Escape") location.assign("/");
  if (!keysOn()) return;
  if (event.key === "h") focusFirst(FIRST);
  if (event.key === "t") press('form[action^="/nurse/take/"] button');
  if (event.key === "c") press('a[href^="tel:"]');
});

// Whoever has the item is at work with it as long as something is done here.
const TOUCH = 5 * 60_000;
let touched = Date.now();
const place = form instanceof HTMLFormElement ? form.dataset.touch : "";
for (const what of ["input", "pointerdown", "keydown", "scroll"]) {
  document.addEventListener(what, () => place && stillHere(place), { passive: true });
}

/** @param {string} address */
function stillHere(address) {
  if (Date.now() - touched < TOUCH) return;
  touched = Date.now();
  const token = form?.querySelector('input[name="csrfmiddlewaretoken"]');
  const value = token instanceof HTMLInputElement ? token.value : "";
  fetch(address, { method: "POST", headers: { "X-CSRFToken": value } }).catch(() => {});
}

/** @param {string} selector */
function press(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.click();
}

// ── what happens meanwhile ──────────────────────────────────────────────

const panel = document.getElementById("handle");
const changed = document.querySelector("[data-changed]");
if (panel instanceof HTMLElement && changed instanceof HTMLElement && panel.dataset.now) {
  hear(panel.dataset.live ?? "/live", { beat: () => {}, change: () => setTimeout(look, Math.random() * 300) });
}

/** Says what is new about this patient; the page itself is left as it is, with what is typed. */
async function look() {
  if (!(panel instanceof HTMLElement) || !(changed instanceof HTMLElement)) return;
  const answer = await fetch(panel.dataset.now ?? "").catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (now.open && String(now.version) === panel.dataset.version) return;
  const text = !now.open
    ? (changed.dataset.closed ?? "").replace("{who}", now.by || changed.dataset.another)
    : now.owner
      ? (changed.dataset.owner ?? "").replace("{who}", now.owner)
      : changed.dataset.new;
  const span = changed.querySelector("span");
  if (span) span.textContent = text ?? "";
  changed.hidden = false;
}
