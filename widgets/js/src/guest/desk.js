// One take before a guest: its clock, the comment being written, those written so far.
import { Composer } from "../reply/composer.js";
import { Drawer } from "../reply/drawer.js";
import { Bench } from "../player/bench.js";
import { Clock } from "../player/clock.js";
import { framesOf } from "../player/frames.js";
import { currentReply } from "../compare/state.js";

export class GuestDesk {
  /** `speak(method, below, body)` reaches the server, `name` is what unsent words are kept under. */
  constructor({ view, speak, changed, say, find, name, clock = new Clock() }) {
    Object.assign(this, { view, speak, changed, say, find, clock });
    this.comments = view.comments;
    this.problem = "";
    this.gone = "";
    this.current = null;
    this.removing = null;
    this.bench = new Bench((event) => this.known(event));
    this.composer = new Composer({ clock, changed, say, ask: (verb, content) => this.ask(verb, content) });
    this.drawer = new Drawer({ composer: this.composer, clock, changed, say, find });
    this.drawer.limits = view.limits;
    this.composer.timeless = !view.video.ready;
    if (this.composer.restore(null, `guest-${name}`)) say("What you had typed is here again");
    clock.onChange(() => {
      if (clock.playing) {
        this.composer.pausedByTyping = false;
        if (this.drawer.on) this.drawer.close();
      }
      changed();
    });
  }

  /** Take up the video; what is there already stays as it is. */
  show() {
    const { video } = this.view;
    if (this.gone) return;
    this.element = this.bench.of(video, "The video");
    if (this.element && !this.attached) {
      this.attached = true;
      this.clock.attach({ media: this.element, seconds: video.seconds, frameRate: video.frame_rate }, null);
    }
    this.clock.frames = framesOf(video, this.changed);
  }

  /** News of the video; when it fails, the link may have ended meanwhile. */
  known(event) {
    if (event?.type === "error" && this.attached) this.look();
    this.changed();
  }

  /** Ask whether the link still opens: what a browser has loaded would play on without a word. */
  async look() {
    if (this.gone || !this.view.video.ready) return;
    try {
      await this.speak("HEAD", "/video");
    } catch (reason) {
      if (reason.gone) this.refused(reason); // no answer is no end: it is asked again
    }
  }

  /** All there is to see on the line of time: the guest's own comments, and those that are out. */
  get told() {
    return [...(this.view.replies ?? []), ...this.comments].sort((x, y) => (x.start ?? -1) - (y.start ?? -1));
  }

  passes(time) {
    const current = currentReply(this.told, time);
    if (current === this.current) return;
    this.current = current;
    this.changed();
  }

  get why() {
    return this.composer.pausedByTyping && !this.clock.playing ? "paused while you type" : "";
  }

  toggleSound() {
    this.clock.setSound(this.clock.sound === "none" ? "a" : "none");
  }

  /** Key C: stop and write. */
  comment() {
    if (this.clock.playing) {
      this.clock.pause();
      this.composer.pausedByTyping = true;
    }
    this.find("[data-comment]")?.focus();
  }

  /** The composer's words to the server; a draft is kept by this tab alone, so there it is refused. */
  async ask(verb, content) {
    if (verb !== "save") throw new Error("kept by this tab");
    const { key, kind, text, start, end, drawing } = content;
    try {
      const kept = await this.speak("POST", "/comments", { key, kind, text, start, end, drawing });
      this.problem = "";
      return kept;
    } catch (reason) {
      return this.refused(reason);
    }
  }

  async save({ playOn = false } = {}) {
    const { composer, clock } = this;
    if (this.gone) return false; // the words stay where they were typed, to be copied
    const goOn = (playOn || composer.pausedByTyping) && clock.time < clock.duration - 0.3;
    const done = await composer.save();
    if (!done) return false;
    this.comments = [...this.comments.filter((one) => one.id !== done.reply.id), done.reply];
    this.drawer.close();
    this.say("Comment sent");
    if (goOn && !composer.filled) clock.play();
    this.changed();
    return true;
  }

  /** Take one back; the next one has the focus then, or the field. */
  async remove(comment) {
    this.removing = null;
    const at = this.comments.indexOf(comment);
    const next = this.comments[at + 1] ?? this.comments[at - 1];
    try {
      await this.speak("DELETE", `/comments/${comment.id}`);
    } catch (reason) {
      return this.refused(reason);
    }
    this.problem = "";
    this.comments = this.comments.filter((one) => one !== comment);
    this.say("Comment deleted");
    this.changed();
    queueMicrotask(() => this.find(next ? `[data-reply="${next.id}"]` : "[data-comment]")?.focus());
    return undefined;
  }

  refused(reason) {
    this.problem = reason.sentence ?? "This page has stopped working. Reload it; what you typed stays.";
    if (reason.gone) {
      this.gone = this.problem;
      this.clock.pause();
      this.bench.close();
    }
    this.changed();
  }
}
