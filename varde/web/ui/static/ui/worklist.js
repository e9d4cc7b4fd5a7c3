// The worklist, live: what changes is fetched and put in without moving what is under the cursor.

import { keysOn } from "./keys.js";
import { hear } from "./live.js";

const rows = /** @type {HTMLElement} */ (document.getElementById("rows"));
const pill = /** @type {HTMLButtonElement} */ (document.querySelector("[data-new]"));
const lost = /** @type {HTMLElement} */ (document.querySelector("[data-live-lost]"));
const updated = document.querySelector("[data-updated]");
const current = document.querySelector("[data-current]");

const POLL = 15_000; // a list that has not heard from live for this long asks by itself
const SAY = 60_000; // and after this long says so

let selected = ""; // the item under the keyboard's cursor
let pointed = false; // whether the pointer is over the list
let heard = Date.now(); // when live was last heard
let fetched = Date.now(); // when the rows were last fetched
let shown = rows.dataset.at ?? ""; // the time of what is shown
/** @type {HTMLElement | null} */
let waiting = null; // a newer list, held until it moves nothing

// ── fetching and putting in ─────────────────────────────────────────────

let asking = false;
let again = false;

async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const answer = await fetch(`${rows.dataset.rows}${location.search}`, {
      headers: { "X-Requested-With": "fetch" },
    });
    if (answer.redirected || answer.status === 401 || answer.status === 403) location.reload();
    if (answer.ok) take(await answer.text());
  } catch {
    // no answer: the line across the top says so when it has lasted
  } finally {
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

/** @param {string} html */
function take(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const list = /** @type {HTMLElement | null} */ (parsed.querySelector("[data-list]"));
  if (!list) return;
  fetched = Date.now();
  shown = list.dataset.now ?? "";
  if (updated) updated.textContent = shown;
  counts(list);
  const fresh = added(list);
  if ((pointed || selected) && wouldMove(list)) hold(list, fresh);
  else put(list, fresh);
}

/** @param {HTMLElement} list */
function counts(list) {
  const template = /** @type {HTMLTemplateElement | null} */ (
    list.querySelector("[data-counts-new]")
  );
  const place = document.querySelector("[data-counts]");
  if (template && place) place.replaceChildren(template.content.cloneNode(true));
  const badge = document.querySelector("[data-waiting]");
  if (badge) badge.textContent = list.dataset.waiting ?? "";
  for (const one of document.querySelectorAll("[data-n]")) {
    one.textContent = list.dataset[/** @type {HTMLElement} */ (one).dataset.n ?? ""] ?? "";
  }
}

/** @param {ParentNode} list @returns {HTMLElement[]} */
function items(list) {
  return [...list.querySelectorAll("[data-item]")].filter((one) => one instanceof HTMLElement);
}

/** @param {HTMLElement} list @returns {string[]} */
function added(list) {
  const known = new Set(items(rows).map((row) => row.dataset.item));
  return items(list)
    .map((row) => row.dataset.item ?? "")
    .filter((id) => !known.has(id));
}

/** Whether anything new or gone stands above what is under the cursor. @param {HTMLElement} list */
function wouldMove(list) {
  const cursor = selected || rows.querySelector("[data-item]:hover")?.getAttribute("data-item");
  if (!cursor) return false;
  /** @param {ParentNode} where */
  const before = (where) => {
    const ids = items(where).map((row) => row.dataset.item);
    return ids.slice(0, ids.indexOf(cursor)).join();
  };
  return before(rows) !== before(list);
}

/** The reds that are not among those shown as red. @param {HTMLElement} list */
function newReds(list) {
  const known = new Set(reds(rows));
  return reds(list).filter((id) => !known.has(id)).length;
}

/** @param {HTMLElement} list */
function reds(list) {
  return [...list.querySelectorAll('[data-group="red"] [data-item]')].map((row) =>
    row.getAttribute("data-item"),
  );
}

/** A new red says so, with colour, shape and word. @param {HTMLElement} list @param {string[]} fresh */
function hold(list, fresh) {
  waiting = list;
  const red = newReds(list);
  const n = red || fresh.length;
  const one = red ? pill.dataset.oneRed : pill.dataset.one;
  const many = red ? pill.dataset.manyRed : pill.dataset.many;
  const text = n === 0 ? pill.dataset.other : n === 1 ? one : many;
  const span = pill.querySelector("span");
  if (span) span.textContent = (text ?? "").replace("{n}", String(n));
  pill.querySelector(".v-shape")?.remove();
  const shape = list.querySelector('[data-group="red"] header .v-shape');
  if (red && shape) pill.prepend(shape.cloneNode(true));
  pill.hidden = false;
  for (const row of items(list)) {
    const old = rows.querySelector(`[data-item="${row.dataset.item}"]`);
    if (old && old.getAttribute("data-version") !== row.dataset.version) old.replaceWith(row.cloneNode(true));
  }
  mark();
}

/** @param {HTMLElement} list @param {string[]} fresh */
function put(list, fresh) {
  waiting = null;
  pill.hidden = true;
  const focused = document.activeElement?.closest("[data-item]")?.getAttribute("data-item");
  rows.replaceChildren(document.adoptNode(list));
  for (const id of fresh) rows.querySelector(`[data-item="${id}"]`)?.classList.add("is-new");
  if (focused) link(focused)?.focus({ preventScroll: true });
  mark();
}

pill.addEventListener("click", () => waiting && put(waiting, added(waiting)));
rows.addEventListener("pointerenter", () => (pointed = true));
rows.addEventListener("pointerleave", () => {
  pointed = false;
  if (waiting && !selected) put(waiting, added(waiting));
});

// ── live ────────────────────────────────────────────────────────────────

/** @type {number | undefined} */
let soon;

function changed() {
  alive();
  clearTimeout(soon);
  soon = window.setTimeout(refresh, 40 + Math.random() * 160);
}

function alive() {
  const silent = Date.now() - heard > POLL;
  heard = Date.now();
  if (silent) refresh();
  tell();
}

function tell() {
  const now = Date.now();
  const text = lost.querySelector("p");
  const dead = now - fetched > SAY && (now - heard > SAY || now - fetched > 2.5 * SAY);
  const slow = now - heard > SAY || now - fetched > 2.5 * SAY;
  lost.hidden = !slow;
  const said = dead ? lost.dataset.lost : lost.dataset.slow;
  if (text && slow) text.textContent = (said ?? "").replace("{time}", shown);
}

setInterval(() => {
  if (Date.now() - heard > POLL && Date.now() - fetched >= POLL - 500) refresh();
  tell();
}, 1000);
setInterval(() => document.hidden || refresh(), 60_000); // waiting times grow

// ── acts without leaving the list ───────────────────────────────────────

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) return;
  if (button.dataset.act !== "take") return;
  event.preventDefault();
  const id = button.closest("[data-item]")?.getAttribute("data-item");
  fetch(button.formAction, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Requested-With": "fetch" },
  }).then(async (answer) => {
    if (!answer.ok) return refresh();
    take(await answer.text());
    if (id) link(id)?.focus({ preventScroll: true });
  }, refresh);
});

