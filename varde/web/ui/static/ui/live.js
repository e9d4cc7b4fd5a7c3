// Live updates: one stream a browser. The tab that has the lock listens, and tells the others.

/** @typedef {{ beat: () => void, change: () => void }} Heard */

/** @param {string} address @param {Heard} heard */
export function hear(address, heard) {
  const others = new BroadcastChannel("varde-live");
  others.addEventListener("message", (event) => (event.data === "change" ? heard.change() : heard.beat()));
  /** @param {"beat" | "change"} what */
  const tell = (what) => {
    heard[what]();
    others.postMessage(what);
  };
  if (!navigator.locks) listen(address, tell);
  else navigator.locks.request("varde-live", () => new Promise(() => listen(address, tell)));
}

/** @param {string} address @param {(what: "beat" | "change") => void} tell */
function listen(address, tell) {
  const stream = new EventSource(address, { withCredentials: true });
  stream.addEventListener("beat", () => tell("beat"));
  stream.addEventListener("change", () => tell("change"));
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(address, tell), 3000);
  });
}
