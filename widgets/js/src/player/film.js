// The filmstrip and the waveform of one video, drawn from what the server made once.
import { html, nothing, svg } from "../lib/dom.js";
import { url } from "../lib/base.js";

const HIGH = 36;
const waves = new Map();

/** Peaks 0..100 of a VideoView, or null until they are here; `arrived()` is called then. */
export function peaksOf(video, arrived) {
  if (video?.peaks) return video.peaks.length ? video.peaks : null;
  if (!video?.wave) return null;
  const known = waves.get(video.wave);
  if (Array.isArray(known)) return known.length ? known : null;
  if (known) return null;
  const coming = fetch(url(video.wave), { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : []))
    .catch(() => []);
  waves.set(video.wave, coming);
  coming.then((peaks) => {
    waves.set(video.wave, peaks);
    arrived();
  });
  return null;
}

/** Which of `tiles` pictures to show so that each keeps its shape in `width` pixels. Pure. */
export function tilesFor(width, tiles, ratio, high = HIGH) {
  const shown = Math.max(1, Math.min(tiles, Math.floor(width / (high * ratio))));
  return Array.from({ length: shown }, (_, n) => Math.floor(((n + 0.5) * tiles) / shown));
}

/** As many pictures stand in a row of the image; `practika_kernel/domain/filmstrip.py` lays them. */
const COLUMNS = 12;

/** Where picture `n` of `tiles` stands in the image, as CSS background values. Pure. */
export function tileAt(n, tiles) {
  const columns = Math.min(tiles, COLUMNS);
  const rows = Math.ceil(tiles / COLUMNS);
  const part = (place, all) => (all > 1 ? (place / (all - 1)) * 100 : 0);
  return {
    position: `${part(n % COLUMNS, columns)}% ${part(Math.floor(n / COLUMNS), rows)}%`,
    size: `${columns * 100}% ${rows * 100}%`,
  };
}

/** width / height of a video's small pictures. */
export const shapeOf = (video) => video.film_shape || (video.height ? video.width / video.height : 16 / 9);

/** A filmstrip from one sprite; `share` (0..1) is how much of the line this video fills. */
export function film(video, width, share = 1) {
  const size = `inline-size:${share * 100}%`;
  if (!video?.film || !(video.film_tiles > 0)) return html`<div class="film" style=${size} aria-hidden="true"></div>`;
  const tiles = video.film_tiles;
  const ratio = shapeOf(video);
  const shape = `aspect-ratio:${ratio.toFixed(4)};background-image:url("${url(video.film)}")`;
  return html`<div class="film" style=${size} aria-hidden="true">${tilesFor(width * share, tiles, ratio).map((n) => {
    const { position, size: whole } = tileAt(n, tiles);
    return html`<span><i style="${shape};background-position:${position};background-size:${whole}"></i></span>`;
  })}</div>`;
}

/** The path of `bars` strokes of a waveform in a box of 1000 by 48. Pure. */
export function wavePath(peaks, bars) {
  const step = 1000 / bars;
  let path = "";
  for (let n = 0; n < bars; n += 1) {
    const from = Math.floor((n * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((n + 1) * peaks.length) / bars));
    const tall = Math.max(2, (Math.max(...peaks.slice(from, to)) / 100) * 44);
    path += `M${(step * (n + 0.5)).toFixed(1)} ${(24 - tall / 2).toFixed(1)}v${tall.toFixed(1)}`;
  }
  return path;
}

/** A waveform whose played part is painted strong by `[data-played=side]` (see paint.js). */
export function wave(peaks, width, side = "a", share = 1) {
  if (!peaks) return nothing;
  const bars = Math.max(20, Math.min(peaks.length, Math.round((width * share) / 5)));
  const d = wavePath(peaks, bars);
  const box = (line, extra) => html`<svg viewBox="0 0 1000 48" preserveAspectRatio="none" aria-hidden="true"
    style="position:absolute;inset:0" data-played=${extra}>${line}</svg>`;
  return html`<div class="wave ${side === "b" ? "b" : ""}" style="position:relative;inline-size:${share * 100}%">
    ${box(svg`<path class="todo" d=${d}></path>`, nothing)}${box(svg`<path d=${d}></path>`, side)}</div>`;
}
