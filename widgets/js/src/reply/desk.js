// One take on the teacher's desk: its clock, the comment being written, what is on its way.
import { go } from "../lib/live.js";
import { onOurPage } from "../lib/base.js";
import { clock as clockText } from "../lib/format.js";
import { leadInFrom, number, putState, readState, withState } from "../player/address.js";
import { cannotRecord } from "../record/devices.js";
import { Offers } from "../record/offers.js";
import { Sending, tooLarge } from "../record/sending.js";
import { record } from "../record/session.js";
import { Bench } from "../player/bench.js";
import { Clock } from "../player/clock.js";
import { Heat } from "../player/heat.js";
import { framesOf } from "../player/frames.js";
import { asChosen, captionsOn, quality, setCaptions, setQuality, showCaptions } from "../player/quality.js";
import { neverThere, onlyOne } from "../player/stage.js";
import { Answers } from "../compare/answers.js";
import { currentReply } from "../compare/state.js";
import { GuestCard } from "../guests/card.js";
import { Composer, newKey } from "./composer.js";
import { Drawer } from "./drawer.js";
import { MarksAside } from "./marks.js";

const RECORDER = {
  title: "Record a reply",
  use: "Attach",
  hint: "Say or show what you mean. It is sent when you save the comment.",
  look: "Look at it once. Nobody sees it before you save and release the comment.",
  sources: ["camera", "screen", "voice"],
};

export class ReplyDesk {
  constructor(tools) {
    this.tools = tools;
    this.changed = tools.redraw;
    this.clock = new Clock();
    this.bench = new Bench(() => this.changed());
    this.quiet = onlyOne(tools.el, this.clock);
    this.sending = new Sending({ changed: this.changed, arrived: () => this.arrived() });
    this.removing = null;
    this.current = null;
    this.takeId = "";
    this.quality = quality();
    this.captions = captionsOn();
    this.composer = new Composer({
      clock: this.clock,
      changed: this.changed,
      say: tools.say,
      ask: (verb, args, raw) => (raw ? tools.ask(verb, args) : tools.attempt(tools.ask(verb, args))),
    });
    this.drawer = new Drawer({ composer: this.composer, clock: this.clock, changed: this.changed, say: tools.say, find: (what) => tools.el.querySelector(what) });
    this.marks = new MarksAside(tools);
    this.heat = new Heat(tools);
    this.histories = new Map();
    this.answers = new Answers(tools, this);
    this.guests = new GuestCard(tools);
    this.bank = { search: "", editing: null, text: "" };
    this.tagging = null;
    this.offers = new Offers({
      tools,
      take: (kept) => this.composer.attachSoon(kept.fetched()),
      carryOn: (growing, kept) => this.sending.follow(growing, kept.reply),
      after: () => this.field()?.focus(),
    });
    const given = onOurPage() ? readState(location.search, ["t", "pre"]) : {};
    this.clock.at = number(given.t, 0, 86400, 0);
    this.clock.preroll = leadInFrom(given.pre);
    this.clock.onChange(() => {
      if (this.clock.playing) {
        this.composer.pausedByTyping = false;
        if (this.drawer.on) this.drawer.close();
      }
      this.changed();
    });
  }

  close() {
    this.composer.keep();
    this.composer.letGo();
    this.offers.close();
    this.answers.close();
    this.clock.close();
    this.bench.close();
  }

  show(view) {
    this.view = view;
    if (view.drawing) this.drawer.limits = view.drawing;
    const video = asChosen(view.take.video, this.quality);
    if (view.take.id !== this.takeId) this.open(view);
    this.heat.want(view.take.video.ready ? view.take.id : "");
    this.answers.show(view);
    this.bench.keep([video]);
    this.element = this.bench.of(video, `Take ${view.take.number}`);
    if (this.element && this.attached !== video.src) {
      this.attached = video.src;
      this.clock.attach({ media: this.element, seconds: video.seconds, frameRate: video.frame_rate }, null);
    }
    showCaptions(this.element, this.captions);
    this.clock.frames = framesOf(video, this.changed);
  }

