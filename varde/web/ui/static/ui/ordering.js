// Limits: what is typed is tried at once on the patient's own days; the form works without.

const form = document.querySelector("form[data-order]");
const shown = /** @type {HTMLElement | null} */ (document.querySelector("[data-trial]"));
const WAIT = 350; // milliseconds after the last key
let asked = 0;
let timer = 0;

if (form instanceof HTMLFormElement && shown) {
  const tried = async () => {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("do", "try");
    const answer = await fetch(form.action || location.href, {
      method: "POST",
      body,
      headers: { "X-Part": "trial" },
    }).catch(() => null);
    if (mine !== asked) return; // a newer one is on its way
    if (!answer?.ok) {
      shown.textContent = shown.dataset.failed ?? ""; // nothing old stands beside new numbers
      return;
    }
    const focused = document.activeElement;
    const radio = focused instanceof HTMLInputElement && focused.name === "span" ? focused.value : "";
    const opened = shown.querySelector("details")?.open;
    shown.innerHTML = await answer.text();
    newestFirst();
    if (opened) shown.querySelector("details")?.setAttribute("open", "");
    const again = radio && shown.querySelector(`input[name="span"][value="${radio}"]`);
    if (again instanceof HTMLElement) again.focus();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(tried, WAIT);
  };
  form.addEventListener("input", (event) => {
    const where = event.target;
    if (where instanceof HTMLInputElement && where.closest(".p-bounds, .p-seg")) soon();
  });
  form.querySelector("[data-try]")?.setAttribute("hidden", "");
  for (const one of form.querySelectorAll("[data-fill]")) {
    if (!(one instanceof HTMLButtonElement)) continue;
    one.hidden = false;
    one.addEventListener("click", () => {
      for (const [key, value] of Object.entries(one.dataset)) {
        if (!key.startsWith("field") || !value) continue;
        const [name, text] = value.split("=");
        const field = document.getElementById(name);
        if (field instanceof HTMLInputElement) field.value = text;
      }
      soon();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const main = form.querySelector('.p-panel-foot button[value="enter"]'); // no word by a key
      if (main instanceof HTMLButtonElement) form.requestSubmit(main);
    }
  });
}

newestFirst();

/** The newest stands to the right: a narrow screen begins there. */
function newestFirst() {
  for (const chart of document.querySelectorAll(".v-chart-scroll")) chart.scrollLeft = chart.scrollWidth;
}

const told = document.querySelector("[data-alert]");
if (told instanceof HTMLElement) told.focus();