for (const one of document.querySelectorAll(".p-filters :is(input, select)")) {
  one.addEventListener("change", () => one.closest("form")?.submit());
}

// ── keyboard ────────────────────────────────────────────────────────────

/** @param {string} id @returns {HTMLAnchorElement | null} */
function link(id) {
  return rows.querySelector(`[data-item="${id}"] .p-who`);
}

function mark() {
  for (const row of items(rows)) {
    const here = row.dataset.item === selected;
    row.classList.toggle("is-cur", here);
    if (here) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  const row = rows.querySelector(`[data-item="${selected}"]`);
  if (!row) selected = "";
  if (current) current.textContent = row?.getAttribute("data-name") ?? "";
}

/** @param {number} step */
function move(step) {
  const ids = items(rows).map((row) => row.dataset.item ?? "");
  const at = ids.indexOf(selected);
  selected = ids[Math.min(ids.length - 1, Math.max(0, at < 0 ? 0 : at + step))] ?? "";
  mark();
  link(selected)?.focus();
}

/** @param {string} selector */
function press(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.click();
}

/** The first press shows what would be acknowledged, the second does it. */
function greens() {
  const found = document.querySelector("[data-greens] button");
  if (!(found instanceof HTMLElement)) return;
  if (document.activeElement === found) found.click();
  else found.focus();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  t: () => press(`[data-item="${selected}"] [data-act="take"]`),
  a: () => selected && location.assign(`${link(selected)?.href}#handle`),
  c: () => selected && location.assign(`${link(selected)?.href}#contact`),
  g: greens,
  n: () => pill.click(),
  "/": () => document.getElementById("q")?.focus(),
};

document.addEventListener("keydown", (event) => {
  const where = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (where instanceof HTMLElement && where.closest("input, textarea, select, dialog")) {
    if (event.key === "Escape") where.blur();
    return;
  }
  const act = KEYS[event.key];
  if (!act || !keysOn()) return;
  event.preventDefault();
  act();
});

rows.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element ? event.target.closest("[data-item]") : null;
  if (row instanceof HTMLElement) {
    selected = row.dataset.item ?? "";
    mark();
  }
});
document.addEventListener("focusout", () =>
  setTimeout(() => {
    if (!document.activeElement?.closest("[data-item]")) {
      selected = "";
      mark();
    }
  }),
);

hear(rows.dataset.live ?? "/live", { beat: alive, change: changed });
