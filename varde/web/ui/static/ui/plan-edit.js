// The plan's editor: more rows for medication, what the patient said put in, and no leaving what is not kept without being asked.

const draft = document.querySelector("form[data-plan-edit]");

if (draft instanceof HTMLFormElement) {
  let dirty = false;
  let more = 1000;
  draft.addEventListener("input", () => (dirty = true));
  draft.addEventListener("submit", () => (dirty = false));
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  const matters = draft.querySelector("#matters");
  for (const button of document.querySelectorAll("[data-take]")) {
    if (!(button instanceof HTMLButtonElement && matters instanceof HTMLTextAreaElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      matters.value = button.dataset.take ?? "";
      dirty = true;
      matters.focus();
    });
  }
  for (const button of draft.querySelectorAll("[data-more]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const rows = button.parentElement?.querySelector("[data-meds]");
      const last = rows?.lastElementChild;
      const id = last?.querySelector('input[type="hidden"]');
      if (!rows || !last || !(id instanceof HTMLInputElement)) return;
      const before = `.m.${id.value}.`;
      const next = `new${(more += 1)}`;
      const made = /** @type {HTMLElement} */ (last.cloneNode(true));
      for (const one of made.querySelectorAll("[id], [name], [for]")) {
        for (const name of ["id", "name", "for"]) {
          const value = one.getAttribute(name);
          if (value) one.setAttribute(name, value.replace(before, `.m.${next}.`));
        }
        if (one instanceof HTMLInputElement) one.value = one.type === "hidden" ? next : "";
      }
      rows.append(made);
      const first = made.querySelector("input:not([type=hidden])");
      if (first instanceof HTMLElement) first.focus();
    });
  }
}
