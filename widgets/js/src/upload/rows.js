// One line an upload: on its way, unfinished, being checked, refused, or without an exercise.
import { html, nothing } from "../lib/dom.js";
import { bytes, bytesOf, left, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";

const bar = (share, label, paused = false) => {
  const now = Math.floor(Math.max(0, Math.min(1, share)) * 100);
  return html`<div class="bar ${paused ? "paused" : ""}" role="progressbar" aria-label=${label}
    aria-valuenow=${now} aria-valuemin="0" aria-valuemax="100"><i style="inline-size:${now}%"></i></div>`;
};

const small = (name, label, press) =>
  html`<button class="btn quiet icon sm" aria-label=${label} title=${label} @click=${press}>${icon(name)}</button>`;

const title = (name, buttons) =>
  html`<div class="row"><span class="strong" style="min-inline-size:0;overflow-wrap:anywhere">${name}</span>
    <span class="row push" style="gap:0;flex:none">${buttons}</span></div>`;

function transferLine(transfer, now) {
  if (transfer.state === "paused") return "Paused";
  if (transfer.state === "waiting") {
    const seconds = Math.max(0, Math.ceil((transfer.retryAt - now) / 1000));
    return `No connection, tries again ${seconds > 0 ? `in ${seconds} s` : "now"}`;
  }
  return left(transfer.meter.left(transfer.total));
}

/** A file this page is sending. */
export function transferRow(transfer, { pause, resume, cancel, now = Date.now() }) {
  const share = transfer.total ? transfer.sent / transfer.total : 0;
  const name = transfer.metadata.filename;
  if (transfer.state === "failed") return failedRow(transfer, { resume, cancel });
  if (transfer.state === "done") return checkingRow({ name, step: "checking", progress: 0 });
  const speed = transfer.meter.speed();
  const halted = transfer.state !== "sending";
  return html`<div class="up">
    ${title(name, html`${transfer.state === "paused"
      ? small("play", `Carry on with ${name}`, resume)
      : small("pause", `Pause the upload of ${name}`, pause)}${small("x", `Cancel the upload of ${name}`, cancel)}`)}
    ${bar(share, `Upload of ${name}`, halted)}
    <p class="nums"><span>${percent(share)}</span><span>${bytesOf(transfer.sent, transfer.total)}</span>
      ${!halted && speed > 0 ? html`<span>${bytes(speed)}/s</span>` : nothing}<span>${transferLine(transfer, now)}</span></p>
    <p class="meta">You may close this page. The upload carries on from here when you return.</p></div>`;
}

function failedRow(transfer, { resume, cancel }) {
  const name = transfer.metadata.filename;
  return html`<div class="up">${title(name, small("x", `Remove ${name} from the list`, cancel))}
    <div class="note bad" role="alert">${icon("triangle-alert")}<div>${transfer.problem}</div></div>
    ${transfer.refused ? nothing : html`<div class="row wrap"><button class="btn sm" @click=${resume}>${icon("rotate-ccw")}Carry on</button></div>`}</div>`;
}

/** An upload begun earlier, whose file this page does not hold. */
export function unfinishedRow(upload, { carryOn, choose, cancel, here }) {
  const share = upload.size ? upload.offset / upload.size : 0;
  return html`<div class="up">${title(upload.name, small("trash-2", `Give up the upload of ${upload.name}`, cancel))}
    ${bar(share, `Upload of ${upload.name}, unfinished`, true)}
    <p class="nums"><span>${percent(share)}</span><span>${bytesOf(upload.offset, upload.size)}</span><span>Unfinished</span></p>
    <div class="row wrap">${here
      ? html`<button class="btn sm" @click=${carryOn}>${icon("play")}Carry on</button>`
      : html`<button class="btn sm" @click=${choose}>${icon("upload")}Choose the same file</button>`}</div>
    <p class="meta">${here ? "What has arrived is safe." : "What has arrived is safe. Choose the file again and only the rest is sent."}</p></div>`;
}

const STEPS = {
  waiting: "Received. It is next in line to be checked.",
  checking: "Checking the video…",
};

/** An upload that has arrived and is looked at. */
export function checkingRow(upload) {
  const words = STEPS[upload.step] ?? `Preparing…, ${percent(upload.progress)}`;
  const known = upload.step === "preparing";
  return html`<div class="up">${title(upload.name, nothing)}
    ${bar(known ? upload.progress : 1, `Checking ${upload.name}`, !known)}
    <p class="nums"><span>${words}</span></p></div>`;
}

/** A file the server refused, in the server's words. */
export function rejectedRow(upload, { dismiss }) {
  return html`<div class="note bad">${icon("triangle-alert")}
    <div><span class="strong" style="overflow-wrap:anywhere">${upload.name}</span><br>${upload.problem}</div>
    ${small("x", `Dismiss the message about ${upload.name}`, dismiss)}</div>`;
}

/** An accepted upload that names no exercise yet. */
export function homelessRow(upload, { exercises, file }) {
  return html`<div class="up">${title(upload.name, nothing)}
    <div class="field"><label for="home-${upload.id}">Which exercise is it for?</label>
    <select class="in" id="home-${upload.id}" @change=${(event) => event.target.value && file(event.target.value)}>
      <option value="">Choose an exercise</option>
      ${exercises.map((one) => html`<option value=${one.id}>${one.title}</option>`)}</select></div></div>`;
}

export { bar };
