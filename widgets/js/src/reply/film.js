// The video of a comment or an answer, wherever it is on its way: sent, looked at, or here.
import { html, nothing } from "../lib/dom.js";
import { bytes, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { small } from "../player/stage.js";

/**
 * `transfer` is what this page sends, `quiet` lets others fall silent, `again(file)` sends a
 * file that was chosen once more.
 */
export function film(reply, { transfer, quiet, again, label = `Video reply, ${reply.author.name}` }) {
  if (reply.video) return small(reply.video, label, quiet);
  if (transfer && transfer.state !== "done") return sending(transfer);
  if (reply.upload) return arriving(reply.upload, again);
  return nothing;
}

function sending(transfer) {
  const share = transfer.total ? transfer.sent / transfer.total : 0;
  if (transfer.state === "failed") {
    return html`<p class="err">${icon("triangle-alert")}${transfer.problem}</p>
      ${transfer.refused ? nothing : html`<p><button class="btn sm" type="button" @click=${() => transfer.resume()}>Carry on</button></p>`}`;
  }
  const line = transfer.state === "waiting" ? "Waiting for the connection" : `Sending the video, ${percent(share)}`;
  return html`<p class="row meta">${icon("video")}${line}</p>
    <div class="bar" role="progressbar" aria-label="Sending the video" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}><i style="inline-size:${share * 100}%"></i></div>`;
}

function arriving(upload, again) {
  if (upload.problem) return html`<p class="err">${icon("triangle-alert")}${upload.problem}</p>`;
  if (upload.state === "receiving") {
    return html`<p class="meta">The video was not sent to its end. Choose the same file again, and it goes on where it stopped.</p>
      <p><label class="btn sm" style="position:relative">${icon("upload")}Choose the file again<input type="file" accept="video/*,audio/*" aria-label="Choose the file again"
        style="position:absolute;inset:0;opacity:0;inline-size:100%;cursor:pointer" @change=${(event) => event.target.files[0] && again(event.target.files[0])}></label></p>`;
  }
  return html`<p class="row meta">${icon("video")}The video is being checked</p>`;
}

const isVoice = (file) => file.type.startsWith("audio/");

/** A video or voice that hangs on what is being written: looked at before it is sent. */
export const attachedFilm = (file, src, quiet, remove, what = "reply") => html`<div class="stack tight">
  ${small({ ready: true, src, width: isVoice(file) ? 0 : undefined }, `Your ${isVoice(file) ? "voice" : "video"} ${what}`, quiet)}
  <p class="row meta wrap">${icon(isVoice(file) ? "mic" : "video")}${file.name}, ${bytes(file.size)}
    <button class="btn sm quiet" type="button" @click=${remove}>${icon("x")}Remove</button></p></div>`;

/** The two ways to a video: record one here, or choose a file. */
export const videoButtons = ({ record, choose, what = "reply", small: little = false }) => html`<button class="btn icon ${little ? "sm quiet" : ""}" type="button" aria-label="Record a video or voice ${what}" title="Record a video or voice ${what}" @click=${record}>${icon("video")}</button>
  <label class="btn icon ${little ? "sm quiet" : ""}" title="Choose a video or sound file as ${what}" style="position:relative"><span class="vh">Choose a video or sound file as ${what}</span>${icon("upload")}
    <input type="file" accept="video/*,audio/*" data-file style="position:absolute;inset:0;opacity:0;inline-size:100%;block-size:100%;cursor:pointer" @change=${(event) => choose(event.target)}></label>`;
