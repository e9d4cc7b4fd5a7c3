// The big number pad: writes into the field that was last touched. The fields work without it.

/** @param {HTMLFormElement} form */
function addPad(form) {
  /** @type {HTMLInputElement[]} */
  const fields = [...form.querySelectorAll(".v-read input")].filter(
    (field) => field instanceof HTMLInputElement,
  );
  let current = fields.find((field) => !field.value) ?? fields[0];
  let fresh = true; // what stands in the field was there before: the first key takes its place
  for (const field of fields) {
    field.inputMode = "none"; // the pad is the keyboard: the phone's own stays away
    field.addEventListener("focus", () => choose(field));
  }
  const pad = document.createElement("div");
  pad.className = "v-pad";
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", form.dataset.padLabel ?? "");
  for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", ",", "0", "⌫"]) {
    pad.append(button(key, form.dataset.padErase ?? "", () => press(key)));
  }
  form.querySelector('fieldset, details, button[type="submit"]')?.before(pad);
  show();
  toPad();
  form.addEventListener("submit", (event) => {
    const skips = event.submitter instanceof HTMLButtonElement && event.submitter.name === "skip";
    const empty = fields.find((field) => !field.value.trim());
    if (skips || !empty || empty === current) return;
    event.preventDefault(); // «Neste» goes to the next number first
    empty.focus();
  });

  /** A short screen begins where the number and its keys are seen together. */
  function toPad() {
    const beyond = pad.getBoundingClientRect().bottom + 8 - window.innerHeight;
    const top = (fields[0]?.closest(".v-stack-s") ?? form).getBoundingClientRect().top;
    if (beyond > 0) window.scrollBy(0, Math.max(0, Math.min(beyond, top - 8)));
  }

  /** @param {HTMLInputElement} field */
  function choose(field) {
    fresh = fresh || field !== current;
    current = field;
    show();
  }

  /** Which field the pad writes in, also before it is touched. */
  function show() {
    for (const field of fields) {
      field.closest(".v-read")?.classList.toggle("is-current", field === current);
    }
  }

  /** @param {string} key */
  function press(key) {
    if (key === "⌫") current.value = current.value.slice(0, -1);
    else current.value = ((fresh ? "" : current.value) + key).slice(0, 7);
    fresh = false;
    current.focus();
    current.removeAttribute("aria-invalid");
    form.querySelector(`[data-error="${current.name}"]`)?.remove();
  }
}

/**
 * @param {string} key
 * @param {string} erase
 * @param {() => void} press
 */
function button(key, erase, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = key === "⌫" ? erase : key;
  if (key === "⌫") made.className = "v-pad-word";
  made.addEventListener("click", press);
  return made;
}

for (const form of document.querySelectorAll("form[data-pad]")) {
  if (form instanceof HTMLFormElement) addPad(form);
}
