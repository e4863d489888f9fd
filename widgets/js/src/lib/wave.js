// A waveform as one path. The file is a JSON list of loudness, 0 to 100.
import { html, svg } from "./dom.js";
import { url } from "./base.js";

const BARS = 120;
const found = new Map(); // address -> list, or null while it is fetched

/** At most `bars` values, each the loudest of its stretch. */
export function thin(values, bars = BARS) {
  if (values.length <= bars) return values;
  return Array.from({ length: bars }, (_, n) => {
    const from = Math.floor((n * values.length) / bars);
    const to = Math.max(from + 1, Math.floor(((n + 1) * values.length) / bars));
    return Math.max(...values.slice(from, to));
  });
}

/** Upright strokes in a 1000 x 48 box, from the n-th value on. */
export function strokes(values, from = 0, to = values.length, all = values.length) {
  const parts = [];
  for (let n = from; n < to; n += 1) {
    const height = 3 + (Math.max(0, Math.min(100, values[n])) / 100) * 41;
    parts.push(`M${Math.round(((n + 0.5) / all) * 1000)} ${(24 - height / 2).toFixed(1)}v${height.toFixed(1)}`);
  }
  return parts.join("");
}

function load(address, ready) {
  if (found.has(address)) return found.get(address);
  found.set(address, null);
  fetch(address)
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((values) => found.set(address, Array.isArray(values) ? thin(values) : []), () => found.set(address, []))
    .then(ready);
  return null;
}

/** The waveform of a video, strong up to `seconds`, pale after; `ready` is called once it is here. */
export function waveform(video, seconds, ready) {
  const values = load(url(video.wave), ready);
  if (!values?.length) return html`<div class="wave" aria-hidden="true"></div>`;
  const cut = Math.round(((seconds || 0) / (video.seconds || 1)) * values.length);
  return html`<div class="wave" aria-hidden="true"><svg viewBox="0 0 1000 48" preserveAspectRatio="none">
    ${svg`<path d=${strokes(values, 0, cut)}></path><path class="todo" d=${strokes(values, cut)}></path>`}</svg></div>`;
}