  /** Another take: what was typed about it before, and nothing of the last one. */
  open(view) {
    if (this.takeId) this.clock.seek(0);
    this.takeId = view.take.id;
    this.attached = "";
    this.composer.clear();
    this.composer.timeless = neverThere(view.take.video);
    this.drawer.close();
    this.histories.clear();
    this.marks.open(view.take.id);
    this.guests.open(view.take.id);
    this.composer.saved = null;
    this.offers.look({ purpose: "reply", place: view.take.id, answers: false });
    if (this.composer.restore(view.draft, view.take.id)) this.tools.say("What you had typed is here again");
    if (view.draft?.start) this.clock.at = view.draft.start;
  }

  /** Captions are the comments the student has: drafts are in none. */
  get captioned() {
    const { take, replies } = this.view;
    return Boolean(take.video.captions && replies.some((reply) => reply.state === "released" && reply.start !== null && reply.text));
  }

  toggleCaptions() {
    this.captions = !this.captions;
    setCaptions(this.captions);
    this.changed();
  }

  setQuality(key) {
    this.quality = key;
    setQuality(key);
    this.changed();
  }

  get replies() {
    return [...this.view.replies].sort((x, y) => (x.start ?? -1) - (y.start ?? -1));
  }

  get drafts() {
    return this.view.replies.filter((reply) => reply.mine && reply.state === "draft");
  }

  passes(time) {
    const current = currentReply(this.view.replies, time);
    if (current !== this.current) {
      this.current = current;
      this.changed();
    }
  }

  /** Why the video stands, beside the clock. */
  get why() {
    return this.composer.pausedByTyping && !this.clock.playing ? "paused while you type" : "";
  }

  field() {
    return this.tools.el.querySelector("[data-comment]");
  }

  /** Key C: stop and write. */
  comment() {
    if (this.clock.playing) {
      this.clock.pause();
      this.composer.pausedByTyping = true;
    }
    this.field()?.focus();
    this.changed();
  }

  /** An entry of the bank, with the time it is about in its place. */
  useBank(entry) {
    const at = clockText(this.composer.start ?? this.clock.time);
    this.composer.add(entry.filled.replaceAll("{time}", at));
    this.field()?.focus();
  }

  async save({ playOn = false } = {}) {
    const { composer, clock } = this;
    const goOn = (playOn || composer.pausedByTyping) && !composer.replyId && clock.time < clock.duration - 0.3;
    const done = await composer.save(this.isOut(composer.replyId));
    if (!done) return false;
    this.drawer.close();
    this.tools.say("Comment saved");
    if (done.file) this.send(done.file, done.reply.id);
    composer.pausedByTyping = goOn && composer.filled; // the next one is begun already
    if (goOn && !composer.filled) clock.play();
    return true;
  }

  /** Whether the student has this comment already. */
  isOut(id) {
    return this.view.replies.some((reply) => reply.id === id && reply.state === "released");
  }

  /** A tag while the video plays: a comment of its own, and on it goes. Else the comment's tag. */
  async pressTag(tag) {
    if (!this.clock.playing || this.composer.filled) return this.composer.setTag(tag);
    const saved = await this.tools.attempt(this.tools.ask("tag", { tag: tag.id, at: this.clock.time, key: newKey() }));
    if (saved) this.tools.say(`${tag.name} at ${clockText(saved.start)}`);
    return undefined;
  }

  tagByNumber(number_) {
    const tag = this.view.tags?.[number_ - 1];
    if (tag) this.pressTag(tag);
  }

  /** What a comment said before: asked for when it is opened. */
  async toggleHistory(reply) {
    if (this.histories.has(reply.id)) this.histories.delete(reply.id);
    else {
      const found = await this.tools.attempt(this.tools.ask("history", { reply: reply.id }));
      if (found) this.histories.set(reply.id, found);
    }
    this.changed();
  }

  stopEditing() {
    this.drawer.close();
    this.composer.clear();
    this.composer.touched();
  }

