// One comparison: its settings, its clock, and what each control does. Draws nothing.
import { onOurPage } from "../lib/base.js";
import { putState, readState } from "../player/address.js";
import { Bench } from "../player/bench.js";
import { Clock } from "../player/clock.js";
import { offsetMap } from "../player/timemap.js";
import { ratioOf } from "../player/stage.js";
import { currentReply, firstSound, firstView, fromAddress, NAMES, nextSound, toAddress, toFrames } from "./state.js";

const FRAME = 1 / 30;

export class CompareDesk {
  /** `changed()` asks for a redraw. */
  constructor(changed) {
    this.changed = changed;
    this.settings = fromAddress(onOurPage() ? readState(location.search, NAMES) : {});
    this.clock = new Clock();
    this.bench = new Bench(() => changed());
    this.clock.rate = this.settings.rate;
    this.clock.at = this.settings.t;
    this.current = null;
    this.attached = "";
    this.clock.onChange(() => {
      this.settings.rate = this.clock.rate;
      this.remember();
      changed();
    });
  }

  close() {
    clearTimeout(this.later);
    this.clock.close();
    this.bench.close();
  }

  /** Take a view from Python: which videos stand where, and what was said. */
  show(view) {
    this.view = view;
    const [first, second] = [view.a ?? null, view.b ?? null];
    [this.a, this.b] = this.settings.swap && second ? [second, first] : [first, second];
    this.bench.keep([first?.video, second?.video]);
    this.videoA = this.bench.of(this.a?.video, `A: ${this.a?.label}`);
    this.videoB = this.bench.of(this.b?.video, `B: ${this.b?.label}`, this.a?.video.src === this.b?.video.src);
    this.attach();
  }

  attach() {
    const key = [this.videoA?.src, this.videoB?.src].join(" ");
    if (key === this.attached) return;
    this.attached = key;
    const side = (one, media) =>
      media && { media, seconds: one.video.seconds, frameRate: one.video.frame_rate };
    this.clock.sound = this.sound;
    this.clock.attach(side(this.a, this.videoA), side(this.b, this.videoB), offsetMap(this.settings.off));
    this.clock.setRate(this.settings.rate);
  }

  get narrow() {
    return matchMedia("(max-width: 47.99rem)").matches;
  }

  get ratios() {
    return [[this.a, this.videoA], [this.b, this.videoB]]
      .filter(([one]) => one)
      .map(([one, element]) => ratioOf(one.video, element));
  }

  get shownView() {
    if (!this.b) return "stack";
    return this.settings.view || firstView(this.narrow, this.ratios);
  }

  /** Whose sound is heard: what was chosen, else the first that has any. */
  get sound() {
    return this.settings.snd || firstSound(this.a?.video, this.b?.video);
  }

  /** The side the comments belong to. */
  get takeSide() {
    return this.settings.swap && this.view.b ? "b" : "a";
  }

  get frameB() {
    return this.b?.video.frame_rate ? 1 / this.b.video.frame_rate : FRAME;
  }

  get frames() {
    return toFrames(this.settings.off, this.frameB);
  }

  /** Seconds on the take at clock time t, and the way back. */
  onTake(t) {
    return this.takeSide === "a" ? t : this.clock.map.toB(t);
  }

  /** How long the take is that the comments belong to. */
  get takeSeconds() {
    return this.clock[this.takeSide]?.duration ?? this.view.a?.video.seconds ?? 0;
  }

  goTo(seconds) {
    this.clock.seek(this.takeSide === "a" ? seconds : this.clock.map.toA(seconds));
  }

  /** Called as time passes: the comment that is being shown. */
  passes(time) {
    const current = currentReply(this.view.replies ?? [], this.onTake(time));
    if (current !== this.current) {
      this.current = current;
      this.changed();
    }
  }

  setView(view) {
    this.settings.view = view;
    this.touched();
  }

  toggleOverlay() {
    this.setView(this.shownView === "overlay" ? firstView(this.narrow, this.ratios) : "overlay");
  }

  setMix(percent) {
    this.settings.mix = Math.max(0, Math.min(100, Math.round(Number(percent) || 0)));
    this.touched();
  }

  setSound(who) {
    this.settings.snd = who;
    this.clock.setSound(who);
  }

  nextSound() {
    this.setSound(nextSound(this.sound, this.a?.video, this.b?.video));
  }

  setOffset(seconds) {
    const most = Math.max(this.a?.video.seconds || 3600, this.b?.video.seconds || 3600);
    this.settings.off = Math.max(-most, Math.min(most, Number(seconds) || 0));
    this.clock.setMap(offsetMap(this.settings.off));
  }

  nudge(frames) {
    if (this.b) this.setOffset((this.frames + frames) * this.frameB);
  }

  swap() {
    if (!this.b) return;
    const time = this.clock.timeB;
    const playing = this.clock.playing;
    this.clock.pause();
    this.settings.snd = { a: "b", b: "a" }[this.sound] ?? "none";
    this.settings.swap = !this.settings.swap;
    this.settings.off = -this.settings.off;
    this.clock.setLoop(null);
    this.clock.at = time;
    this.clock.seeking = null;
    this.show(this.view);
    if (playing) this.clock.play();
    this.touched();
  }

  /** The loop button: off when on, else the comment shown, else everything. */
  toggleLoop() {
    if (this.clock.loop) return this.clock.setLoop(null);
    const reply = (this.view.replies ?? []).find((one) => one.id === this.current && one.end);
    const [start, end] = reply ? [reply.start, reply.end] : [0, this.clock.duration];
    const back = (at) => (this.takeSide === "a" || !reply ? at : this.clock.map.toA(at));
    this.clock.setLoop({ start: back(start), end: back(end) });
  }

  loopFrom() {
    const end = this.clock.loop?.end ?? this.clock.duration;
    this.clock.setLoop({ start: this.clock.time, end: end > this.clock.time ? end : this.clock.duration });
  }

  loopTo() {
    const start = this.clock.loop?.start ?? 0;
    this.clock.setLoop({ start: start < this.clock.time ? start : 0, end: this.clock.time });
  }

  touched() {
    this.remember();
    this.changed();
  }

  /** Into the address, a little later: dragging must not write it a hundred times. */
  remember() {
    if (!onOurPage()) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.putAddress(), 250);
  }

  putAddress() {
    putState(toAddress(this.settings, this.clock.time));
  }
}
