// The recorder's dialog: look, record, pause, look again, use it or record again.
import { render } from "../lib/dom.js";
import { say } from "../lib/live.js";
import { devicesHere, sourcesHere, whyNot } from "./devices.js";
import { dialog } from "./draw.js";
import { Recording } from "./recording.js";
import { running } from "./states.js";

const TOLD = { recording: "Recording", paused: "Paused", looking: "Recording ended" };

/**
 * Opens the dialog; resolves to a Recording whose `file` can be shown, or null when the person
 * changed their mind: then nothing is kept, here or on the server. Call its `use()` to send it.
 *
 * `where` is {purpose, place, limit}; `words` has title, use, hint, look and the `sources`.
 */
export function record(name, where, words, under = document.body) {
  return new Promise((resolve) => new Session(name, where, words, under, resolve).begin());
}

class Session {
  constructor(name, where, words, under, resolve) {
    Object.assign(this, { name, where, words, resolve, problem: "", address: "", used: false });
    Object.assign(this, { found: { cameras: [], microphones: [] }, choice: { source: sourcesHere(words.sources)[0].id, facing: "user" } });
    this.dialog = document.createElement("dialog");
    this.dialog.className = "dlg";
    this.dialog.setAttribute("aria-labelledby", "pk-record");
    this.dialog.addEventListener("close", () => this.end());
    this.dialog.addEventListener("cancel", (event) => (running(this.now.state) || this.now.file) && event.preventDefault()); // a slip loses nothing
    this.back = document.activeElement;
    this.now = this.fresh();
    under.append(this.dialog);
  }

  fresh() {
    const name = this.choice.source === "voice" ? this.name.replace("video", "voice") : this.name;
    const made = new Recording({ name, where: this.where, choice: this.choice, changed: () => this.changed() });
    made.onLevel = (level) => this.showLevel(level);
    return made;
  }

  begin() {
    this.draw();
    this.dialog.showModal();
    return this.open();
  }

  /** Whether another source may still be chosen. */
  get choosing() {
    return ["closed", "asking", "ready", "refused"].includes(this.now.phase);
  }

  async open() {
    this.problem = "";
    try {
      await this.now.open();
      this.found = await devicesHere();
      this.noteChosen();
      if (!this.dialog.isConnected) this.now.shut();
    } catch (error) {
      this.problem = whyNot(error, error.source ?? this.choice.source);
    }
    this.draw();
    this.focusMain();
  }

  /** What the browser gave, when the person did not choose: the lists show it. */
  noteChosen() {
    for (const track of this.now.stream?.getTracks() ?? []) {
      const id = track.getSettings().deviceId;
      if (track.kind === "video" && this.choice.source === "camera") this.choice.camera = id;
      else if (track.kind === "audio" && this.choice.source !== "screen") this.choice.microphone = id;
    }
  }

  choose(what) {
    this.choice = { ...this.choice, ...what };
    return this.openAnew();
  }

  flip() {
    this.choice = { ...this.choice, camera: undefined, facing: this.choice.facing === "user" ? "environment" : "user" };
    return this.openAnew();
  }

  openAnew() {
    this.now.shut();
    this.now = this.fresh();
    this.draw();
    return this.open();
  }

  changed() {
    const { phase } = this.now ?? {};
    if (phase === this.phase) return this.draw();
    this.phase = phase;
    if (TOLD[phase]) say(TOLD[phase]);
    clearInterval(this.timer);
    if (phase === "recording") this.timer = setInterval(() => this.draw(), 250);
    if (phase === "looking") this.address = URL.createObjectURL(this.now.file);
    if (phase === "refused" && !this.problem) this.problem = "The camera or the microphone went away. Plug it in and try again.";
    this.draw();
    return this.focusMain();
  }

  draw() {
    if (this.now && this.dialog.isConnected) render(dialog(this), this.dialog);
  }

  showLevel(level) {
    const bar = this.dialog.querySelector("[data-level]");
    if (bar) bar.style.inlineSize = `${level * 100}%`;
  }

  /** The button that had the focus may be gone; the next thing to do has it then. */
  focusMain() {
    const inside = this.dialog.contains(document.activeElement) && document.activeElement !== this.dialog;
    if (inside && document.activeElement.matches("input, select, [data-main]")) return;
    (this.dialog.querySelector("[data-main]:not([disabled])") ?? this.dialog.querySelector("h2"))?.focus();
  }

  /** A recorder's file does not say how long it is; a jump to its end makes the browser look. */
  measure(media) {
    if (media.measured === this.address) return;
    media.measured = this.address;
    media.addEventListener("loadedmetadata", () => {
      if (Number.isFinite(media.duration)) return;
      media.addEventListener("durationchange", () => (media.currentTime = 0), { once: true });
      media.currentTime = 1e9;
    }, { once: true });
  }

  async retake() {
    this.letGo();
    this.now.throwAway();
    this.phase = "";
    await this.openAnew();
  }

  use() {
    this.used = this.now.event("use");
    this.dialog.close();
  }

  letGo() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
  }

  end() {
    clearInterval(this.timer);
    const { now } = this;
    now.shut();
    if (!this.used) {
      now.event("cancel");
      now.throwAway();
    }
    this.letGo();
    this.dialog.remove();
    if (this.back?.isConnected) this.back.focus();
    this.resolve(this.used ? now : null);
  }
}
