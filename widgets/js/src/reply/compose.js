// The composer as it is seen.
import { html, live, nothing } from "../lib/dom.js";
import { clock as clockText, count, percent } from "../lib/format.js";
import { icon, mark } from "../lib/icons.js";
import { keyHint, keyShown } from "../player/keyring.js";
import { small } from "../player/stage.js";
import { tool } from "../player/transport.js";
import { stretch } from "../player/words.js";
import { bankChips } from "./bank.js";
import { attachedFilm, videoButtons } from "./film.js";
import { tagRow } from "./tags.js";

const KINDS = [["fix", "Fix"], ["keep", "Keep"], ["ask", "Ask"]];

export const compose = ({ desk, view, names }) => {
  const one = desk.composer;
  return html`<section class="card compose" aria-label="Write a comment">
    <div class="line"><h2 style="font-size:var(--pk-text-l)">${one.replyId ? "Change the comment on" : "Comment on"}</h2>${place(one)}
      <span class="push">${kinds(one, names)}</span></div>
    ${one.timeless ? nothing : html`<div class="line">${times(one)}</div>`}
    <label class="vh" for="${names}-text">Comment</label>
    <textarea class="in" id="${names}-text" rows="3" data-comment maxlength="4000" placeholder="What should ${first(view)} hear about this ${one.timeless ? "take" : "moment"}?"
      .value=${live(one.text)} @input=${(event) => one.type(event.target.value)} @keydown=${(event) => onKey(event, desk)}></textarea>
    ${desk.offers.draw({ use: "Attach to a comment" })}${attached(desk, one)}
    ${tagRow(desk, view)}${bankChips(desk, view)}
    ${actions(desk, one)}</section>`;
};

/** The choice of what a comment asks for. */
export const kinds = (one, names) => html`<fieldset class="seg"><legend>Kind of comment</legend>${KINDS.map(
  ([kind, name]) => html`<label><input type="radio" name="${names}-kind" value=${kind} .checked=${one.kind === kind}
    @change=${() => one.setKind(kind)}><span class="o">${mark(kind)}${name}</span></label>`,
)}</fieldset>`;

const first = (view) => view.take.student.name.split(" ")[0];

/** The moment or range it is about, and the way back to following the video. */
export const place = (one) =>
  one.place
    ? html`<span class="row" style="gap:.125rem"><button class="at" type="button" title="Go there" @click=${() => one.start !== null && one.clock.seek(one.start)}>${one.place}</button>
        ${one.timeless ? nothing : tool("x", "Follow the video again", () => one.clearPlace(), { cls: "quiet sm", title: "Forget this time and follow the video" })}</span>`
    : html`<span class="at" data-now="clock" style="cursor:default"></span>`;

/** Buttons that set the range, or say that it is about the whole. */
export const times = (one) => html`<button class="btn sm" type="button" title="The range starts here${keyHint("rangeIn")}" @click=${() => one.rangeIn()}>From here</button>
  <button class="btn sm" type="button" title="The range ends here${keyHint("rangeOut")}" ?disabled=${one.start === null} @click=${() => one.rangeOut()}>To here</button>
  <button class="btn sm" type="button" aria-pressed=${one.whole} @click=${() => one.toggleWhole()}>Whole take</button>
  <span class="meta only-wide" style="gap:.25rem;align-items:center"><kbd>${keyShown("rangeIn")}</kbd> <kbd>${keyShown("rangeOut")}</kbd> set the range</span>`;

function actions(desk, one) {
  const ranged = one.start !== null && one.end !== null;
  return html`<div class="line"><div class="row">
      ${desk.isOut(one.replyId) ? nothing : videos(desk)}
      ${one.timeless ? nothing : html`<button class="btn icon" type="button" data-draw aria-label="Draw on the picture" title="Draw on the picture${keyHint("draw")}" aria-pressed=${desk.drawer.on} @click=${() => desk.drawer.toggle()}>${icon("pencil")}</button>
      ${tool("scissors", ranged ? "Cut this range as a clip" : "Cut a clip: set a range first", () => desk.cut(), { disabled: !ranged || Boolean(one.clip) })}`}</div>
    <span class="row push"><span class="meta only-wide" style="gap:.25rem;align-items:center"><kbd>Enter</kbd> saves and plays on</span>
      ${one.replyId ? html`<button class="btn quiet" type="button" @click=${() => desk.stopEditing()}>Leave as it was</button>` : nothing}
      <button class="btn soft" type="button" ?disabled=${one.busy || !one.filled} @click=${() => desk.save()}>Save comment</button></span></div>`;
}

/** A video goes with a comment before it is released, never into one that is out. */
const videos = (desk) => videoButtons({ record: () => desk.openRecorder(), choose: (input) => desk.chooseFile(input) });

function attached(desk, one) {
  if (!one.file && !one.clip && !one.drawing.length) return nothing;
  return html`<div class="stack tight">${one.drawing.length ? drawing(one) : nothing}${one.file ? attachedFilm(one.file, one.preview, desk.quiet, () => one.attach(null)) : nothing}${one.clip ? cutting(desk, one) : nothing}</div>`;
}

const drawing = (one) => html`<p class="row meta">${icon("pencil")}${count(one.drawing.length, "shape")} on the picture
  <button class="btn sm quiet" type="button" @click=${() => one.setDrawing([])}>${icon("x")}Remove</button></p>`;
function cutting(desk, one) {
  const { clip } = one;
  const label = clip.end > clip.start ? `Clip ${stretch(clip.start, clip.end)}` : "Clip";
  const drop = html`<button class="btn sm quiet" type="button" @click=${() => one.dropClip()}>${icon("x")}Remove</button>`;
  if (clip.state === "ready") {
    return html`${small({ ready: true, src: clip.src, poster: clip.poster }, label, desk.quiet)}<p class="row meta">${icon("scissors")}${label}${drop}</p>`;
  }
  if (clip.state === "failed") return html`<p class="err">${icon("triangle-alert")}${clip.problem}${drop}</p>`;
  return html`<p class="row meta">${icon("scissors")}Cutting ${clockText(clip.start)} to ${clockText(clip.end)}, ${percent(clip.progress ?? 0)}${drop}</p>
    <div class="bar" role="progressbar" aria-label="Cutting the clip" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round((clip.progress ?? 0) * 100)}><i style="inline-size:${(clip.progress ?? 0) * 100}%"></i></div>`;
}

/** Enter saves and plays on, Escape leaves the field and keeps the text. */
export function onKey(event, desk) {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
    event.preventDefault();
    desk.save({ playOn: true });
  } else if (event.key === "Escape") event.target.blur();
}
