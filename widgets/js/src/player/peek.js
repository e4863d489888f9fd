// A small picture of the moment under the pointer, painted straight onto its nodes: it moves
// with the pointer, and nothing else has to be drawn anew.
import { html, nothing } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { clock as clockText } from "../lib/format.js";
import { shapeOf, tileAt } from "./film.js";

const [WIDEST, TALLEST] = [160, 112];

/** Which of `tiles` pictures shows second `at` of a video of `seconds`. Pure. */
export const tileOf = (at, seconds, tiles) =>
  Math.max(0, Math.min(tiles - 1, Math.floor((at / (seconds || 1)) * tiles)));

/** The nodes, hidden until `peekAt` shows them; `below` the line instead of above it. */
export function peek(video, below = false) {
  const ratio = shapeOf(video);
  const wide = Math.round(Math.min(WIDEST, TALLEST * ratio));
  const look = `inline-size:${wide}px;aspect-ratio:${ratio.toFixed(4)};background-image:url("${url(video.film)}");background-size:${tileAt(0, video.film_tiles || 1).size}`;
  return html`<div class="peek ${below ? "below" : ""}" data-peek aria-hidden="true" hidden>${video.film && video.film_tiles > 0 ? html`<i style=${look}></i>` : nothing}<span></span></div>`;
}

/** Show what `video` shows at `at` seconds, at `x` pixels of `line`. */
export function peekAt(line, video, seconds, at, x) {
  const box = line.querySelector("[data-peek]");
  if (!box) return;
  box.hidden = !(at >= 0 && at <= seconds);
  if (box.hidden) return;
  const [picture, text] = [box.querySelector("i"), box.querySelector("span")];
  if (picture) picture.style.backgroundPosition = tileAt(tileOf(at, seconds, video.film_tiles), video.film_tiles).position;
  text.textContent = clockText(at, { tenths: true });
  const half = box.offsetWidth / 2;
  box.style.left = `${Math.max(half, Math.min(line.clientWidth - half, x))}px`;
}

/** Hide it again. */
export function endPeek(line) {
  const box = line.querySelector("[data-peek]");
  if (box) box.hidden = true;
}
