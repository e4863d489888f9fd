// The take before, beside the new one: its video from the same time, and what was said then.
import { html, nothing } from "../lib/dom.js";
import { url } from "../lib/base.js";
import { clock as clockText } from "../lib/format.js";
import { icon, mark, markName } from "../lib/icons.js";
import { ratioOf } from "../player/stage.js";
import { said } from "../lib/said.js";

export function last({ desk, view }) {
  if (!view.earlier) return nothing;
  const { take, replies } = view.earlier;
  return html`<section class="card flush o3" aria-label="Last time"><header><h2 style="font-size:var(--pk-text-l)">Last time</h2>
    <a class="btn sm" data-go href="?take=${view.take.id}&with=take:${take.id}">${icon("columns-2")}Both takes</a></header>
    ${take.video.ready ? html`<div style="padding:0 var(--pk-4) var(--pk-2)">${film(desk, take)}</div>` : nothing}
    ${replies.length
      ? html`<ul>${replies.map((reply) => comment(desk, take, reply))}</ul>`
      : html`<p class="meta" style="padding:0 var(--pk-4) var(--pk-4)">Nothing was said about take ${take.number}.</p>`}</section>`;
}

const film = (desk, take) => html`<div class="video" style="aspect-ratio:${ratioOf(take.video)};max-block-size:16rem">
  <video preload="none" playsinline data-last ?controls=${desk.lastOpen === take.id} aria-label="Take ${take.number}" @play=${desk.quiet}
    poster=${take.video.poster ? url(take.video.poster) : nothing} src=${url(take.video.src)}
    style="display:block;inline-size:100%;block-size:100%;object-fit:contain"></video>
  ${desk.lastOpen === take.id
    ? nothing
    : html`<button class="big" type="button" style="inline-size:3rem;block-size:3rem" aria-label="Play take ${take.number} from the same time"
        @click=${() => play(desk, take, desk.clock.time)}>${icon("play")}</button><span class="cap">take ${take.number}, from the same time</span>`}</div>`;

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

const comment = (desk, take, reply) => html`<li class="last"><p class="by row meta">${mark(reply.kind)}${reply.start === null
  ? html`<span>Whole take</span>`
  : html`<button class="at" type="button" aria-label="Play take ${take.number} from ${clockText(reply.start)}" ?disabled=${!take.video.ready}
      @click=${() => play(desk, take, reply.start)}>${clockText(reply.start)}</button>`}<span>${markName(reply.kind)}</span>
  ${reply.seen ? html`<span class="life">${icon("eye")}seen</span>` : nothing}</p>${reply.text ? said(reply, (time) => play(desk, take, time)) : nothing}</li>`;
