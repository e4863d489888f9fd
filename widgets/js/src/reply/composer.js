// The comment that is being written: its words, its time, what hangs on it. Every keystroke is
// kept in the record as a draft, so that neither a reload nor a killed kernel loses a word.
import { clock as clockText } from "../lib/format.js";
import { recordingOf } from "../record/holding.js";
import { asideOf, forgetAside, putAside, writtenSince } from "./aside.js";

const KEEP_AFTER = 350;
const KEEP_WITHIN = 1500; // somebody who types without a pause is kept, too
const EMPTY = { text: "", kind: "fix", start: null, end: null, whole: false, replyId: null, clip: null, file: null, tag: null };

export const newKey = () => crypto.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

export class Composer {
  /** `ask` speaks to Python, `clock` is the player's, `changed()` redraws. */
  constructor({ ask, clock, changed, say }) {
    Object.assign(this, { ask, clock, changed, say });
    this.saved = null;
    this.trouble = "";
    this.busy = false;
    this.coming = null; // a file that is still on its way here
    this.pausedByTyping = false;
    this.clear();
  }

  clear() {
    this.letGo();
    recordingOf(this.file)?.letGo(); // offered again on this take
    Object.assign(this, EMPTY, { key: newKey(), drawing: [] });
  }

  letGo() {
    if (this.preview) URL.revokeObjectURL(this.preview);
    this.preview = "";
  }

  /** Take up what was typed before a reload; gives false when there was nothing. */
  restore(recorded, takeId = "") {
    this.takeId = takeId;
    const unsent = asideOf(takeId);
    const draft = unsent ?? recorded;
    if (!draft?.key) return false;
    const { text = "", kind = "fix", start = null, end = null, whole = false, drawing = [], tag = null } = draft;
    Object.assign(this, { text, kind, start, end, whole, drawing, tag, key: draft.key, replyId: draft.reply_id ?? null });
    this.saved = recorded?.saved ? new Date(recorded.saved) : null;
    if (draft.clip_id) this.follow(draft.clip_id);
    if (unsent) this.touched();
    return true;
  }

  /** Whether there is anything that saving would keep. */
  get filled() {
    return Boolean(this.text.trim() || this.file || this.clip || this.drawing.length || this.tag);
  }

  /** Whether it is about no moment: that was chosen, or there is no video to have one (`timeless`). */
  get onAll() {
    return this.whole || Boolean(this.timeless);
  }

  /** The moment or range as people read it; "" while it follows the play head. */
  get place() {
    if (this.onAll) return "the whole take";
    if (this.start === null) return "";
    const at = clockText(this.start, { tenths: true });
    return this.end === null ? at : `${at} to ${clockText(this.end, { tenths: true })}`;
  }

  type(text) {
    if (this.clock.playing) {
      this.clock.pause();
      this.pausedByTyping = true;
    }
    if (text && this.start === null && !this.onAll) this.start = this.clock.time;
    if (!text && !this.text) return;
    this.text = text;
    this.touched();
  }

  /** A chip of the comment bank: its words, added to what stands there. */
  add(words) {
    this.type(this.text.trim() ? `${this.text.trimEnd()} ${words}` : words);
  }

  setKind(kind) {
    this.kind = kind;
    this.touched();
  }

  /** The tag of this comment; the same again takes it off. */
  setTag(tag) {
    const on = this.tag !== tag.id;
    this.tag = on ? tag.id : null;
    if (on && !this.text.trim()) this.kind = tag.kind;
    if (on && this.start === null && !this.onAll) this.start = this.clock.time;
    this.touched();
  }

  setDrawing(shapes) {
    this.drawing = shapes;
    if (shapes.length && this.start === null) this.start = this.clock.time;
    if (shapes.length) this.whole = false;
    this.touched();
  }

  /** The moment it is about, when nothing else has set it. */
  setStart(time) {
    Object.assign(this, { start: time, end: null, whole: false });
    this.touched();
  }

  rangeIn() {
    this.whole = false;
    this.start = this.clock.time;
    if (this.end !== null && this.end <= this.start) this.end = null;
    this.touched();
  }

  rangeOut() {
    const now = this.clock.time;
    if (this.start === null) return this.say("Set where the range starts first.");
    if (now <= this.start) return this.say("The end must lie after the start.");
    this.end = now;
    return this.touched();
  }

  /** Back to following the play head. */
  clearPlace() {
    if (this.drawing.length) return this.say("A drawing needs a moment. Remove it first.");
    Object.assign(this, { start: null, end: null, whole: false });
    return this.touched();
  }

  toggleWhole() {
    if (!this.whole && this.drawing.length) return this.say("A drawing needs a moment. Remove it first.");
    const whole = !this.whole;
    Object.assign(this, { start: null, end: null, whole });
    return this.touched();
  }

