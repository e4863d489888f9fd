// The upload card: what is on its way, and the place to begin another.
import { classMap, html, live, nothing, unsafeHTML } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { later, url } from "../lib/base.js";
import { accepts, limitLine, refusal, sameFile } from "./checks.js";
import { confirm } from "./dialog.js";
import { kept, keptFile } from "./keep.js";
import { cannotRecord } from "../record/devices.js";
import { Offers } from "../record/offers.js";
import { record } from "../record/session.js";
import { adopt, drop, heldElsewhere, onTransfers, send, transfers } from "./registry.js";
import { checkingRow, homelessRow, rejectedRow, transferRow, unfinishedRow } from "./rows.js";

const slug = (words) => words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "take";

const TAKE = {
  title: "Record a take",
  use: "Use this recording",
  hint: "Put hands and instrument into the picture.",
  look: "Look at it once. Your teacher sees nothing before you submit it.",
  sources: ["camera", "screen"],
};

export class UploadPanel {
  constructor(tools, { primary = () => false } = {}) {
    Object.assign(this, { tools, primary, exercise: "", problem: "", over: false, kept: new Set(), view: null });
    this.uid = `up${Math.random().toString(36).slice(2, 8)}`;
    this.told = new Set();
    this.offers = new Offers({
      tools,
      take: async (kept) => adopt(await kept.use()),
      carryOn: (growing) => adopt(growing),
      after: () => tools.el.querySelector("[data-record]")?.focus(),
    });
    tools.onCleanup(() => this.offers.close());
    tools.onCleanup(onTransfers(() => this.onTransfer()));
    const tick = setInterval(() => this.transfers.some((t) => t.state === "waiting") && tools.redraw(), 1000);
    tools.onCleanup(() => clearInterval(tick));
    later(() => tools.gone || this.lookBack());
  }

  /** What an earlier page left: recordings, and files that were on their way. The first picture goes before. */
  async lookBack() {
    this.offers.look({ purpose: "take", place: "" });
    this.kept = new Set(await kept());
    if (this.view) this.carryOnAlone(this.view);
    this.tools.redraw();
  }

  /** After a reload: files that are still within reach carry on without a question. */
  async carryOnAlone(view) {
    const mine = new Set(this.transfers.map((one) => one.id));
    for (const upload of view.uploads ?? []) {
      if (upload.state !== "receiving" || mine.has(upload.id) || !this.kept.has(upload.id)) continue;
      if (await heldElsewhere(upload.id)) continue;
      const file = await keptFile(upload.id);
      if (file) this.again(upload, file.name ? file : new File([file], upload.name, { type: file.type }));
    }
  }

  get transfers() {
    return transfers().filter((one) => (one.metadata.purpose ?? "take") === "take");
  }

  /** True while something is under way that a look every second would show. */
  busy(view) {
    return this.transfers.some((one) => one.state === "done") || (view.uploads ?? []).some((one) => one.state === "received");
  }

  onTransfer() {
    for (const one of this.transfers) {
      if (one.state !== "done" || this.told.has(one)) continue;
      this.told.add(one);
      this.tools.say(`${one.metadata.filename} has arrived and is being checked.`);
      this.tools.ask("refresh").catch(() => {});
    }
    this.tools.redraw();
  }

  /** Forget local transfers whose fate the server's view already tells. */
  settle(view) {
    const known = new Map((view.uploads ?? []).map((one) => [one.id, one]));
    for (const one of this.transfers) {
      const there = known.get(one.id);
      const seen = one.state === "done" && (there ? there.state !== "receiving" : view !== this.viewAtDone(one));
      const refused = one.refused && there?.state === "rejected";
      if (seen || refused || one.state === "cancelled") queueMicrotask(() => drop(one));
    }
  }

  viewAtDone(transfer) {
    transfer.viewAtDone ??= this.view;
    return transfer.viewAtDone;
  }

  chosen(view) {
    const wanted = this.exercise || view.exercise_id || view.next?.[0]?.exercise.id || view.exercises[0]?.id || "";
    return view.exercises.some((one) => one.id === wanted) ? wanted : "";
  }

  async take(file, { handle = null } = {}) {
    const sentence = refusal(file, this.view.upload);
    this.problem = sentence;
    this.tools.redraw();
    if (sentence) return;
    const twin = this.transfers.find((one) => one.moving && sameFile(file, { name: one.metadata.filename, size: one.total }));
    if (twin) {
      this.problem = `${file.name} is already on its way.`;
      return;
    }
    send(file, { metadata: { purpose: "take", exercise: this.chosen(this.view) }, handle });
    this.tools.say(`Uploading ${file.name}`);
  }

  /** Carry an unfinished upload on with the file that is given. */
  again(upload, file, handle = null) {
    if (!sameFile(file, upload)) {
      this.problem = `This is another file. Choose ${upload.name} to carry on, or give that upload up.`;
      this.tools.redraw();
      return;
    }
    this.problem = "";
    send(file, {
      metadata: { purpose: "take", exercise: upload.exercise_id ?? "" },
      uploadUrl: url(`files/${upload.id}`),
      handle,
    });
  }

  async carryOn(upload) {
    const file = await keptFile(upload.id, { asking: true });
    if (!file) {
      this.kept.delete(upload.id);
      this.problem = `${upload.name} is no longer where it was. Choose the same file again.`;
      this.tools.redraw();
      return;
    }
    const named = file.name ? file : new File([file], upload.name, { type: file.type });
    this.again(upload, named);
  }

  pick(then) {
    const field = document.createElement("input");
    field.type = "file";
    field.accept = accepts(this.view.upload);
    field.onchange = () => field.files[0] && then(field.files[0]);
    field.click();
  }

