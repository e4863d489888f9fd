// Who has a recording in hand: while one page does, no other offers it as left behind.

const PREFIX = "practika-recording-";
const ours = new Set();

/** Take a recording in hand; returns how to let go. A page that dies lets go by itself. */
export function hold(key, got = () => {}) {
  let letGo = () => {};
  const until = new Promise((resolve) => (letGo = resolve));
  ours.add(key);
  if (!navigator.locks) queueMicrotask(() => got(true));
  navigator.locks?.request(PREFIX + key, { ifAvailable: true }, (lock) => (got(Boolean(lock)), lock ? until : null));
  return () => (ours.delete(key), letGo());
}

/** Take one in hand that may be in another's: resolves to how to let go, or to null. */
export const grasp = (key) =>
  new Promise((resolve) => {
    const letGo = hold(key, (got) => resolve(got ? letGo : (letGo(), null)));
  });

/** Whether this page has it in hand. */
export const isOurs = (key) => ours.has(key);

/** Resolves as soon as one of these is in nobody's hand; rejects when the signal says so. */
export const oneFree = (keys, signal) =>
  Promise.any(keys.map((key) => navigator.locks.request(PREFIX + key, { mode: "shared", signal }, () => {})));

/** Keys of the recordings that some page of this browser has in hand. */
export async function inHand() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.filter((lock) => lock.name.startsWith(PREFIX)).map((lock) => lock.name.slice(PREFIX.length)));
}

const files = new WeakMap();

/** A file that is a recording's picture of itself: whoever sends it finds the recording. */
export const isRecordingOf = (file, recording) => (files.set(file, recording), file);

export const recordingOf = (file) => (file ? files.get(file) : undefined);
