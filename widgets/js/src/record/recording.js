// One recording: what the camera gives is kept, sent, and shown again before it is used.
import { bestKind, bitsOf, openSource, plain } from "./devices.js";
import { Growing, metadataOf } from "./growing.js";
import { Hearing, listen, onMeter } from "./level.js";
import { CLOSED, running, seconds, step } from "./states.js";
import { dropPieces, forgetRecording, putNote, putPiece } from "./store.js";
import { hold, isRecordingOf } from "./holding.js";
import { url } from "../lib/base.js";

const SLICE_MS = 1000;

const WENT_AWAY = "The camera, the screen or the microphone went away, so the recording ended here.";

/** The connection is back, as the browser or page.js notices. */
const REACHED = ["online", "practika:reached"];

/** Recordings that record now: page.js does not reload a page under one. */
const live = () => (window.__practikaRecordings ??= new Set());

export const newKey = () => crypto.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

export class Recording {
  /** `where` is {purpose, place, parent, limit}: what it is for, the exercise or take, the comment
   *  it answers, the most bytes. */
  constructor({ name, where, choice, changed }) {
    Object.assign(this, { name, where, choice, changed });
    Object.assign(this, { state: CLOSED, file: null, growing: null, level: 0, silent: false, note: null, ended: "" });
  }

  get phase() {
    return this.state.phase;
  }

  get seconds() {
    return seconds(this.state, Date.now());
  }

  event(name) {
    const before = this.state;
    this.state = step(this.state, name, Date.now());
    if (running(this.state)) live().add(this);
    else live().delete(this);
    this.changed();
    return this.state !== before;
  }

  /** Ask for the source; rejects with the browser's error. */
  async open() {
    this.shut();
    this.event("ask");
    try {
      const source = await openSource(this.choice);
      if (this.phase !== "asking") return source.close(); // closed while the browser asked
      this.source = source;
    } catch (error) {
      this.event("refused");
      throw error;
    }
    this.stream = this.source.stream;
    this.hear();
    for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.lost());
    return this.event("opened");
  }

  hear() {
    const hearing = new Hearing();
    this.deaf = listen(this.stream, (level) => {
      this.level = Math.max(onMeter(level), this.level * 0.8); // falls slowly, so that it can be read
      if (this.phase !== "paused" && hearing.push(level, Date.now())) {
        this.silent = hearing.silent;
        this.changed();
      }
      this.onLevel?.(this.level);
    });
  }

  start() {
    const mimeType = bestKind(this.choice.source);
    const bits = this.choice.source === "voice" ? { audioBitsPerSecond: 128_000 } : { videoBitsPerSecond: bitsOf(this.choice.source) - 128_000, audioBitsPerSecond: 128_000 };
    this.media = new MediaRecorder(this.stream, { ...(mimeType ? { mimeType } : {}), ...bits });
    [this.type, this.ending] = plain(this.media.mimeType || mimeType);
    this.begin();
    this.media.ondataavailable = ({ data }) => data.size && this.take(data);
    this.media.onstop = () => this.finish();
    this.media.start(SLICE_MS);
    this.event("start");
  }

  begin() {
    const { purpose, place, parent = "" } = this.where;
    const name = `${this.name}.${this.ending}`;
    this.key = newKey();
    this.release = hold(this.key);
    this.note = { key: this.key, upload: "", purpose, place, parent, name, type: this.type, seconds: 0, at: Date.now(), wanted: false, reply: "" };
    this.growing = new Growing({ root: url(""), metadata: metadataOf(this.note) });
    this.growing.onHeld = (index) => dropPieces(this.key, index);
    this.hurry = this.growing.hurry.bind(this.growing);
    REACHED.forEach((name) => window.addEventListener(name, this.hurry));
    this.growing.onChange((growing) => this.onGrowing(growing));
  }

  onGrowing(growing) {
    const { id, state } = growing;
    if (id && this.note?.upload !== id) this.remember({ upload: id });
    if (growing.over) {
      this.note = null;
      this.release();
      REACHED.forEach((name) => window.removeEventListener(name, this.hurry));
      forgetRecording(this.key);
    }
    if (state !== this.told) this.changed();
    this.told = state;
  }

  /** Write down what a crash must not take. */
  remember(news) {
    if (!this.note) return undefined;
    Object.assign(this.note, news);
    return putNote({ ...this.note });
  }

  take(blob) {
    if (!this.note) return;
    putPiece(this.key, this.growing.push(blob));
    this.remember({ seconds: this.seconds });
    const room = this.where.limit - (2 * bitsOf(this.choice.source)) / 8;
    if (this.phase === "recording" && this.growing.total > room) this.stop("This recording is as long as can be, so it was ended.");
  }

  pause() {
    if (!this.event("pause")) return;
    this.media.pause();
    this.media.requestData();
  }

  resume() {
    if (this.event("resume")) this.media.resume();
  }

  stop(why = "") {
    if (!this.event("stop")) return;
    this.ended = why;
    if (this.media.state !== "inactive") this.media.stop(); // it stops by itself without a track
  }

  /** Unplugged, or the person ended the sharing of the screen. */
  lost() {
    if (this.phase === "ready") this.event("lost");
    else this.stop(WENT_AWAY);
  }

  finish() {
    if (this.event("stop")) this.ended = WENT_AWAY; // nobody asked for the end
    this.shut();
    const blobs = this.growing.pieces.all.map((one) => one.blob);
    this.file = isRecordingOf(new File(blobs, this.note.name, { type: this.type }), this);
    this.remember({ seconds: this.seconds });
    this.event("ended");
  }

  /** Send what is left and say that it is wanted; for a reply once its comment is saved. What
   *  the page shows of it comes after that is written down. */
  async use(reply = "") {
    await this.remember({ wanted: true, reply });
    return this.growing.use(reply);
  }

  /** Gone here and on the server. */
  async throwAway() {
    const { growing } = this;
    this.shut();
    Object.assign(this, { file: null, growing: null });
    if (growing) await growing.cancel();
  }

  /** Leave it for later: it is offered again. */
  letGo() {
    this.release?.();
  }

  /** Lets go of camera and microphone. */
  shut() {
    this.deaf?.();
    this.source?.close();
    Object.assign(this, { source: null, stream: null, deaf: null, level: 0, silent: false });
  }
}
