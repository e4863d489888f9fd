// Who has a recording in hand: while one page does, no other offers it as left behind.

const PREFIX = "practika-recording-";

/** Take a recording in hand; returns how to let go. A page that dies lets go by itself. */
export function hold(key) {
  let letGo = () => {};
  const until = new Promise((resolve) => (letGo = resolve));
  navigator.locks?.request(PREFIX + key, { ifAvailable: true }, (lock) => (lock ? until : null));
  return letGo;
}

/** Keys of the recordings that some page of this browser has in hand. */
export async function inHand() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.filter((lock) => lock.name.startsWith(PREFIX)).map((lock) => lock.name.slice(PREFIX.length)));
}

const files = new WeakMap();

/** A file that is a recording's picture of itself: whoever sends it finds the recording. */
export const isRecordingOf = (file, recording) => (files.set(file, recording), file);

export const recordingOf = (file) => (file ? files.get(file) : undefined);
