// The meeting: everyone follows to the patient that is before all, and sees what is decided.

import { keysOn } from "./keys.js";

const EVERY = 4000;
const head = document.querySelector("[data-meeting]");
const changed = document.querySelector("[data-changed]");

// Who is on the way somewhere by an own click is not fetched back. It ends by itself: a file that
// is downloaded leaves no page.
const ON_THE_WAY = 10_000;
let left = -Infinity;
addEventListener("beforeunload", () => { left = performance.now(); });

/** Whether a field says something else than the page came with. @param {Element} one */
function changedHere(one) {
  if (one instanceof HTMLSelectElement) {
    const chosen = [...one.options].findIndex((option) => option.defaultSelected);
    return one.selectedIndex !== Math.max(chosen, 0);
  }
  if (one instanceof HTMLTextAreaElement) return one.value !== one.defaultValue || "typed" in one.dataset;
  if (!(one instanceof HTMLInputElement)) return false;
  return one.value !== one.defaultValue || one.checked !== one.defaultChecked || "typed" in one.dataset;
}

/** Whether somebody is in the middle of writing here. */
function writing() {
  const where = document.activeElement;
  const fields = [...document.querySelectorAll("main textarea, main select, main input:not([type=hidden])")];
  const typed = fields.some(changedHere);
  return typed || (where instanceof HTMLElement && where.matches("main textarea, main input, main select"));
}

/** @param {string} selector @param {boolean} shown */
function show(selector, shown) {
  const found = changed?.querySelector(selector);
  if (found instanceof HTMLElement) found.hidden = !shown;
}

async function look() {
  if (!(head instanceof HTMLElement) || document.hidden) return;
  const home = head.dataset.meeting ?? "";
  const answer = await fetch(`${home}/now`).catch(() => null);
  if (!answer?.ok) return;
  const now = await answer.json();
  if (String(now.edition) === head.dataset.edition) return;
  const elsewhere = now.current && now.current !== head.dataset.now && head.dataset.now;
  const there = now.stage === "running" && now.current ? `${home}/patient/${now.current}` : home;
  if (performance.now() - left < ON_THE_WAY) return;
  if (!writing()) return location.assign(there);
  const link = changed?.querySelector("a");
  if (link) link.href = there;
  show("[data-other]", Boolean(elsewhere));
  show("[data-same]", !elsewhere);
  if (changed instanceof HTMLElement) changed.hidden = false;
}

if (head) setInterval(look, EVERY);

/** @param {number} step */
function move(step) {
  const rows = [...document.querySelectorAll(".p-meet-list li")];
  const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const link = rows[at + step]?.querySelector("a");
  if (link) link.click();
}

document.addEventListener("keydown", (event) => {
  const where = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || !keysOn()) return;
  if (where instanceof HTMLElement && where.closest("input, textarea, select, button, a, summary")) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  if (event.key === "f" && head) document.documentElement.requestFullscreen().catch(() => {});
  if (event.key === "Enter") {
    const next = document.querySelector("[data-next]");
    if (next instanceof HTMLButtonElement) next.click();
  }
});
