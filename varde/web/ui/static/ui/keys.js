// Keys of one letter can be turned off (WCAG 2.1.4): the choice is kept in this browser.

const NAME = "varde-keys";

export function keysOn() {
  try {
    return localStorage.getItem(NAME) !== "off";
  } catch {
    return true; // a browser that keeps nothing has them on
  }
}

/** @param {Element | null} box */
export function keysChoice(box) {
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = keysOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(NAME, box.checked ? "on" : "off");
    } catch {
      // not kept: they are on again at the next page
    }
  });
}
