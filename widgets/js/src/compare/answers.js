// Answers in the threads: typed, changed, taken back, and given by video. What is typed is kept
// in the record, and by this tab until the record has it; a recording is sent while it is made.
import { asideOf, forgetAside, putAside, writtenSince } from "../reply/aside.js";
import { cannotRecord } from "../record/devices.js";
import { recordingOf } from "../record/holding.js";
import { Offers } from "../record/offers.js";
import { newKey } from "../record/recording.js";
import { Sending, tooLarge } from "../record/sending.js";
import { record } from "../record/session.js";

const KEEP_AFTER = 500;
const RECORDER = {
  title: "Record an answer",
  use: "Attach",
  hint: "Say or show what you mean. It is sent with your answer.",
  look: "Look at it once. Nobody sees it before you send the answer.",
  sources: ["camera", "screen", "voice"],
};
const placeOf = (id) => `answer-${id}`;

export class Answers {
  constructor(tools, desk) {
    Object.assign(this, { tools, desk, takeId: "", editing: null, removing: null });
    this.open = new Map(); // comment's id -> what is being written under it
    this.histories = new Map();
    this.sending = new Sending({ changed: tools.redraw, arrived: () => this.arrived() });
    this.offers = new Offers({
      tools,
      take: async (kept) => this.takeUp(kept),
      carryOn: (growing, kept) => this.sending.follow(growing, kept.reply),
      after: () => this.tools.el.querySelector("[data-answer]")?.focus(),
    });
  }

  /** Another take, or the first: what was typed about it before is here again. */
  show(view) {
    this.view = view;
    if (!view.take_id || view.take_id === this.takeId) return;
    this.close();
    this.takeId = view.take_id;
    this.histories.clear();
    if (!view.can?.answer) return;
    // A teacher's recordings without a comment belong to the reply desk.
    this.offers.look({ purpose: "reply", place: view.take_id, answers: view.can.reply ? true : undefined });
    for (const reply of view.replies) this.restore(reply);
  }

  restore(reply) {
    const unsent = asideOf(placeOf(reply.id));
    const body = unsent ?? reply.typed;
    if (!body?.text) return;
    this.open.set(reply.id, { ...fresh(), text: body.text, key: body.key ?? newKey(), kept: Boolean(reply.typed) });
    if (unsent) this.keepSoon(reply.id);
    this.tools.say("What you had typed is here again");
  }

  /** Leave the page or the take: recordings are offered again. */
  close() {
    for (const [id, one] of this.open) {
      if (one.later) this.keep(id);
      if (one.preview) URL.revokeObjectURL(one.preview);
      recordingOf(one.file)?.letGo();
    }
    this.open.clear();
    this.offers.close();
    Object.assign(this, { editing: null, removing: null });
  }

  /** Whether something of a thread will change by itself. */
  get unsettled() {
    const waits = (one) => (one.upload && !one.video) || one.video?.state === "preparing";
    return (this.view?.replies ?? []).some((reply) => [reply, ...reply.thread].some(waits));
  }

  field(id) {
    return this.tools.el.querySelector(`[data-answer="${id}"]`);
  }

  async toggleHistory(reply) {
    if (this.histories.has(reply.id)) this.histories.delete(reply.id);
    else {
      const found = await this.tools.attempt(this.tools.ask("history", { reply: reply.id }));
      if (found) this.histories.set(reply.id, found);
    }
    this.tools.redraw();
  }

  // --- writing ---------------------------------------------------------------

  begin(id) {
    this.open.set(id, fresh());
    this.tools.redraw();
    this.tools.focus(`[data-answer="${id}"]`);
  }

  /** "Not now": nothing of it is kept. */
  drop(id) {
    this.attach(id, null);
    this.forget(id);
    this.tools.redraw();
    this.tools.focus(`[data-begin="${id}"]`);
  }

  forget(id) {
    const one = this.open.get(id);
    clearTimeout(one?.later);
    const kept = one?.kept || asideOf(placeOf(id));
    this.open.delete(id);
    putAside(placeOf(id), {});
    if (kept) this.tools.ask("answer_draft", { reply: id, body: {} }).catch(() => {});
  }

  type(id, text) {
    this.open.get(id).text = text;
    this.keepSoon(id);
    this.tools.redraw();
  }

  keepSoon(id) {
    const one = this.open.get(id);
    putAside(placeOf(id), bodyOf(one));
    clearTimeout(one.later);
    one.later = setTimeout(() => this.keep(id), KEEP_AFTER);
  }

  async keep(id) {
    const one = this.open.get(id);
    clearTimeout(one?.later);
    if (!one || one.busy) return; // what is being sent is no draft; the rest is kept after it
    one.later = null;
    const body = bodyOf(one);
    try {
      await this.tools.ask("answer_draft", { reply: id, body });
      one.kept = true;
      forgetAside(placeOf(id), body);
    } catch (error) {
      console.info("practika: kept in this tab only:", error?.message); // and sent with the answer
    }
  }

