// The reference video of an exercise: what is there, and another one on its way.
import { html, nothing } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { url } from "../lib/base.js";
import { accepts, limitLine, refusal, sameFile } from "../upload/checks.js";
import { drop, onTransfers, send, transfers } from "../upload/registry.js";
import { checkingRow, rejectedRow, transferRow, unfinishedRow } from "../upload/rows.js";

const EVERY = 2000;

export class Reference {
  constructor(tools) {
    Object.assign(this, { tools, view: null, problem: "", sure: false, told: new Set() });
    tools.onCleanup(onTransfers(() => this.onTransfer()));
    const tick = setInterval(() => this.waits && tools.ask("refresh").catch(() => {}), EVERY);
    tools.onCleanup(() => clearInterval(tick));
  }

  get mine() {
    const here = this.view?.exercise.id;
    return transfers().filter((one) => one.metadata.purpose === "reference" && one.metadata.exercise === here);
  }

  /** Something is being checked or prepared, which no event may tell of. */
  get waits() {
    if (!this.view?.exercise.id || document.hidden) return false;
    const coming = this.view.uploads.some((one) => one.state === "received") || this.mine.some((one) => one.state === "done");
    return coming || Boolean(this.view.reference && !this.view.reference.ready && !this.view.reference.problem);
  }

  onTransfer() {
    for (const one of this.mine) {
      if (one.state !== "done" || this.told.has(one)) continue;
      this.told.add(one);
      one.seen = this.view;
      this.tools.say(`${one.metadata.filename} has arrived and is being checked.`);
      this.tools.ask("refresh").catch(() => {});
    }
    this.tools.redraw();
  }

  show(view) {
    this.view = view;
    for (const one of this.mine) if (one.state === "cancelled" || (one.state === "done" && one.seen !== view)) queueMicrotask(() => drop(one));
    return this;
  }

  take(file, upload = null) {
    this.problem = refusal(file, this.view.upload);
    if (!this.problem && upload && !sameFile(file, upload)) this.problem = `This is another file. Choose ${upload.name} to carry on, or give that upload up.`;
    if (this.problem) return this.tools.redraw();
    const uploadUrl = upload ? url(`files/${upload.id}`) : null;
    send(file, { metadata: { purpose: "reference", exercise: this.view.exercise.id }, uploadUrl });
    return this.tools.say(`Uploading ${file.name}`);
  }

  async cancel(one) {
    await one.cancel();
    await this.tools.ask("refresh").catch(() => {});
  }

  async remove() {
    this.sure = false;
    if (await this.tools.attempt(this.tools.ask("no_reference"))) this.tools.say("The reference video is taken out");
    this.tools.redraw();
  }

  ask(sure) {
    this.sure = sure;
    this.tools.focus(sure ? "[data-sure]" : "[data-out]");
  }

  rows() {
    const { attempt, ask } = this.tools;
    const sent = new Set(this.mine.map((one) => one.id).filter(Boolean));
    const local = this.mine.filter((one) => one.state !== "cancelled").map((one) => transferRow(one, { pause: () => one.pause(), resume: () => one.resume(), cancel: () => this.cancel(one) }));
    const known = this.view.uploads.filter((one) => !sent.has(one.id)).map((one) => {
      if (one.state === "rejected") return rejectedRow(one, { dismiss: () => attempt(ask("dismiss", { upload: one.id })) });
      if (one.state === "received") return checkingRow(one);
      return unfinishedRow(one, { here: false, choose: () => this.pick((file) => this.take(file, one)), cancel: () => attempt(ask("give_up", { upload: one.id })) });
    });
    return [...local, ...known];
  }

  pick(then) {
    const field = document.createElement("input");
    field.type = "file";
    field.accept = accepts(this.view.upload);
    field.onchange = () => field.files[0] && then(field.files[0]);
    field.click();
  }

  draw() {
    const { reference: video, exercise, upload } = this.view;
    return html`<section class="card stack" aria-labelledby="pk-ref"><header><h2 id="pk-ref" style="font-size:var(--pk-text-l)">Reference video</h2></header>
      ${video ? shown(video, exercise) : html`<p class="muted">None yet. Students listen to it, and compare their takes with it.</p>`}
      ${this.rows()}
      ${this.problem ? html`<div class="note bad" role="alert">${icon("triangle-alert")}<div>${this.problem}</div></div>` : nothing}
      ${this.sure ? html`<p class="row wrap"><span>Students will have nothing to compare with.</span><button class="btn sm danger" type="button" data-sure @click=${() => this.remove()}>Take it out</button><button class="btn sm" type="button" @click=${() => this.ask(false)}>Keep it</button></p>`
      : html`<div class="row wrap"><label class="btn sm" style="cursor:pointer">${icon("upload")}${video ? "Choose another" : "Choose a file"}<input class="vh" type="file" accept=${accepts(upload)} aria-label="Choose the reference video"
          @change=${(event) => (event.target.files[0] && this.take(event.target.files[0]), (event.target.value = ""))}></label>
        ${video ? html`<button class="btn sm quiet" type="button" data-out @click=${() => this.ask(true)}>Take it out</button>` : nothing}<span class="meta">${limitLine(upload)}</span></div>`}</section>`;
  }
}

/** Another video has the same address as the one before; browsers keep what they have of that. */
const fresh = (path, exercise) => `${url(path)}?v=${exercise.reference_key}`;

const shown = (video, exercise) =>
  video.ready
    ? html`<div class="video"><video style="inline-size:100%;block-size:100%;object-fit:contain" controls playsinline preload="none" poster=${video.poster ? fresh(video.poster, exercise) : nothing} src=${fresh(video.src, exercise)} aria-label="Reference of ${exercise.title}"></video></div>
      <p class="meta">${clock(video.seconds)}${exercise.reference_by ? ` by ${exercise.reference_by}` : ""}</p>`
    : html`<p class="muted">${video.problem || "It is being prepared."}</p>`;
