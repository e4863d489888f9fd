// Record with the camera: look, record, look again, keep or retake.
import { html, nothing, ref, render } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { Recorder, cameraSentence } from "../lib/recorder.js";

const TAKE = {
  title: "Record a take",
  use: "Upload this take",
  hint: "Put hands and instrument into the picture.",
};

/** Opens the dialog; resolves to a File, or null when the person changed their mind. */
export function recordDialog(name, where = document.body, words = TAKE) {
  return new Promise((resolve) => new Session(name, where, words, resolve).open());
}

class Session {
  constructor(name, where, words, resolve) {
    Object.assign(this, { name, words, resolve, recorder: new Recorder(), file: null, problem: "", kept: false });
    this.dialog = document.createElement("dialog");
    this.dialog.className = "dlg";
    this.dialog.setAttribute("aria-labelledby", "pk-record");
    this.dialog.addEventListener("close", () => this.end());
    this.dialog.addEventListener("cancel", (event) => this.recorder.state === "recording" && event.preventDefault());
    this.back = document.activeElement;
    where.append(this.dialog);
  }

  async open() {
    this.draw();
    this.dialog.showModal();
    await this.camera(() => this.recorder.open());
  }

  async camera(start) {
    this.problem = "";
    try {
      await start();
      if (!this.dialog.isConnected) this.recorder.close(); // closed while the browser asked
    } catch (error) {
      this.problem = cameraSentence(error);
    }
    this.draw();
  }

  begin() {
    this.recorder.start();
    this.timer = setInterval(() => this.draw(), 250);
    this.draw();
  }

  async stop() {
    clearInterval(this.timer);
    this.file = await this.recorder.stop(this.name);
    this.recorder.close();
    this.address = URL.createObjectURL(this.file);
    this.draw();
  }

  async retake() {
    this.letGo();
    this.file = null;
    await this.camera(() => this.recorder.open());
  }

  use() {
    this.kept = true;
    this.dialog.close();
  }

  letGo() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
  }

  end() {
    clearInterval(this.timer);
    this.recorder.close();
    this.letGo();
    this.dialog.remove();
    if (this.back?.isConnected) this.back.focus();
    this.resolve(this.kept ? this.file : null);
  }

  draw() {
    render(
      html`<header style="padding-block-end:var(--pk-2)"><h2 id="pk-record" style="font-size:var(--pk-text-l)">${this.words.title}</h2>
          <button class="btn quiet icon" aria-label="Close" ?disabled=${this.recorder.state === "recording"} @click=${() => this.dialog.close()}>${icon("x")}</button></header>
        <div class="stack tight">
          <div class="stage">${this.picture()}</div>
          ${this.problem ? html`<div class="note bad" role="alert">${icon("triangle-alert")}<div>${this.problem}</div></div>` : nothing}
          <p class="meta">${this.line()}</p>
        </div>
        <footer>${this.buttons()}</footer>`,
      this.dialog,
    );
  }

  picture() {
    const fill = "inline-size:100%;block-size:100%;object-fit:contain";
    if (this.file)
      return html`<div class="video"><video style=${fill} controls playsinline src=${this.address} aria-label="What was recorded"></video></div>`;
    const show = ref((video) => {
      if (video && video.srcObject !== this.recorder.stream) video.srcObject = this.recorder.stream;
    });
    const seconds = this.recorder.seconds;
    return html`<div class="video"><video style=${fill} autoplay muted playsinline aria-label="What the camera sees" ${show}></video>
      ${this.recorder.state === "recording" ? html`<span class="cap"><span class="t-bad">●</span> ${clock(seconds)}</span>` : nothing}</div>`;
  }

  line() {
    if (this.file) return "Look at it once. Nothing is sent before you use it.";
    if (this.recorder.state === "recording") return "Recording. Speech clean-up is off, so soft notes stay.";
    if (this.problem) return "Nothing was recorded.";
    return this.recorder.state === "ready" ? this.words.hint : "Waiting for the camera; the browser may ask you first.";
  }

  buttons() {
    if (this.file)
      return html`<button class="btn" @click=${() => this.retake()}>${icon("rotate-ccw")}Record again</button>
        <button class="btn primary" @click=${() => this.use()}>${icon("upload")}${this.words.use}</button>`;
    if (this.recorder.state === "recording")
      return html`<button class="btn primary" @click=${() => this.stop()}>${icon("check")}Stop</button>`;
    if (this.problem)
      return html`<button class="btn" @click=${() => this.camera(() => this.recorder.open())}>${icon("rotate-ccw")}Try again</button>`;
    return html`<button class="btn" ?disabled=${this.recorder.state !== "ready"} @click=${() => this.camera(() => this.recorder.turn())}>${icon("rotate-ccw")}Other camera</button>
      <button class="btn primary" ?disabled=${this.recorder.state !== "ready"} @click=${() => this.begin()}>${icon("video")}Record</button>`;
  }
}
