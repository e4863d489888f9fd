// The recorder's dialog as it is seen. What it shows is the session's; it decides nothing.
import { html, nothing, ref } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { bitsOf, canFlip, sourcesHere } from "./devices.js";
import { fits, running } from "./states.js";

const FILL = "inline-size:100%;block-size:100%;object-fit:contain";
const WHOLE_DAY = 12 * 3600;

export const dialog = (session) => html`<header style="padding-block-end:var(--pk-2)"><h2 id="pk-record" tabindex="-1" style="font-size:var(--pk-text-l)">${session.words.title}</h2>
    ${running(session.now.state) || session.now.file ? nothing : html`<button class="btn quiet icon" type="button" aria-label="Close" @click=${() => session.dialog.close()}>${icon("x")}</button>`}</header>
  <div class="stack tight">
    ${sources(session)}
    <div class="stage">${picture(session)}</div>
    ${meter(session)}
    ${session.problem ? html`<div class="note bad" role="alert">${icon("triangle-alert")}<div>${session.problem}</div></div>` : nothing}
    ${devices(session)}
    <p class="meta">${line(session)}</p>
    ${sending(session)}
  </div>
  <footer>${buttons(session)}</footer>`;

function sources(session) {
  const here = sourcesHere(session.words.sources);
  if (here.length < 2 || !session.choosing) return nothing;
  return html`<fieldset class="seg"><legend>What to record</legend>${here.map(
    (one) => html`<label><input type="radio" name="pk-source" value=${one.id} .checked=${session.choice.source === one.id}
      @change=${() => session.choose({ source: one.id })}><span class="o">${icon(one.icon)}${one.name}</span></label>`,
  )}</fieldset>`;
}

function picture(session) {
  const { now, address, choice } = session;
  const voice = choice.source === "voice";
  const whole = ref((media) => media && session.measure(media));
  if (now.file && voice) return box(html`<audio controls style="inline-size:min(100%,26rem)" src=${address} aria-label="What was recorded" ${whole}></audio>`);
  if (now.file)
    return html`<div class="video"><video style=${FILL} controls playsinline src=${address} aria-label="What was recorded" ${whole}></video></div>`;
  if (voice) return box(html`${icon("mic")}${time(session)}`);
  const show = ref((video) => {
    if (video && video.srcObject !== now.stream) video.srcObject = now.stream;
  });
  return html`<div class="video"><video style=${FILL} autoplay muted playsinline aria-label=${choice.source === "screen" ? "What is shared" : "What the camera sees"} ${show}></video>
    ${running(now.state) ? html`<span class="cap">${time(session)}</span>` : nothing}</div>`;
}

const box = (inside) => html`<div class="video" style="display:grid;place-content:center;justify-items:center;gap:var(--pk-3);aspect-ratio:3;padding:var(--pk-4)">${inside}</div>`;

function time({ now }) {
  const sign = now.phase === "recording" ? html`<span class="t-bad" aria-hidden="true">●</span>` : nothing;
  return html`<span class="nums" role="timer" aria-label="Recorded time">${sign} ${clock(now.seconds)}${now.phase === "paused" ? " paused" : ""}</span>`;
}

function meter({ now }) {
  if (!now.stream) return nothing;
  return html`<div class="row" style="flex-wrap:nowrap">${icon(now.silent ? "volume-x" : "mic")}
      <div class="bar" style="flex:1" role="meter" aria-label="Loudness" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(now.level * 100)}><i data-level style="inline-size:${now.level * 100}%;transition:none"></i></div></div>
    ${now.silent ? html`<div class="note wait">${icon("volume-x")}<div>Nothing is heard. Check that the right microphone is chosen and not muted.</div></div>` : nothing}`;
}

function devices(session) {
  const { choice, found, now } = session;
  if (now.phase !== "ready") return nothing;
  const cameras = choice.source === "camera" && found.cameras.length > 1;
  const microphones = found.microphones.length > 1;
  if (!cameras && !microphones) return nothing;
  return html`<div class="row wrap" style="align-items:end">
    ${cameras && canFlip()
      ? html`<button class="btn" type="button" @click=${() => session.flip()}>${icon("repeat")}Other camera</button>`
      : cameras ? chooser("Camera", found.cameras, choice.camera, (camera) => session.choose({ camera })) : nothing}
    ${microphones ? chooser("Microphone", found.microphones, choice.microphone, (microphone) => session.choose({ microphone })) : nothing}</div>`;
}

const chooser = (name, all, chosen, pick) => html`<div class="field" style="flex:1 1 12rem;min-inline-size:0"><label for="pk-${name}">${name}</label>
  <select class="in" id="pk-${name}" @change=${(event) => pick(event.target.value)}>${all.map(
    (one) => html`<option value=${one.deviceId} ?selected=${one.deviceId === chosen}>${one.label}</option>`,
  )}</select></div>`;

function line({ now, problem, words, choice, where }) {
  if (now.file) return now.ended || words.look;
  if (now.phase === "recording") return "Recording. Speech clean-up is off, so soft notes stay.";
  if (now.phase === "paused") return "Paused. Go on when you are ready; it stays one recording.";
  if (problem) return "Nothing was recorded.";
  if (now.phase !== "ready") return "Waiting for the browser; it may ask you first.";
  const most = fits(where.limit, bitsOf(choice.source));
  return most > 0 && most < WHOLE_DAY ? `${words.hint} Up to ${clock(most)} fits.` : words.hint;
}

/** What became of the bytes so far, where it is worth a word. */
function sending({ now }) {
  const { growing } = now;
  if (!growing || (growing.state !== "waiting" && growing.state !== "failed")) return nothing;
  return growing.state === "failed"
    ? html`<div class="note bad" role="alert">${icon("triangle-alert")}<div>${growing.problem}</div></div>`
    : html`<div class="note wait">${icon("wifi-off")}<div>No connection. Go on: the recording is kept in this browser and sent later.</div></div>`;
}

function buttons(session) {
  const { now, words, problem } = session;
  if (now.file)
    return html`<button class="btn quiet" type="button" @click=${() => session.dialog.close()}>${icon("trash-2")}Throw away</button>
      <button class="btn" type="button" @click=${() => session.retake()}>${icon("rotate-ccw")}Record again</button>
      <button class="btn primary" type="button" data-main @click=${() => session.use()}>${icon("check")}${words.use}</button>`;
  if (running(now.state))
    return html`${now.phase === "paused"
        ? html`<button class="btn" type="button" data-main @click=${() => now.resume()}>${icon("play")}Go on</button>`
        : html`<button class="btn" type="button" data-main ?disabled=${now.phase === "ending"} @click=${() => now.pause()}>${icon("pause")}Pause</button>`}
      <button class="btn primary" type="button" ?disabled=${now.phase === "ending"} @click=${() => now.stop()}>${icon("check")}Stop</button>`;
  if (problem || now.phase === "refused") return html`<button class="btn" type="button" data-main @click=${() => session.open()}>${icon("rotate-ccw")}Try again</button>`;
  return html`<button class="btn" type="button" @click=${() => session.dialog.close()}>Cancel</button>
    <button class="btn primary" type="button" data-main ?disabled=${now.phase !== "ready"} @click=${() => now.start()}>${icon("video")}Record</button>`;
}