  /** Hang a video on it that is sent once the comment is saved. */
  attach(file) {
    this.letGo();
    if (this.file !== file) recordingOf(this.file)?.throwAway();
    this.file = file;
    this.preview = file ? URL.createObjectURL(file) : "";
    this.touched();
  }

  /** The same for one that has to be fetched first: saving waits for it. */
  async attachSoon(coming) {
    this.coming = coming;
    try {
      this.attach(await coming);
    } finally {
      this.coming = null;
    }
  }

  /** Ask for the range as a clip; its progress is followed until it can be played. */
  async cut() {
    if (this.start === null || this.end === null) return;
    const clip = await this.ask("cut", { start: this.start, end: this.end });
    if (clip) this.follow(clip.id, clip);
  }

  async follow(id, known = null) {
    this.clip = known ?? { id, state: "queued", start: this.start ?? 0, end: this.end ?? 0, progress: 0 };
    this.touched();
    while (this.clip?.id === id && this.clip.state === "queued") {
      await new Promise((done) => setTimeout(done, 700));
      const news = await this.ask("clip", { clip: id });
      if (!news) return;
      if (this.clip?.id === id) this.clip = news;
      this.changed();
    }
  }

  dropClip() {
    this.clip = null;
    this.touched();
  }

  edit(reply) {
    this.clear();
    const { text, kind, start, end, id } = reply;
    const [drawing, tag] = [reply.drawing ?? [], reply.tag?.id ?? null];
    Object.assign(this, { text, kind, start, end, drawing, tag, replyId: id, whole: start === null, clip: reply.clip });
    if (start !== null) this.clock.seek(start);
    this.touched();
  }

  // --- keeping ---------------------------------------------------------------

  touched() {
    clearTimeout(this.later);
    this.unkept = true;
    this.since ??= Date.now();
    this.later = setTimeout(() => this.keep(), Math.max(0, Math.min(KEEP_AFTER, this.since + KEEP_WITHIN - Date.now())));
    putAside(this.takeId, this.body);
    this.changed();
  }

  /** What a draft holds; nothing when there is nothing to lose. */
  get body() {
    if (!this.filled && !this.replyId) return {};
    const { text, kind, start, end, whole, key, replyId, drawing, tag } = this;
    return { text, kind, start, end, whole, key, drawing, tag, reply_id: replyId, clip_id: this.clip?.id ?? null };
  }

  async keep() {
    clearTimeout(this.later);
    if (!this.unkept || this.busy) return; // what is being saved is no draft; the rest is kept after it
    this.unkept = false;
    this.since = null;
    const { body, takeId } = this;
    const empty = Object.keys(body).length === 0;
    if (empty && !this.saved) return;
    try {
      const { saved } = await this.ask("draft", { body }, true);
      this.saved = empty ? null : new Date(saved);
      this.trouble = "";
      forgetAside(takeId, body);
    } catch (error) {
      this.unkept = true;
      this.trouble = error.sentence ?? "Not saved yet.";
    }
    this.changed();
  }

  /** "Draft saved 14:32", or why not. */
  get keptLine() {
    if (this.trouble) return "Not saved yet, trying again";
    if (this.unkept && this.filled) return "Saving";
    if (!this.saved) return "";
    const time = this.saved.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    return `Draft saved ${time}`;
  }

  /**
   * Save as a comment; `out` says that it is one the student has already, which is changed with
   * its history. Gives `{reply, file}`, or null when it was refused: then all stays.
   */
  async save(out = false) {
    if (this.busy || !this.filled) return null;
    this.busy = true;
    const start = this.onAll ? null : (this.start ?? this.clock.time);
    this.changed();
    if (this.coming && !(await this.coming.then(() => true, () => false))) {
      this.busy = false;
      this.changed();
      return null;
    }
    clearTimeout(this.later);
    this.unkept = false;
    this.since = null;
    const { file, takeId } = this;
    const content = {
      kind: this.kind, text: this.text, start, end: this.onAll ? null : this.end, reply: this.replyId,
      clip: this.clip?.id ?? null, drawing: this.drawing.length ? this.drawing : null, tag: this.tag,
    };
    const reply = await (out ? this.ask("edit", content) : this.ask("save", { ...content, key: this.key, has_video: Boolean(file) }));
    this.busy = false;
    if (reply) putAside(takeId, {});
    else this.touched();
    if (reply && this.takeId === takeId) this.startNext(content.text, file);
    this.changed();
    return reply ? { reply, file } : null;
  }

  /** Empty, but for what came while the last one was on its way: nobody waits for an answer. */
  startNext(sent, sentFile) {
    const text = writtenSince(sent, this.text);
    const file = this.file === sentFile ? null : this.file;
    this.file = null; // whoever sends it has it now
    this.clear();
    if (text.trim() || file) Object.assign(this, { text, start: this.clock.time });
    if (file) this.attach(file);
    else if (text.trim()) this.touched();
  }
}