  async record() {
    const exercise = this.view.exercises.find((one) => one.id === this.chosen(this.view));
    const day = new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-");
    const where = { purpose: "take", place: exercise?.id ?? "", limit: this.view.upload.limit };
    const recording = await record(`${slug(exercise?.title ?? "take")}-${day}`, where, TAKE, this.tools.el.parentElement);
    if (!recording) return;
    adopt(await recording.use());
    this.tools.say(`Uploading ${recording.file.name}`);
  }

  async drop(event) {
    event.preventDefault();
    this.over = false;
    const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === "file");
    // Handles must be asked for before the event ends; the files may be read later.
    const found = items.map((item) => [item.getAsFile(), item.getAsFileSystemHandle?.()]);
    for (const [file, promise] of found) {
      const handle = await Promise.resolve(promise).catch(() => null);
      if (file) await this.take(file, { handle });
    }
  }

  async giveUp(upload) {
    const sure = await confirm(
      { title: `Give up ${upload.name}?`, words: "What has arrived is removed. The file on your device stays as it is.", yes: "Give up this upload", no: "Keep it" },
      this.tools.el.parentElement,
    );
    if (sure) await this.tools.attempt(this.tools.ask("give_up", { upload: upload.id }));
  }

  async cancel(transfer) {
    if (transfer.state === "failed") {
      drop(transfer);
      return;
    }
    const sure = await confirm(
      { title: `Cancel ${transfer.metadata.filename}?`, words: "What has arrived is removed. The file on your device stays as it is.", yes: "Cancel the upload", no: "Keep uploading" },
      this.tools.el.parentElement,
    );
    if (!sure) return;
    await transfer.cancel();
    await this.tools.ask("refresh").catch(() => {});
  }

  rows(view) {
    const mine = new Set(this.transfers.map((one) => one.id).filter(Boolean));
    const { attempt, ask } = this.tools;
    const local = this.transfers
      .filter((one) => one.state !== "cancelled")
      .map((one) => transferRow(one, { pause: () => one.pause(), resume: () => one.resume(), cancel: () => this.cancel(one) }));
    // A recording nobody has ended is offered (record/offers.js), not shown as a file to choose.
    const known = (view.uploads ?? []).filter((one) => one.purpose === "take" && !one.growing && !mine.has(one.id)).map((one) => {
      if (one.state === "rejected") return rejectedRow(one, { dismiss: () => attempt(ask("dismiss", { upload: one.id })) });
      if (one.state === "received") return checkingRow(one);
      if (one.state === "accepted")
        return homelessRow(one, { exercises: view.exercises, file: (exercise) => attempt(ask("file_under", { upload: one.id, exercise })) });
      return unfinishedRow(one, {
        here: this.kept.has(one.id),
        carryOn: () => this.carryOn(one),
        choose: () => this.pick((file) => this.again(one, file)),
        cancel: () => this.giveUp(one),
      });
    });
    return [...local, ...known];
  }

  /** The card's inside, without its heading. */
  draw(view) {
    this.view = view;
    this.settle(view);
    if (!view.exercises?.length)
      return html`<p class="muted">There is no exercise for you yet. As soon as your teacher adds one, you can upload a take here.</p>`;
    const rows = this.rows(view);
    return html`<div class="stack">${this.offers.draw({ use: "Continue to send" })}${rows}
      ${this.problem ? html`<div class="note bad" role="alert">${icon("triangle-alert")}<div>${this.problem}</div></div>` : nothing}
      ${this.begin(view, rows.length > 0)}</div>`;
  }

  begin(view, another) {
    const chosen = this.chosen(view);
    const asked = view.exercises.find((one) => one.id === chosen)?.instructions;
    const main = this.primary(view) ? "primary" : "";
    const hover = (on) => (event) => {
      event.preventDefault();
      if (this.over !== on) ((this.over = on), this.tools.redraw());
    };
    return html`<div class="field"><label for="${this.uid}-ex">Exercise</label>
        <select class="in" id="${this.uid}-ex" .value=${live(chosen)} @change=${(event) => ((this.exercise = event.target.value), this.tools.redraw())}>
          ${view.exercises.map((one) => html`<option value=${one.id} ?selected=${one.id === chosen}>${one.title}</option>`)}</select></div>
      ${asked ? html`<details><summary>What to do</summary><div class="said">${unsafeHTML(asked)}</div></details>` : nothing}
      <div class=${classMap({ drop: true, over: this.over })} style=${this.over ? "background:var(--pk-accent-soft);border-color:var(--pk-accent)" : ""}
        @dragover=${hover(true)} @dragleave=${hover(false)} @drop=${(event) => this.drop(event).finally(() => this.tools.redraw())}>
        <p><span class="strong">${another ? "Drop another video here" : "Drop a video here"}</span><br><span class="meta">${limitLine(view.upload)}</span></p>
        <div class="row wrap" style="justify-content:center">
          <label class="btn sm ${main}" style="cursor:pointer">${icon("upload")}Choose a file<input class="vh" type="file" accept=${accepts(view.upload)} aria-label="Choose a video to upload"
            @change=${(event) => this.fromField(event.target)}></label>
          <button class="btn sm" data-record @click=${() => this.tryRecord()}>${icon("video")}Record now</button></div></div>`;
  }

  fromField(field) {
    const [file] = field.files;
    if (file) this.take(file);
    field.value = ""; // the same file may be chosen again
  }

  tryRecord() {
    const why = cannotRecord();
    this.problem = why;
    this.tools.redraw();
    if (!why) this.record();
  }
}
