// What was drawn on an earlier take: small, on the picture of its moment, beside what was said;
// large, over that take itself wherever it plays.
import { html, nothing } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { clock as clockText } from "../lib/format.js";
import { ink, inWords } from "../lib/ink.js";
import { shapeOf, tileAt } from "../player/film.js";
import { tileOf } from "../player/peek.js";

const [WIDEST, TALLEST] = [14, 12];

/** The picture to press: `there()` goes to the moment in the earlier take. */
export function drawnThen(item, there) {
  if (!item.drawn) return nothing;
  const { drawing, shown, video } = item.drawn;
  const ratio = shapeOf(video);
  const look = `inline-size:min(100%, ${Math.min(WIDEST, TALLEST * ratio).toFixed(2)}rem);aspect-ratio:${ratio.toFixed(4)}`;
  return html`<button class="then" type="button" style=${look} title="Go there" aria-label="${inWords(drawing)}, at ${clockText(shown.from)} of take ${item.take.number}. Go there" @click=${there}>
    <span class="video" style=${pictureOf(video, shown.from)}>${ink(drawing, ratio)}</span></button>`;
}

function pictureOf(video, at) {
  if (!video.film || !(video.film_tiles > 0)) return nothing;
  const { position, size } = tileAt(tileOf(at, video.seconds, video.film_tiles), video.film_tiles);
  return `background-image:url("${url(video.film)}");background-position:${position};background-size:${size}`;
}

/** What lies over the earlier take `takeId` as it plays, each drawing at its time. */
export const drawnOver = (ledger, takeId, ratio) =>
  (ledger?.last ?? []).filter((item) => item.drawn && item.take.id === takeId).map((item) => ink(item.drawn.drawing, ratio, item.drawn.shown));