  /** Hang a video on an answer; null takes it off. */
  attach(id, file) {
    const one = this.open.get(id);
    if (!one) return;
    if (one.preview) URL.revokeObjectURL(one.preview);
    if (one.file !== file) recordingOf(one.file)?.throwAway();
    Object.assign(one, { file, preview: file ? URL.createObjectURL(file) : "" });
    this.tools.redraw();
  }

  choose(id, input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return undefined;
    const why = tooLarge(file, this.view.upload?.limit);
    if (why) return this.tools.complain(why);
    this.desk.clock.pause();
    return this.attach(id, file);
  }

  async record(id) {
    this.desk.clock.pause();
    const why = cannotRecord();
    if (why) return this.tools.complain(why);
    const where = { purpose: "reply", place: this.takeId, parent: id, limit: this.view.upload?.limit ?? Infinity };
    const recording = await record("video-answer", where, RECORDER, this.tools.el);
    if (recording?.file && this.open.has(id)) return this.attach(id, recording.file);
    return recording?.letGo(); // another take was opened meanwhile: it is offered there
  }

  /** A recording that a crash left behind: to the comment it was made for, if that is known. */
  async takeUp(kept) {
    const ids = this.view.replies.filter((reply) => reply.state === "released").map((reply) => reply.id);
    const id = [kept.parent, ...this.open.keys(), ...ids].find((one) => ids.includes(one));
    if (!id) throw new Error("there is no comment to answer");
    if (!this.open.has(id)) this.open.set(id, fresh());
    const one = this.open.get(id);
    one.coming = kept.fetched(); // sending waits for it
    try {
      this.attach(id, await one.coming);
    } finally {
      one.coming = null;
    }
  }

  async send(id) {
    const one = this.open.get(id);
    if (!one || one.busy || !filled(one)) return;
    one.busy = true;
    this.tools.redraw();
    if (one.coming && !(await one.coming.then(() => true, () => false))) {
      one.busy = false;
      return this.tools.redraw();
    }
    clearTimeout(one.later);
    const { takeId } = this;
    const { text, key, file } = one;
    const saved = await this.tools.attempt(this.tools.ask("answer", { reply: id, text, key, has_video: Boolean(file) }));
    one.busy = false;
    if (saved) {
      if (one.preview) URL.revokeObjectURL(one.preview);
      putAside(placeOf(id), {});
      const begun = this.startNext(id, one, text);
      this.tools.say(file ? "Answer saved, the video is being sent" : "Answer sent");
      if (file) this.sending.send(file, takeId, saved.id);
      if (!begun) this.tools.focus(`[data-begin="${id}"]`);
    } else this.keepSoon(id);
    this.tools.redraw();
  }

  /** What was typed while the last answer was on its way is the next one; false when there is none. */
  startNext(id, one, sent) {
    if (this.open.get(id) !== one) return true; // another take was opened
    const text = writtenSince(sent, one.text);
    this.open.delete(id);
    if (!text.trim()) return false;
    this.open.set(id, { ...fresh(), text });
    this.keepSoon(id);
    return true;
  }

  arrived() {
    this.tools.say("Video sent");
    this.tools.attempt(this.tools.ask("refresh"));
  }

  // --- what was said ----------------------------------------------------------

  change(answer) {
    this.editing = { id: answer.id, text: answer.text, busy: false };
    this.removing = null;
    this.tools.redraw();
    this.tools.focus("[data-change]");
  }

  leave() {
    const { id } = this.editing;
    this.editing = null;
    this.tools.redraw();
    this.tools.focus(`[data-said="${id}"] .change`);
  }

  async save() {
    const one = this.editing;
    if (!one || one.busy) return;
    one.busy = true;
    this.tools.redraw();
    const { text } = one;
    const done = await this.tools.attempt(this.tools.ask("answer_edit", { answer: one.id, text }));
    one.busy = false;
    this.tools.redraw();
    if (!done || one.text !== text) return; // typed on meanwhile: it stays open
    this.histories.delete(one.id);
    this.tools.say("Answer changed");
    this.leave();
  }

  /** Ask before it is taken back, or not any more. */
  ask(answer) {
    const before = this.removing;
    this.removing = answer?.id ?? null;
    this.tools.redraw();
    this.tools.focus(answer ? "[data-sure]" : `[data-said="${before}"] .remove`);
  }

  async takeBack(answer) {
    this.sending.cancel(answer.id);
    this.removing = null;
    const done = await this.tools.attempt(this.tools.ask("answer_back", { answer: answer.id }));
    this.tools.redraw();
    if (!done) return;
    this.tools.say(answer.state === "draft" ? "Answer thrown away" : "Answer taken back");
    this.tools.focus(`[data-begin="${answer.parent}"]`);
  }
}

const fresh = () => ({ text: "", key: newKey(), busy: false, file: null, preview: "", later: null, kept: false });

const bodyOf = ({ text, key }) => (text.trim() ? { text, key } : {});

/** Whether there is anything to send. */
export const filled = (one) => Boolean(one.text.trim() || one.file);
