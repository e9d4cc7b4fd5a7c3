// Keys on every page of the nurse: the menu, undo, and the parts of the page that say their key.

import { keysChoice, keysOn } from "./keys.js";

const dialog = document.getElementById("shortcuts");
const FIRST = "input:not([type=hidden]), select, textarea, button, a[href], summary";

keysChoice(document.querySelector("[data-keys]"));

/** What has been asked for is opened, pressed, or put under the hand. @param {Element} found */
function open(found) {
  if (found instanceof HTMLAnchorElement || found instanceof HTMLButtonElement) return found.click();
  const folded = found instanceof HTMLDetailsElement ? found : found.querySelector("details");
  if (!folded || folded.open) return first(found);
  folded.addEventListener("toggle", () => {
    first(found); // what is folded takes no focus before it is shown, and on a busy machine later still
    requestAnimationFrame(() => found.contains(document.activeElement) || first(found));
  }, { once: true });
  folded.open = true;
}

/** @param {Element} found */
function first(found) {
  found.scrollIntoView({ block: "nearest" });
  const inside = [...found.querySelectorAll(FIRST)].find((one) => !one.matches("summary"));
  if (inside instanceof HTMLElement) inside.focus();
}

/** To the next or the one before in a list of things to do. @param {number} step */
function move(step) {
  const lines = [...document.querySelectorAll("main .p-tasks > li")];
  if (!lines.length || document.getElementById("rows")) return false;
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const line = lines[Math.min(lines.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  const inside = line?.querySelector(FIRST);
  if (inside instanceof HTMLElement) inside.focus();
  return true;
}

/** @param {string} key @returns {boolean} whether it means something here */
function act(key) {
  if (key === "?" && dialog instanceof HTMLDialogElement) {
    dialog.showModal();
    return true;
  }
  if (!keysOn()) return false;
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  const asked = `[data-key="${CSS.escape(key)}"]`; // what the page itself offers goes before the menu
  const found = document.querySelector(`main ${asked}`) ?? document.querySelector(asked);
  if (found) open(found);
  return found !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const where = event.target;
  if (where instanceof HTMLElement && where.closest("form[data-handle], textarea, select, dialog")) return;
  if (where instanceof HTMLInputElement && !["radio", "checkbox"].includes(where.type)) return;
  if (act(event.key)) event.preventDefault();
});
