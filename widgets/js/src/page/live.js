// Changes of the record, told to the widgets as they happen.
//
// A browser lets one server have six connections, for all of its tabs together: a seventh tab
// that listens would leave none to open a page or send a video with. So only a tab that is seen
// listens. One that comes back to sight hears first what it has missed.
import { cut, isCut, isOver } from "./banner.js";

const LEAVE_AFTER = 3000; // a glance at another tab is no reason to go

const root = document.documentElement;
let source = null;
let last = "";
let told = null; // who is to be told of the connection; null while nobody wants one
let leaving = 0;

/** Listen for changes after a mark; the server tells again what was missed since. */
export function listen(after = last, { onCut = () => {}, onBack = () => {} } = {}) {
  last = after;
  told = { onCut, onBack };
  open();
}

function open() {
  close();
  if (document.visibilityState === "hidden") return;
  const mine = new EventSource(`${root.dataset.base ?? "/"}live?after=${encodeURIComponent(last)}`);
  source = mine;
  // The server is back, but is the kernel?
  mine.onopen = () => isCut("live") && told?.onBack();
  mine.onerror = () => {
    if (source !== mine || isOver()) return;
    cut("live");
    if (mine.readyState === EventSource.CLOSED) told?.onCut();
  };
  mine.addEventListener("changed", (event) => {
    last = event.lastEventId || last;
    const changes = JSON.parse(event.data);
    // The bell's own affair, and the keys': nothing that a widget shows has changed.
    const noticed = changes.filter((change) => change.kind === "notice.changed");
    const rekeyed = changes.filter((change) => change.kind === "person.keys_changed");
    const detail = changes.filter((change) => !noticed.includes(change) && !rekeyed.includes(change));
    if (rekeyed.length) window.dispatchEvent(new Event("practika:keys"));
    if (noticed.length) window.dispatchEvent(new CustomEvent("practika:noticed", { detail: noticed }));
    if (detail.length) window.dispatchEvent(new CustomEvent("practika:changed", { detail }));
  });
}

function close() {
  clearTimeout(leaving);
  source?.close();
  source = null;
}

export function stopListening() {
  told = null;
  close();
}

/** Whether the browser has given up on the stream. */
export const gaveUp = () => source?.readyState === EventSource.CLOSED;

document.addEventListener("visibilitychange", () => {
  clearTimeout(leaving);
  if (!told) return;
  if (document.visibilityState === "hidden") leaving = setTimeout(close, LEAVE_AFTER);
  else if (!source) open();
});
