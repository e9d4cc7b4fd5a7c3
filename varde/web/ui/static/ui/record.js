// The patient's page: the note follows what is ticked until it is edited, and keys for the panel.

const form = document.querySelector("form[data-handle]");
const note = document.getElementById("note");

if (form instanceof HTMLFormElement && note instanceof HTMLTextAreaElement) {
  const begun = note.value.trim();
  let ours = note.value;
  const followed = () => {
    if (note.value !== ours) return; // somebody has written: it is theirs
    const said = [...form.querySelectorAll("input[data-says]:checked")].map(
      (one) => /** @type {HTMLElement} */ (one).dataset.says ?? "",
    );
    note.value = [begun, said.join(" ")].filter(Boolean).join("\n");
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

document.addEventListener("keydown", (event) => {
  const where = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (where instanceof HTMLElement && where.closest("input, textarea, select")) {
    if (event.key === "Escape") where.blur();
    return;
  }
  if (event.key === "Escape") location.assign("/");
  const first = form?.querySelector("input[type=radio]");
  if (event.key === "h" && first instanceof HTMLElement) first.focus();
  if (event.key === "t") press('form[action^="/nurse/take/"] button');
  if (event.key === "c") press('a[href^="tel:"]');
});

/** @param {string} selector */
function press(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.click();
}