  async cut() {
    await this.composer.cut();
    if (this.composer.clip?.state === "queued") this.tools.say("The clip is being cut");
  }

  chooseFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return undefined;
    const why = tooLarge(file, this.view.upload?.limit);
    if (why) return this.tools.complain(why);
    this.clock.pause();
    return this.composer.attach(file);
  }

  async openRecorder() {
    this.clock.pause();
    const why = cannotRecord();
    if (why) return this.tools.complain(why);
    const where = { purpose: "reply", place: this.takeId, limit: this.view.upload?.limit ?? Infinity };
    const recording = await record("video-reply", where, RECORDER, this.tools.el);
    if (recording?.file && where.place === this.takeId) return this.composer.attach(recording.file);
    return recording?.letGo(); // another take was opened meanwhile: it is offered there
  }

  /** Send a video for a saved comment; a file chosen again goes on where it stopped. */
  send(file, replyId) {
    return this.sending.send(file, this.takeId, replyId);
  }

  arrived() {
    this.tools.say("Video reply sent");
    this.tools.attempt(this.tools.ask("refresh"));
  }

  /** Whether something here will change by itself and should be looked at again. */
  get unsettled() {
    const waits = (reply) =>
      reply.clip?.state === "queued" || (reply.video && reply.video.state === "preparing") || (reply.upload && !reply.video);
    return this.view?.take.video.state === "preparing" || (this.view?.replies ?? []).some(waits) || this.answers.unsettled;
  }

  async remove(reply) {
    this.sending.cancel(reply.id);
    const list = this.replies;
    const at = list.findIndex((one) => one.id === reply.id);
    const next = list[at + 1] ?? list[at - 1];
    this.removing = null;
    const out = reply.state === "released";
    const gone = await this.tools.attempt(out ? this.tools.ask("withdraw", { reply: reply.id }) : this.tools.ask("remove", { reply: reply.id }));
    if (!gone) return this.changed();
    if (this.composer.replyId === reply.id) this.composer.clear();
    this.tools.say(out ? "Comment taken back" : "Comment deleted");
    this.focusOn(next);
    return undefined;
  }

  /** Out of the trash, as it was: its student has it again if they had it before. */
  async putBack(reply) {
    if (!(await this.tools.attempt(this.tools.ask("put_back", { reply: reply.id })))) return;
    this.tools.say("The comment is back");
    this.focusOn(reply);
  }

  /** Have the failed video prepared again; the button goes away, so the page's title has the focus. */
  async retry() {
    if (!(await this.tools.attempt(this.tools.ask("retry")))) return;
    this.tools.say("The video will be tried again");
    this.tools.el.querySelector("h1")?.focus();
  }

  /** After a deletion the next comment has the focus, or the field when none is left. */
  focusOn(reply) {
    this.changed();
    queueMicrotask(() => {
      const item = reply && this.tools.el.querySelector(`[data-reply="${reply.id}"]`);
      (item ?? this.field())?.focus();
    });
  }

  async release() {
    if (this.releasing) return;
    this.releasing = true;
    this.changed();
    const { composer } = this;
    const kept = composer.filled && !composer.replyId ? await this.save() : true;
    const done = kept && (await this.tools.attempt(this.tools.ask("release")));
    this.releasing = false;
    this.changed();
    if (!done) return;
    this.tools.say(done.released ? "Reply released" : "Nothing new to release");
    if (done.released) this.openTake(done.next);
  }

  /** Go to another take, or back to the queue when there is none. */
  openTake(id) {
    this.composer.keep();
    if (onOurPage()) go(id ? `?${withState("", { take: id, pre: this.clock.preroll || null })}` : "");
    else if (id) this.tools.attempt(this.tools.ask("open", { take: id }));
  }

  remember() {
    if (!onOurPage()) return;
    const { playing, time, preroll } = this.clock;
    putState({ pre: preroll || null, ...(playing ? {} : { t: time > 0.05 ? time.toFixed(2) : null }) });
  }
}
