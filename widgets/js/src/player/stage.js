// What stands in a stage: the video in its own shape, or a sentence why there is none yet.
import { html, nothing } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";

/** width / height of a VideoView, else of its element; 16:9 until either is known. */
export function ratioOf(video, element = null) {
  if (video?.width > 0 && video?.height > 0) return video.width / video.height;
  return element?.videoWidth > 0 ? element.videoWidth / element.videoHeight : 16 / 9;
}

/** One video in the stage. `element` comes from the bench; `ratio` may be shared by two. */
export function picture({ video, element, ratio = ratioOf(video), high = "62vh", cap = nothing, retry = null }) {
  if (neverThere(video)) high = "12rem";
  const wide = `calc(${high} * ${ratio.toFixed(4)})`;
  const shape = `aspect-ratio:${ratio.toFixed(4)};max-block-size:${high};inline-size:min(100%, ${wide});margin-inline:auto`;
  return html`<div class="video" style=${shape}>${element ?? standIn(video, retry)}${element ? cap : nothing}</div>`;
}

const box = (inside) => html`<div style="position:absolute;inset:0;display:grid;place-content:center;justify-items:center;gap:var(--pk-2);padding:var(--pk-4);text-align:center;color:var(--pk-stage-ink)">${inside}</div>`;

/** A take from before there was Practika whose video nobody has: nothing plays, and nothing is wrong. */
export const neverThere = (video) => video?.state === "none";

/** `retry` has failed work tried again; only who may ask for that is given it. */
function standIn(video, retry = null) {
  if (!video) return box(html`<p>Choose a video to stand here.</p>`);
  if (neverThere(video)) return box(html`${icon("video")}<p>${video.problem}</p>`);
  if (video.state === "failed" || video.step === "failed") {
    return box(html`${icon("triangle-alert")}<p style="max-inline-size:40ch">${video.problem || "This video cannot be played."}</p>
      ${retry && video.retry ? html`<button class="btn" type="button" @click=${retry}>${icon("rotate-ccw")}Try again</button>` : nothing}`);
  }
  const share = Math.max(0, Math.min(1, video.progress || 0));
  return box(html`${video.poster ? html`<img src=${url(video.poster)} alt="" style="position:absolute;inset:0;inline-size:100%;block-size:100%;object-fit:contain;opacity:.25">` : nothing}
    <p style="position:relative">Getting this video ready, ${percent(share)}</p>
    <div class="bar" style="position:relative;inline-size:min(14rem,60%)" role="progressbar" aria-label="Getting the video ready"
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}><i style="display:block;inline-size:${share * 100}%"></i></div>`);
}

/** A video without a picture: a voice. */
const isVoice = (video) => (video.ready || video.state === "ready") && video.width === 0;

/** A small video, or a voice, that plays where it stands; `started` lets others fall silent. */
export const small = (video, label, started) =>
  isVoice(video) ? html`<audio controls preload="metadata" aria-label=${label} src=${url(video.src)} @play=${started} style="display:block;inline-size:min(100%,26rem)"></audio>`
  : video.ready || video.state === "ready"
    ? html`<div class="video" style="max-inline-size:26rem;aspect-ratio:${ratioOf(video)};max-block-size:18rem"><video controls preload="metadata" playsinline aria-label=${label}
        src=${url(video.src)} poster=${video.poster ? url(video.poster) : nothing} @play=${started}
        style="display:block;inline-size:100%;block-size:100%;object-fit:contain"></video></div>`
    : html`<div class="video" style="max-inline-size:26rem">${standIn(video)}</div>`;

/** Pause every other small video when one starts: never two sounds. */
export function onlyOne(root, clock) {
  return (event) => {
    clock.pause();
    for (const other of root.querySelectorAll(":is(video, audio)[controls]")) {
      if (other !== event.target) other.pause();
    }
  };
}
