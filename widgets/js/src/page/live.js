// Changes of the record, told to the widgets as they happen.
import { cut, isCut, isOver } from "./banner.js";

const root = document.documentElement;
let source = null;
let last = "";

/** Listen for changes after a mark; the server tells again what was missed since. */
export function listen(after = last, { onCut = () => {}, onBack = () => {} } = {}) {
  last = after;
  source?.close();
  const mine = new EventSource(`${root.dataset.base ?? "/"}live?after=${encodeURIComponent(last)}`);
  source = mine;
  // The server is back, but is the kernel?
  mine.onopen = () => isCut("live") && onBack();
  mine.onerror = () => {
    if (source !== mine || isOver()) return;
    cut("live");
    if (mine.readyState === EventSource.CLOSED) onCut();
  };
  mine.addEventListener("changed", (event) => {
    last = event.lastEventId || last;
    const detail = JSON.parse(event.data);
    window.dispatchEvent(new CustomEvent("practika:changed", { detail }));
  });
}

export function stopListening() {
  source?.close();
  source = null;
}

/** Whether the browser has given up on the stream. */
export const gaveUp = () => source?.readyState === EventSource.CLOSED;
