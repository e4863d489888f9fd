// The line under the header: what is cut off, and what became of it.

const byId = (id) => document.getElementById(id);
const lost = new Set();
let ended = false;
let away = 0;

function say(text) {
  const live = byId("pk-live");
  if (live && live.textContent !== text) live.textContent = text;
}

/** Show a sentence; `seconds` says when it goes by itself. */
export function banner(text, { reload = false, seconds = 0 } = {}) {
  const bar = byId("pk-banner");
  if (!bar) return;
  clearTimeout(away);
  bar.hidden = false;
  bar.querySelector("[data-text]").textContent = text;
  bar.querySelector("[data-reload]").hidden = !reload;
  say(text);
  if (seconds) away = setTimeout(() => (bar.hidden = true), seconds * 1000);
}

/** Something is cut off. A moment's grace: most cuts mend before anybody notices. */
export function cut(what) {
  if (ended || lost.has(what)) return;
  lost.add(what);
  setTimeout(() => {
    if (lost.has(what) && !ended) banner("Connection lost. Trying again…", { reload: true });
  }, 800);
}

export function mended(what) {
  if (!lost.delete(what) || lost.size > 0 || ended || byId("pk-banner")?.hidden !== false) return;
  banner("Connected again.", { seconds: 4 });
}

/** Whether this, or anything at all, is cut off now. */
export const isCut = (what) => (what ? lost.has(what) : lost.size > 0);

/** Whether the page's kernel has ended; nothing mends after that. */
export const isOver = () => ended;

/** The page's kernel has ended. */
export function over(text) {
  ended = true;
  const icon = byId("pk-banner")?.querySelector(".i");
  if (icon) icon.className = "i i-info"; // no connection is lost
  if (text) banner(text, { reload: true });
}
