// What the person is doing at this page right now, and what a reload would take away.

let last = -Infinity; // of performance.now(), in ms
let typed = -Infinity;

const transfers = () => window.__practikaTransfers?.all ?? [];

export function watchDoing() {
  const note = () => (last = performance.now());
  for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) {
    document.addEventListener(name, note, { capture: true, passive: true });
  }
  document.addEventListener("input", () => (typed = last = performance.now()), { capture: true });
}

const playing = () =>
  [...document.querySelectorAll("video, audio")].some((media) => !media.paused && !media.ended);

/** Seconds since the person last did something; 0 while something plays. */
export const quiet = () => (playing() ? 0 : (performance.now() - last) / 1000);

/** Whether an upload is on its way; it does not need the kernel. */
export const sending = () => transfers().some((one) => one.moving);

/** Drafts are sent this long after the last key, in ms. */
const UNSENT = 3000;

/**
 * Whether a reload would lose something: a file that is not sent yet, a recording, an open
 * dialog, or words typed after the kernel was last heard of, who keeps them as a draft.
 */
export function atRisk(lostAt = Infinity) {
  const unsent = transfers().some((one) => !["done", "cancelled"].includes(one.state));
  const recording = (window.__practikaRecordings?.size ?? 0) > 0;
  const dialog = Boolean(document.querySelector("dialog[open]"));
  return unsent || recording || dialog || typed > Math.min(lostAt, window.__practikaFront?.heardAt ?? lostAt) - UNSENT;
}
