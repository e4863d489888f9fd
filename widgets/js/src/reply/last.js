// The take before, beside the new one: its video from the same time, and what was said then.
import { html, nothing } from "../lib/dom.js";
import { onOurPage, url } from "../lib/base.js";
import { icon } from "../lib/icons.js";
import { go } from "../lib/live.js";
import { before, bothAt } from "../ledger/carry.js";
import { drawnOver } from "../ledger/drawn.js";
import { lastItems } from "../ledger/last.js";
import { neverThere, ratioOf } from "../player/stage.js";

export function last({ desk, view, tools }) {
  if (!view.earlier) return nothing;
  const { take } = view.earlier;
  const ledger = view.ledger ?? { last: [] };
  return html`<section class="card flush o3" aria-label="Last time, here"><header><h2 style="font-size:var(--pk-text-l)">Last time, here</h2>
    ${[take, view.take].some((one) => neverThere(one.video)) ? nothing : html`<a class="btn sm" data-go href=${bothAt(view.take.id, { take, start: then(view, take, desk.clock.time), at: desk.clock.time })}>${icon("columns-2")}Both takes</a>`}</header>
    ${take.video.ready ? html`<div style="padding:0 var(--pk-4) var(--pk-2)">${film(desk, view, take)}</div>` : nothing}
    ${ledger.last.length
      ? lastItems({ tools, ledger, takeId: view.take.id, time: desk.clock.time, here: (item) => desk.clock.seek(item.at), there: (item) => goBack(desk, take, item) })
      : html`<p class="meta" style="padding:0 var(--pk-4) var(--pk-4)">Nothing was said about take ${take.number}.</p>`}</section>`;
}

/** The moment of the earlier take that belongs to `time` here; the same time without a map. */
const then = (view, take, time) =>
  view.ledger?.previous?.id === take.id ? before(view.ledger.previous.points, time) : time;

/** An older take than the one that stands here is opened beside this one. */
function goBack(desk, take, item) {
  if (item.take.id === take.id && take.video.ready) return play(desk, take, item.start);
  return onOurPage() ? go(bothAt(desk.view.take.id, item)) : undefined;
}

const film = (desk, view, take) => html`<div class="video" style="aspect-ratio:${ratioOf(take.video)};max-block-size:16rem">
  <video preload="none" playsinline data-last ?controls=${desk.lastOpen === take.id} aria-label="Take ${take.number}" @play=${desk.quiet}
    poster=${take.video.poster ? url(take.video.poster) : nothing} src=${url(take.video.src)}
    style="display:block;inline-size:100%;block-size:100%;object-fit:contain"></video>${desk.lastOpen === take.id ? drawnOver(view.ledger, take.id, ratioOf(take.video)) : nothing}
  ${desk.lastOpen === take.id
    ? nothing
    : html`<button class="big" type="button" style="inline-size:3rem;block-size:3rem" aria-label="Play take ${take.number} from the same ${same(view, take)}"
        @click=${() => play(desk, take, then(view, take, desk.clock.time))}>${icon("play")}</button><span class="cap">take ${take.number}, from the same ${same(view, take)}</span>`}</div>`;

/** From `at` seconds on; both never sound at once, because playing one pauses the other. */
function play(desk, take, at) {
  const video = desk.tools.el.querySelector("video[data-last]");
  desk.lastOpen = take.id;
  const begin = () => {
    video.currentTime = Math.min(at, Math.max(0, (video.duration || take.video.seconds) - 0.5));
    video.play();
  };
  if (video.readyState > 0) begin();
  else {
    video.addEventListener("loadedmetadata", begin, { once: true });
    video.load();
  }
  desk.changed();
}

/** With a map it is the same moment of the music, without one only the same time. */
const same = (view, take) =>
  view.ledger?.previous?.id === take.id && view.ledger.previous.points.length ? "moment" : "time";

/** Where the picture stands that a drawing lies on: the take before has a time of its own. */
export const timeUnder = (desk) => (node) => node.closest(".video")?.querySelector("video[data-last]")?.currentTime ?? desk.clock.time;
