// Words the record has not confirmed yet, kept by this tab: when the kernel is killed between two
// keystrokes they are there after the reload. They go as soon as the record has them.

const nameOf = (takeId) => `practika-unsent-${takeId}`;

function store() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null; // a browser that stores nothing
  }
}

/** The unconfirmed words about a take, as the body of a draft; null when there are none. */
export function asideOf(takeId) {
  try {
    return JSON.parse(store()?.getItem(nameOf(takeId)) ?? "null");
  } catch {
    return null;
  }
}

/** Remember a draft's body; an empty one forgets. */
export function putAside(takeId, body) {
  if (!takeId) return;
  try {
    if (Object.keys(body).length) store()?.setItem(nameOf(takeId), JSON.stringify(body));
    else store()?.removeItem(nameOf(takeId));
  } catch {
    // A full store: the record is asked to keep the words anyway.
  }
}

/** The record has this body: forget it, unless more was typed meanwhile. */
export function forgetAside(takeId, body) {
  if (JSON.stringify(asideOf(takeId)) === JSON.stringify(body)) putAside(takeId, {});
}

/** What was written while `sent` was on its way: it is the beginning of the next one. */
export const writtenSince = (sent, now) => (now.startsWith(sent) ? now.slice(sent.length).trimStart() : now);
