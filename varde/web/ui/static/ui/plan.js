// The plan: a tick is kept at once. Without script the form has a button.

for (const form of document.querySelectorAll("form[data-ticks]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  const said = form.querySelector("[data-said]");
  form.querySelector("[data-noscript]")?.setAttribute("hidden", "");
  let turn = Promise.resolve();
  form.addEventListener("change", () => {
    turn = turn.then(async () => {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Part": "tick" },
      }).catch(() => null);
      if (answer?.status === 409) location.reload(); // another version holds now
      if (said) said.textContent = (answer?.ok ? form.dataset.kept : form.dataset.failed) ?? "";
    });
  });
}
